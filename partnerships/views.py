from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.shortcuts import render
from django.utils.translation import gettext as _

from jinhua_site.content.models import get_published_or_410
from jinhua_site.core.dates import requested_day
from jinhua_site.web.page_cache import reads
from profile.models import Faculty, Figure, Major

from .filters import PartnerFilters
from .models import (
    Achievement,
    Agreement,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Mobility,
    Partner,
    Practice,
)
from .models.agreement_state import known_by, public_agreement

PARTNERS_A_PAGE = 20
MOST_JOINT = 20


@reads("as_of")
def home(request):
    day = requested_day(request)
    countries = Country.objects.published().with_partner_totals(day)
    public = public_agreement("agreements__") & known_by(day, "agreements__")
    areas = CooperationArea.objects.published().annotate(
        partner_total=Count("agreements__partner", filter=public, distinct=True)
    )
    joint = Agreement.objects.published().known(day).joint().with_term(day)
    context = {
        "title": _("Partnerships"),
        "day": day,
        "figure": Figure.objects.published().current_of("partner-countries", day),
        "countries": countries,
        "regions": {
            region: [country for country in countries if country.region == region]
            for region in Country.Region
        },
        "partner_total": Partner.objects.published().known(day).count(),
        "areas": areas,
        "joint": joint.select_related("partner", "source")[:MOST_JOINT],
        "commitments": Commitment.objects.published(),
        "interests": AreaOfInterest.objects.published(),
    }
    return render(request, "partnerships/home.html", context)


@reads(*PartnerFilters.NAMES, "q", "page", "as_of")
def partners(request):
    day = requested_day(request)
    filters = PartnerFilters(request.GET, day)
    agreements = Agreement.objects.published().known(day).with_term(day)
    agreements = agreements.prefetch_related(
        Prefetch("areas", CooperationArea.objects.published(), "public_areas")
    )
    found = filters.partners().select_related("country")
    found = found.prefetch_related(Prefetch("agreements", agreements, "public_agreements"))
    page = Paginator(found, PARTNERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Partners"),
        "day": day,
        "filters": filters,
        "choices": filters.choices(),
        "page": page,
        "partners": [(partner, areas_of(partner)) for partner in page],
    }
    return render(request, "partnerships/partners.html", context)


def areas_of(partner):
    """Return the cooperation areas of a partner's public agreements, in their order."""
    areas = {area for agreement in partner.public_agreements for area in agreement.public_areas}
    return sorted(areas, key=lambda area: (area.order, area.slug))


@reads("as_of")
def partner(request, slug):
    day = requested_day(request)
    partners = Partner.objects.published().select_related("country", "verified_from")
    partner = get_published_or_410(partners, slug=slug)
    agreements = partner.agreements.published().known(day).with_term(day)
    agreements = list(agreements.select_related("source"))
    results = Achievement.objects.published().known(day).filter(practice__partners=partner)
    context = {
        "title": partner.name,
        "day": day,
        "partner": partner,
        "agreements": agreements,
        "areas": named_by(agreements, CooperationArea),
        "faculties": named_by(agreements, Faculty),
        "majors": named_by(agreements, Major),
        "results": results.select_related("practice", "source").order_by("practice__order", "date"),
        "mobility": Mobility.objects.filter(partner=partner).totals(day),
    }
    return render(request, "partnerships/partner.html", context)


def named_by(agreements, model):
    """Return the published records of `model` that any of the agreements names."""
    return model.objects.published().filter(agreements__in=agreements).distinct()


def area_of_interest(request, slug):
    area = get_published_or_410(AreaOfInterest.objects.published(), slug=slug)
    context = {
        "title": area.title,
        "area": area,
        "groups": area.affinity_groups.all(),
        "practices": area.practices.published(),
    }
    return render(request, "partnerships/area_of_interest.html", context)


@reads("as_of")
def practice(request, slug):
    day = requested_day(request)
    practice = get_published_or_410(Practice.objects.published().select_related("area"), slug=slug)
    context = {
        "title": practice.title,
        "day": day,
        "practice": practice,
        "partners": practice.partners.published().select_related("country"),
        "achievements": practice.achievements.known(day).select_related("source"),
        "evidence": practice.evidence.all(),
    }
    return render(request, "partnerships/practice.html", context)
