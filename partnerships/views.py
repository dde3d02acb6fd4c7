from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from jinhua_site.dates import requested_day
from profile.models import Figure

from .filters import PartnerFilters
from .lists import involved, plans
from .models import (
    Achievement,
    Agreement,
    AreaOfInterest,
    Country,
    Mobility,
    Partner,
    Practice,
)
from .register import register, with_totals

PARTNERS_A_PAGE = 20
MOST_JOINT = 20


def home(request):
    whole = register(None)
    lists = plans()
    countries = with_totals(lists["countries"])
    for area in lists["areas"]:
        area.partner_total = whole.total("area", area.slug)
    joint = Agreement.objects.published().joint().with_state()
    return render(
        request,
        "partnerships/home.html",
        {
            "title": _("Partnerships"),
            "figure": Figure.objects.published().current_of("partner-countries"),
            "regions": {
                region: [country for country in countries if country.region == region]
                for region in Country.Region
            },
            "partner_total": len(whole.pks),
            "joint": joint.select_related("partner", "source")[:MOST_JOINT],
            **lists,
        },
    )


def partners(request):
    day = requested_day(request)
    filters = PartnerFilters(request.GET, day)
    page = Paginator(filters.partners(), PARTNERS_A_PAGE).get_page(request.GET.get("page"))
    agreements = Agreement.objects.published().known(day).with_state(day)
    shown = (
        Partner.objects.published()
        .select_related("country")
        .prefetch_related(Prefetch("agreements", agreements, to_attr="public_agreements"))
    )
    shown = list(shown.filter(pk__in=page.object_list))
    for partner in shown:
        partner.areas = filters.register.areas(partner.pk)
    return render(
        request,
        "partnerships/partners.html",
        {
            "title": _("Partners"),
            "day": day,
            "filters": filters,
            "choices": filters.choices(),
            "page": page,
            "partners": shown,
        },
    )


def partner(request, slug):
    day = requested_day(request)
    partners = Partner.objects.published().select_related("country", "verified_from")
    partner = get_object_or_404(partners, slug=slug)
    agreements = partner.agreements.published().known(day).with_state(day)
    agreements = list(agreements.select_related("source"))
    results = Achievement.objects.published().filter(practice__partners=partner)
    results = results.select_related("practice", "source").order_by("practice__order", "date")
    return render(
        request,
        "partnerships/partner.html",
        {
            "title": partner.name,
            "day": day,
            "partner": partner,
            "agreements": agreements,
            "ended": agreements and not any(agreement.in_force for agreement in agreements),
            "involved": involved(partner),
            "results": results,
            "mobility": Mobility.objects.filter(partner=partner).totals(),
        },
    )


def area_of_interest(request, slug):
    area = get_object_or_404(AreaOfInterest.objects.published(), slug=slug)
    return render(
        request,
        "partnerships/area_of_interest.html",
        {
            "title": area.title,
            "area": area,
            "groups": area.affinity_groups.all(),
            "practices": area.practices.published(),
        },
    )


def practice(request, slug):
    practice = get_object_or_404(Practice.objects.published().select_related("area"), slug=slug)
    return render(
        request,
        "partnerships/practice.html",
        {
            "title": practice.title,
            "practice": practice,
            "partners": practice.partners.published().select_related("country"),
            "achievements": practice.achievements.select_related("source"),
            "evidence": practice.evidence.all(),
        },
    )
