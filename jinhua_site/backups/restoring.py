"""Puts an archive in the place of what is there, once nothing speaks against it."""

import datetime
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from . import BackupError, NotPutBackError
from .archive import DATABASES, members, verify
from .files import Exchange, uploaded
from .making import alone, engine
from .manifest import NAMES
from .rows import NUMBER, newest_change

ASIDE = "before-restore-%Y%m%dT%H%M%SZ"
WORK = ".restore-work-"


def restore(file, over_newer_data, progress):
    """The manifest of what was restored, and the folder in which lies what was there.

    `BackupError` where nothing was touched, or all was put back.
    """
    with alone(), _workshop() as work:
        manifest = verify(file, progress, work)
        copy = work / DATABASES[manifest.engine]
        _refuse_what_does_not_fit(manifest)
        engine().verify(copy, manifest)
        if not over_newer_data:
            _refuse_over_newer_data(manifest)
        aside = settings.VAR_DIR / datetime.datetime.now(datetime.UTC).strftime(ASIDE)
        aside.mkdir(mode=0o700)
        _exchange(file, manifest, copy, aside, progress)
    return manifest, aside


@contextmanager
def _workshop():
    """A folder for the copy of the database, without what a killed run has left."""
    for path in settings.VAR_DIR.glob(f"{WORK}*"):
        shutil.rmtree(path)
    with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.VAR_DIR) as folder:
        yield Path(folder)


def _exchange(file, manifest, copy, aside, progress):
    exchange, number = Exchange(aside), _number_never_seen(manifest)
    begun = False
    try:
        progress("Keeping the database aside", 0, 1)
        engine().keep(aside)
        progress("Keeping the database aside", 1, 1)
        for member, content in members(file, progress):
            if member.name.partition("/")[2]:
                exchange.put(member, content, manifest.files[member.name])
        progress("Filling the database", 0, 1)
        begun = True
        engine().put_in(copy, manifest, number, aside)
    except NotPutBackError:
        raise
    except BaseException as error:  # an interrupt too
        exchange.undo()
        if not begun:
            shutil.rmtree(aside)
        elif isinstance(error, BackupError):
            raise BackupError(f"{error} A copy of what was there lies in {aside}.") from None
        raise
    finally:
        exchange.clear()
    progress("Filling the database", 1, 1)
    exchange.put_aside(manifest.files)


def _refuse_what_does_not_fit(manifest):
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"It holds a database of {NAMES[manifest.engine]}, and this site runs on "
            f"{NAMES[connection.vendor]}; set DATABASE_URL to one of the same kind."
        )
    if manifest.unknown_migrations:
        raise BackupError(
            f"It was made by a newer release ({manifest.unknown_migrations[0]}); update the site "
            "first."
        )
    engine().check_programs(manifest)


def _refuse_over_newer_data(manifest):
    told = "; with --over-newer-data it is put aside and the archive takes its place."
    try:
        newest = newest_change()
    except Error as error:
        raise BackupError(
            f"What is in the database now cannot be read ({' '.join(str(error).split())}){told}"
        ) from None
    if newest and newest > manifest.moment:
        raise BackupError(
            f"The database was changed on {newest:%Y-%m-%d at %H:%M:%S} UTC, after the archive "
            f"was made on {manifest.moment:%Y-%m-%d at %H:%M:%S}{told}"
        )
    newer = [
        name
        for name, path in uploaded().items()
        if name not in manifest.files and path.stat().st_mtime > manifest.moment.timestamp()
    ]
    if newer:
        raise BackupError(f"{len(newer)} files were uploaded after it was made{told}")


def _number_never_seen(manifest):
    """A number of the content at which no cache has kept a page: see `content_number`."""
    known = [manifest.content_version, int(time.time())]
    try:
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            known += [number for (number,) in cursor.fetchall()]
    except Error:  # there is none, or none that can be read
        pass
    return max(known) + 1
