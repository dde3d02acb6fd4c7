"""Whether a process has all that it needs, found out while somebody waits."""

import logging
import os
import shutil
import time
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

logger = logging.getLogger(__name__)

WITHIN = 2.5  # seconds
LEAST_FREE = 500 * 1024 * 1024  # bytes


class NotReadyError(Exception):
    """What is missing, in words for the operator."""


def ask_database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM profile_college")
    finally:
        connection.close()


@cache
def known_migrations():
    """Return the names of all migrations in the code."""
    return frozenset(".".join(key) for key in MigrationLoader(None).disk_migrations)


def ask_migrations():
    try:
        applied = {".".join(key) for key in MigrationRecorder(connection).applied_migrations()}
    finally:
        connection.close()
    if missing := sorted(known_migrations() - applied):
        raise NotReadyError(f"not applied: {', '.join(missing)}; run manage.py migrate")


def ask_static():
    if hasattr(staticfiles_storage, "hashed_files") and not staticfiles_storage.hashed_files:
        raise NotReadyError("no manifest; run manage.py collectstatic")


def ask_folders():
    for folder in (settings.VAR_DIR, Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)):
        there = folder if folder.exists() else folder.parent  # the first upload makes it
        if not os.access(there, os.W_OK | os.X_OK):
            raise NotReadyError(f"{there} cannot be written")


def ask_disk():
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < LEAST_FREE:
        raise NotReadyError(f"{free // 1024**2} MB free in {settings.VAR_DIR}")


ASKED = {
    "database": ask_database,
    "migrations": ask_migrations,
    "static": ask_static,
    "folders": ask_folders,
    "disk": ask_disk,
}
_under_way = {}  # by name: who asks, and where the answer is put
_starting = Lock()


def missing():
    """What does not work, each with its reason, after `WITHIN` seconds at the latest."""
    deadline = time.monotonic() + WITHIN
    with _starting:
        asking = {name: _asking(name, ask) for name, ask in ASKED.items()}
    for thread, _answer in asking.values():
        thread.join(max(0, deadline - time.monotonic()))
    found = {
        name: answer.get("reason", "no answer in time") for name, (_, answer) in asking.items()
    }
    found = {name: reason for name, reason in found.items() if reason}
    if "database" in found:
        found.pop("migrations", None)
    for name, reason in found.items():
        logger.error("Not ready: %s: %s", name, reason)
    return found


def _asking(name, ask):
    """Somebody who asks just now: one that still hangs is not joined by another."""
    if name not in _under_way or not _under_way[name][0].is_alive():
        answer = {}
        thread = Thread(target=_ask, args=(ask, answer), daemon=True)
        thread.start()
        _under_way[name] = thread, answer
    return _under_way[name]


def _ask(ask, answer):
    try:
        ask()
    except Exception as error:  # whatever a driver raises means the same here
        answer["reason"] = " ".join(str(error).split()) or type(error).__name__
    else:
        answer["reason"] = None


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
