"""Addresses that programs request on their own: robots.txt, security.txt, the icon."""

import datetime

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.core.languages import CODES

from .headers import PRIVATE


def robots(request):
    closed = [f"Disallow: /{path}/" for path in PRIVATE]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def security(request):
    """Where to report a vulnerability, after RFC 9116; valid for half a year from this month."""
    today = timezone.localdate()
    month = today.month + 5  # six months on, counted from 0
    expires = datetime.date(today.year + month // 12, month % 12 + 1, 1)
    contact = []
    for code in reversed(CODES):
        with override(code):
            contact.append(f"Contact: {settings.SITE_URL}{reverse('contact')}")
    lines = [
        *contact,
        f"Expires: {expires}T00:00:00Z",
        f"Preferred-Languages: {', '.join(code[:2] for code in reversed(CODES))}",
        f"Canonical: {settings.SITE_URL}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request):
    """Redirect programs that look for the icon at its default address."""
    return HttpResponseRedirect(static("favicon.ico"))
