"""The pages that draw on both applications, and those about the site itself."""

from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation import gettext as _

from jinhua_site.web.page_cache import bypass_cache
from partnerships.models import Country
from profile.context import current_figures


@bypass_cache
def root(request):
    """Redirect to the home page in the browser's first language that the site has."""
    response = HttpResponseRedirect(request.get_full_path().replace("/", f"/{get_language()}/", 1))
    patch_cache_control(response, private=True, no_store=True)
    return response


@bypass_cache
def language_alias(request, tag):
    """Redirect from another tag of a language to the same page under the site's own tag."""
    try:
        code = get_supported_language_variant(tag.lower())
    except LookupError:
        raise Http404 from None
    return HttpResponsePermanentRedirect(request.get_full_path().replace(tag, code, 1))


def home(request):
    figures = current_figures()
    context = {
        "figures": [figure for figure in figures.values() if figure.fact.headline],
        "figure": figures.get("partner-countries"),
        "countries": Country.objects.published().with_partner_totals(),
    }
    return render(request, "home.html", context)


def contact(request):
    return render(request, "contact.html", {"title": _("Contact")})


def accessibility(request):
    return render(request, "accessibility.html", {"title": _("Accessibility")})


def privacy(request):
    return render(request, "privacy.html", {"title": _("Privacy")})


def manifest(request):
    """The web app manifest: how a phone shows the site among its apps."""
    return render(request, "site.webmanifest", content_type="application/manifest+json")
