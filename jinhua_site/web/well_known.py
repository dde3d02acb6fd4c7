"""Addresses that programs request on their own: robots.txt, security.txt, the icon."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone

from jinhua_site.core.dates import months_before
from jinhua_site.core.languages import CODES

from .headers import PRIVATE_PATHS


def robots(request):
    closed = [f"Disallow: {path}" for path in PRIVATE_PATHS]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def security(request):
    """Where to report a vulnerability, after RFC 9116; valid for half a year from this month."""
    expires = months_before(timezone.localdate(), -6).replace(day=1)
    context = {"codes": CODES[::-1], "expires": expires}
    return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")


def favicon(request):
    """Redirect programs that look for the icon at its default address."""
    return HttpResponseRedirect(static("favicon.ico"))
