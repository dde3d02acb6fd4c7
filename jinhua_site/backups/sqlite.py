"""SQLite: copied by its own backup interface, which staff who save meanwhile don't disturb."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.db import connection

from . import BackupError, NotPutBackError
from .manifest import differing
from .rows import MIGRATIONS, NUMBER, after_restoring, digest

RUINED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def check_programs(manifest=None):
    """SQLite needs none."""


def copy(file):
    """Copy the database into `file`; its tables, its migrations, its content's number."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as database:
        connection.connection.backup(database)
        database.execute("PRAGMA journal_mode=DELETE")  # one file, complete by itself
        if wrong := _wrong(database):
            raise BackupError(f"The database is damaged: {wrong}.")
        told = _said(database)
    file.chmod(0o600)
    return told


def verify(file, manifest):
    """Whether the copy is sound and its rows are those of the manifest."""
    try:
        with closing(sqlite3.connect(file)) as database:
            sound = not _wrong(database)
            tables = _tables(database)
    except sqlite3.DatabaseError:
        sound = False
    if not sound or differing(manifest.tables, tables):
        raise BackupError("The database in it is damaged.")


def keep(folder):
    """Leave the database as it stands in `folder`, be it damaged."""
    live = _live()
    try:
        copy(folder / live.name)
    except Exception:  # whatever is wrong with it: as it lies there
        for each in _with_companions(live):
            with suppress(FileNotFoundError):
                shutil.copy2(each, folder)


def put_in(file, manifest, number, kept):
    """Let the copy take the database's place, for those too who have it open.

    It is one transaction: until its end everybody reads what was there.
    """
    live = _live()
    connection.close()
    try:
        with closing(sqlite3.connect(file)) as new, new:
            after_restoring(new.execute, manifest.tables, number)
        _fill(live, file)
    except sqlite3.Error as error:  # nothing was committed
        raise BackupError(f"SQLite does not take it: {error}.") from None
    except BaseException:  # an interrupt, or a ruined file that was replaced in part
        _put_back(live, kept)
        raise


def _put_back(live, kept):
    try:
        if (kept / live.name).exists():
            _fill(live, kept / live.name)
    except (OSError, sqlite3.Error) as error:
        raise NotPutBackError(
            f"SQLite failed ({error}), and what was there lies in {kept}."
        ) from None


def _fill(live, file):
    try:
        with (
            closing(sqlite3.connect(file)) as new,
            closing(sqlite3.connect(live, timeout=20)) as database,
        ):
            new.backup(database)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in RUINED:
            raise
        _supplant(live, file)


def _supplant(live, file):
    """Put the copy where a file lies that is no database any more."""
    new = live.with_name(f".{live.name}.restoring")
    shutil.copy2(file, new)
    for each in _with_companions(live)[1:]:
        each.unlink(missing_ok=True)
    new.replace(live)


def _live():
    return Path(connection.settings_dict["NAME"])


def _with_companions(live):
    return [live.with_name(live.name + end) for end in ("", "-wal", "-shm")]


def _wrong(database):
    """The first thing that SQLite finds wrong with it, if any."""
    (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    return " ".join(found.split()) if found != "ok" else None


def _said(database):
    migrations = [".".join(row) for row in database.execute(MIGRATIONS)]
    number = next(database.execute(NUMBER), [0])[0]
    return _tables(database), migrations, number


def _tables(database):
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    )
    names = [name for (name,) in names]
    database.text_factory = bytes  # what stands there, whatever its encoding
    return {
        name: digest(database.execute(f'SELECT * FROM "{name}" ORDER BY rowid'))  # noqa: S608
        for name in sorted(names)
    }
