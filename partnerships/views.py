from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from profile.models import Figure

from .models import AreaOfInterest, Commitment, CooperationArea, Country, Partner

PARTNERS_A_PAGE = 50


def home(request):
    countries = list(Country.objects.published().with_partner_totals())
    regions = {
        label: [country for country in countries if country.region == region]
        for region, label in Country.Region.choices
    }
    return render(
        request,
        "partnerships/home.html",
        {
            "title": _("Partnerships"),
            "figure": Figure.objects.published().current_of("partner-countries"),
            "countries": countries,
            "regions": regions,
            "partner_total": sum(country.partner_total for country in countries),
            "areas": CooperationArea.objects.published(),
            "commitments": Commitment.objects.published(),
            "interests": AreaOfInterest.objects.published(),
        },
    )


def partners(request):
    chosen = Partner.objects.published().chosen(request.GET).select_related("country")
    page = Paginator(chosen, PARTNERS_A_PAGE).get_page(request.GET.get("page"))
    countries = Country.objects.published().with_partner_totals().filter(partner_total__gt=0)
    return render(
        request,
        "partnerships/partners.html",
        {"title": _("Partners"), "page": page, "countries": countries},
    )


def partner(request, slug):
    partners = Partner.objects.published().select_related("country", "verified_from")
    partner = get_object_or_404(partners, slug=slug)
    return render(request, "partnerships/partner.html", {"title": partner.name, "partner": partner})
