"""Addresses that machines ask: health, robots, uploaded files."""

import json
import logging

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils._os import safe_join
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from profile.context import get_college

from .languages import bcp47

ICONS = [
    ("icon-192.png", "192x192", "image/png"),
    ("icon-512.png", "512x512", "image/png"),
]
logger = logging.getLogger(__name__)


class JSONSerializer:
    """Keeps cached values in Redis as JSON, which runs no code when it is read."""

    def dumps(self, value):
        return json.dumps(value).encode()

    def loads(self, data):
        return json.loads(data)


@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request):
    """The process and what it depends on answer; 503 and the names of those that do not."""
    checks = {"database": _ask_database}
    if settings.REDIS_URL:
        checks["redis"] = _ask_redis
    missing = [name for name, ask in checks.items() if not _answers(name, ask)]
    status = 503 if missing else 200
    return JsonResponse({"ready": not missing, "missing": missing}, status=status)


def _ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM profile_college")


def _ask_redis():
    caches["default"].get("readyz")


def _answers(name, ask):
    try:
        ask()
    except Exception:  # whatever a driver raises means the same here
        logger.exception("%s does not answer", name)
        return False
    return True


def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


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


def media(request, name):
    """A picture that staff uploaded. Django's own view answers 500 to an overlong name."""
    try:
        return FileResponse(open(safe_join(settings.MEDIA_ROOT, name), "rb"))  # noqa: PTH123
    except (OSError, ValueError):
        raise Http404 from None
