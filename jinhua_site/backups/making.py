"""Makes an archive, and reads it back before it counts."""

import datetime
import fcntl
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from jinhua_site.page_cache.release import release

from . import BackupError, postgres, sqlite
from .archive import DATABASES, NAME, PART, verify, writing
from .files import uploaded
from .manifest import Manifest

TRIES = 3
WORK = ".jinhua-work-"
ENGINES = {"sqlite": sqlite, "postgresql": postgres}


def engine():
    return ENGINES[connection.vendor]


@contextmanager
def alone():
    """Only one run makes or restores an archive; the lock falls with its process."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / ".backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Another run is making or restoring a backup.") from None
        yield


def make(folder, progress, name=NAME):
    """A new archive in `folder`, and its manifest."""
    with alone():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(folder)
        engine().check_programs()
        for _try in range(TRIES):
            file, moment = _named_by_now(folder, name)
            there = uploaded()
            with tempfile.TemporaryDirectory(prefix=WORK, dir=folder) as work:
                if _written(file, Path(work), moment, there, progress):
                    return file, verify(file, progress)
        raise BackupError("Files are being deleted all the while; try again when it is quiet.")


def _named_by_now(folder, name):
    while True:
        moment = datetime.datetime.now(datetime.UTC)
        file = folder / moment.strftime(name)
        if not file.exists():
            return file, moment
        time.sleep(0.1)


def _written(file, work, moment, there, progress):
    """Whether it was written; not where one of the files that were `there` has gone meanwhile."""
    name = DATABASES[connection.vendor]
    progress("Copying the database", 0, 1)
    tables, migrations, number = engine().copy(work / name)
    progress("Copying the database", 1, 1)
    try:
        with writing(file) as archive:
            archive.add(name, work / name)
            files = there | uploaded()
            for done, (member, path) in enumerate(files.items(), start=1):
                archive.add(member, path)
                progress("Packed", done, len(files))
            archive.close(
                Manifest(
                    made=moment.isoformat(timespec="seconds"),
                    site=settings.SITE_URL,
                    release=release(),
                    engine=connection.vendor,
                    engine_version=engine_version(),
                    migrations=migrations,
                    content_version=number,
                    tables=tables,
                    files=archive.files,
                )
            )
    except FileNotFoundError:
        return False
    return True


def engine_version():
    return connection.get_database_version()[0]


def _clear(folder):
    """Remove what a run that was killed has left."""
    for path in folder.glob(f"{WORK}*"):
        shutil.rmtree(path)
    for path in folder.glob(f".jinhua-*{PART}"):
        path.unlink()
