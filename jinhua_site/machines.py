"""Addresses that machines ask: health, robots, uploaded files."""

import json
import logging

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.utils._os import safe_join
from django.views.decorators.cache import never_cache

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


def media(request, name):
    """A picture that staff uploaded. Django's own view answers 500 to an overlong name."""
    try:
        return FileResponse(open(safe_join(settings.MEDIA_ROOT, name), "rb"))  # noqa: PTH123
    except (OSError, ValueError):
        raise Http404 from None
