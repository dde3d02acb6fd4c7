"""Addresses that machines ask: health, robots, uploaded files."""

import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils._os import safe_join
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache

from profile.context import get_college

from . import readiness
from .headers import PRIVATE
from .languages import CODES, bcp47
from .uploads import HARMLESS
from .web.page_cache import bypass_cache

ICONS = [
    ("icon-192.png", "192x192", "image/png"),
    ("icon-512.png", "512x512", "image/png"),
]
UPLOADS = {
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
}


@bypass_cache
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@bypass_cache
@never_cache
def readyz(request):
    """The process and all it depends on answer, or a 503; on this machine with what does not."""
    missing = readiness.missing()
    told = {"ready": not missing}
    if readiness.is_near(request):
        told |= {"missing": [*missing]} | ({"reasons": missing} if missing else {})
    return JsonResponse(told, status=503 if missing else 200)


def robots(request):
    closed = [f"Disallow: /{path}/" for path in PRIVATE]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def security(request):
    """Where to report a hole, as RFC 9116 wants it. It holds for half a year from this month."""
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
    """Where programs look for an icon that no page has named to them."""
    return HttpResponseRedirect(static("favicon.ico"))


def manifest(request):
    """What a telephone shows of the site among its own programs."""
    college = get_college()
    return JsonResponse(
        {
            "name": college.name,
            "lang": bcp47(get_language()),
            "start_url": reverse("home"),
            "scope": "/",
            "display": "browser",
            "theme_color": "#1f6b5c",
            "background_color": "#fbfaf6",
            "icons": [
                {"src": static(name), "sizes": sizes, "type": kind, "purpose": "any maskable"}
                for name, sizes, kind in ICONS
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@bypass_cache
def media(request, name):
    """A file that staff uploaded: a picture is shown, all else kept, and neither does anything.

    Django's own view answers 500 to an overlong name.
    """
    path = PurePosixPath(name)
    if any(part.startswith(".") for part in path.parts):
        raise Http404
    kind = UPLOADS.get(path.suffix.lower(), "application/octet-stream")
    try:
        file = open(safe_join(settings.MEDIA_ROOT, name), "rb")  # noqa: PTH123, SIM115
    except (OSError, ValueError):
        raise Http404 from None
    return FileResponse(
        file,
        content_type=kind,
        as_attachment=not kind.startswith("image/"),
        headers=HARMLESS | {"Cache-Control": "public, max-age=3600"},
    )
