"""Whether the process answers, and whether it has all that it needs."""

import logging
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from .page_cache import bypass_cache

logger = logging.getLogger(__name__)

WITHIN = 2.5  # seconds
LEAST_FREE = 500 * 1024 * 1024  # bytes
# Beside the request: a database that hangs keeps one thread, and everybody else out of it.
_database = ThreadPoolExecutor(1)


@bypass_cache
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@bypass_cache
@never_cache
def readyz(request):
    """The process and all it depends on answer, or a 503; on this machine with what does not."""
    missing = what_is_missing()
    answer = {"ready": not missing}
    if is_near(request):
        answer |= {"missing": [*missing]} | ({"reasons": missing} if missing else {})
    return JsonResponse(answer, status=503 if missing else 200)


def what_is_missing():
    """What does not work, each with its reason in words for the operator."""
    reasons = _about_database() | {
        "static": _about_static(),
        "folders": _about_folders(),
        "disk": _about_disk(),
    }
    found = {name: reason for name, reason in reasons.items() if reason}
    for name, reason in found.items():
        logger.error("Not ready: %s: %s", name, reason)
    return found


def _about_database():
    asked = _database.submit(_about_migrations)
    try:
        return {"migrations": asked.result(WITHIN)}
    except TimeoutError:
        asked.cancel()
        return {"database": "no answer in time"}
    except Exception as error:  # whatever a driver raises means the same here
        return {"database": " ".join(str(error).split()) or type(error).__name__}


def _about_migrations():
    try:
        loader = MigrationLoader(connection)
    finally:
        connection.close()
    missing = sorted(
        ".".join(key) for key in loader.graph.nodes if key not in loader.applied_migrations
    )
    return f"not applied: {', '.join(missing)}; run manage.py migrate" if missing else None


def _about_static():
    if hasattr(staticfiles_storage, "hashed_files") and not staticfiles_storage.hashed_files:
        return "no manifest; run manage.py collectstatic"
    return None


def _about_folders():
    for folder in (settings.VAR_DIR, Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)):
        there = folder if folder.exists() else folder.parent  # the first upload makes it
        if not os.access(there, os.W_OK | os.X_OK):
            return f"{there} cannot be written"
    return None


def _about_disk():
    free = shutil.disk_usage(settings.VAR_DIR).free
    return f"{free // 1024**2} MB free in {settings.VAR_DIR}" if free < LEAST_FREE else None


def is_near(request):
    """Whether somebody on this very machine asks, who may know of its inside."""
    asking = [request.META.get("REMOTE_ADDR", "")]
    asking += request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return all(is_loopback(address.strip()) for address in asking)


def is_loopback(address):
    """A Unix socket has no address."""
    try:
        return not address or ip_address(address).is_loopback
    except ValueError:
        return False
