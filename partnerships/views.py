from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jinhua_site.dates import requested_day
from jinhua_site.fragments import Shown
from jinhua_site.page_cache.addresses import for_everyone
from jinhua_site.publishing.gone import published_or_gone
from jinhua_site.publishing.version import remembered
from profile.context import current_figures, get_college

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


@for_everyone()
def home(request):
    shown = on_the_home_page(get_language())
    return render(request, "partnerships/home.html", {"title": _("Partnerships"), "shown": shown})


@remembered
def on_the_home_page(code):
    """What the home page of the partnerships shows in the active language, `code`."""
    whole = register(None)
    lists = plans()
    countries = with_totals(lists["countries"])
    for area in lists["areas"]:
        area.partner_total = whole.total("area", area.slug)
    joint = Agreement.objects.published().joint().with_term()
    return Shown(
        college=get_college(),
        figure=current_figures().get("partner-countries"),
        regions={
            region: [country for country in countries if country.region == region]
            for region in Country.Region
        },
        partner_total=len(whole.pks),
        joint=list(joint.select_related("partner", "source")[:MOST_JOINT]),
        **lists,
    )


@for_everyone("as_of", "page", "q", *PartnerFilters.NAMES)
def partners(request):
    day = requested_day(request)
    found = matching(get_language(), day, *PartnerFilters.asked(request.GET))
    page = Paginator(found["pks"], PARTNERS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partnerships/partners.html",
        {
            "title": _("Partners"),
            "day": day,
            "found": found,
            "page": page,
            "shown": listed(get_language(), day, *page.object_list),
        },
    )


@remembered
def matching(code, day, *asked):
    """Which partners are `asked` for, and the other choices, named in the language `code`."""
    filters = PartnerFilters(dict(asked), day)
    return Shown(filters=filters, choices=filters.choices(), day=day, pks=filters.partners())


@remembered
def listed(code, day, *pks):
    """These partners with their agreements on `day`, and their areas in the language `code`."""
    agreements = Agreement.objects.published().known(day).with_term(day)
    partners = Partner.objects.published().filter(pk__in=pks).select_related("country")
    partners = list(
        partners.prefetch_related(Prefetch("agreements", agreements, "public_agreements"))
    )
    for partner in partners:
        partner.areas = register(day).areas(partner.pk)
    return Shown(day=day, partners=partners)


@for_everyone("as_of")
def partner(request, slug):
    day = requested_day(request)
    shown = known_of(slug, day, get_language())
    return render(
        request,
        "partnerships/partner.html",
        {"title": shown["partner"].name, "day": day, **shown, "shown": shown},
    )


@remembered
def known_of(slug, day, code):
    """What was known of a partner on `day`, with the lists in the active language, `code`."""
    partners = Partner.objects.published().select_related("country", "verified_from")
    partner = published_or_gone(partners, slug=slug)
    agreements = partner.agreements.published().known(day).with_term(day)
    agreements = list(agreements.select_related("source"))
    results = Achievement.objects.published().known().filter(practice__partners=partner)
    results = results.select_related("practice", "source").order_by("practice__order", "date")
    return Shown(
        partner=partner,
        agreements=agreements,
        involved=involved(partner),
        results=list(results),
        mobility=list(Mobility.objects.filter(partner=partner).totals()),
    )


@for_everyone()
def area_of_interest(request, slug):
    shown = known_of_area(slug)
    context = {"title": shown["area"].title, **shown, "shown": shown}
    return render(request, "partnerships/area_of_interest.html", context)


@remembered
def known_of_area(slug):
    area = published_or_gone(AreaOfInterest.objects.published(), slug=slug)
    return Shown(
        area=area,
        groups=list(area.affinity_groups.all()),
        practices=list(area.practices.published()),
    )


@for_everyone()
def practice(request, slug):
    shown = known_of_practice(slug)
    context = {"title": shown["practice"].title, **shown, "shown": shown}
    return render(request, "partnerships/practice.html", context)


@remembered
def known_of_practice(slug):
    practice = published_or_gone(Practice.objects.published().select_related("area"), slug=slug)
    return Shown(
        practice=practice,
        partners=list(practice.partners.published().select_related("country")),
        achievements=list(practice.achievements.known().select_related("source")),
        evidence=list(practice.evidence.all()),
    )
