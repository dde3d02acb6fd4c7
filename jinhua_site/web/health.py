"""Health checks: whether the process answers, and whether all that it needs works."""

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
# One thread for all: a database that hangs blocks this thread, but no request.
_database = ThreadPoolExecutor(1)


@bypass_cache
@never_cache
def healthz(request):
    """Answer as long as the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@bypass_cache
@never_cache
def readyz(request):
    """Return 200 if all that the site needs works, else 503; give reasons on this machine only."""
    missing = dict(_reasons())
    for name, reason in missing.items():
        logger.error("Not ready: %s: %s", name, reason)
    answer = {"ready": not missing}
    if is_near(request):
        answer |= {"missing": [*missing]} | ({"reasons": missing} if missing else {})
    return JsonResponse(answer, status=503 if missing else 200)


def _reasons():
    """Yield what does not work, each with a reason for the operator."""
    future = _database.submit(_unapplied_migrations)
    try:
        if unapplied := future.result(WITHIN):
            yield "migrations", f"not applied: {', '.join(unapplied)}; run manage.py migrate"
    except TimeoutError:
        future.cancel()
        yield "database", "no answer in time"
    except Exception as error:  # drivers raise all kinds
        yield "database", " ".join(str(error).split()) or type(error).__name__
    if not getattr(staticfiles_storage, "hashed_files", True):
        yield "static", "no manifest; run manage.py collectstatic"
    for folder in (settings.VAR_DIR, Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)):
        existing = folder if folder.exists() else folder.parent  # the first upload creates it
        if not os.access(existing, os.W_OK | os.X_OK):
            yield "folders", f"{existing} is not writable"
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < LEAST_FREE:
        yield "disk", f"{free // 1024**2} MB free in {settings.VAR_DIR}"


def _unapplied_migrations():
    try:
        loader = MigrationLoader(connection)
    finally:
        connection.close()
    unapplied = loader.graph.nodes.keys() - loader.applied_migrations.keys()
    return sorted(".".join(key) for key in unapplied)


def is_near(request):
    """Whether the request comes from this machine, where reasons may be shown."""
    addresses = [request.META.get("REMOTE_ADDR", "")]
    addresses += request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return all(is_loopback(address.strip()) for address in addresses)


def is_loopback(address):
    """Whether an address is this machine's; a Unix socket has none."""
    try:
        return not address or ip_address(address).is_loopback
    except ValueError:
        return False
