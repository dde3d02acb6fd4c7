"""Addresses that programs request on their own: robots.txt, security.txt, the icon."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from jinhua_site.core.dates import months_before
from jinhua_site.core.languages import CODES, same_page_in

from .headers import PRIVATE_PATHS


def robots(request):
    closed = [f"Disallow: {path}" for path in PRIVATE_PATHS]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def security(request):
    """Where to report a vulnerability, after RFC 9116; valid for half a year from this month."""
    expires = months_before(timezone.localdate(), -6).replace(day=1)
    contact = reverse("contact")
    lines = [
        *(f"Contact: {settings.SITE_URL}{same_page_in(c, contact)}" for c in reversed(CODES)),
        f"Expires: {expires}T00:00:00Z",
        f"Preferred-Languages: {', '.join(code[:2] for code in reversed(CODES))}",
        f"Canonical: {settings.SITE_URL}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request):
    """Redirect programs that look for the icon at its default address."""
    return HttpResponseRedirect(static("favicon.ico"))
