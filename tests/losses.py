"""Kills what writes, and counts what is lost: `python -m tests.losses [--every 40]`.

Migrations, the content and the first administrator, each killed again and again as it
begins another statement; then a backup and a restoration of a college with 10,000
partners. On SQLite or, with `DATABASE_URL`, on PostgreSQL.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg

from tests import server
from tests.database import own_database

PARTNERS, FILES, MOST_SECONDS = 10_000, 500, 60
CONTENT = ["profile_fact", "partnerships_partner", "publishing_loadedrecord"]
FILL = """
from tests.makers import *
from tests.own_site import upload
from pathlib import Path
import os
multiply(make_partner(), {partners})
for n in range({files}):
    folder = "private" if n % 5 else "media"
    upload(Path(os.environ["VAR_DIR"]), {{f"{{folder}}/many/{{n}}.jpg": os.urandom(200_000)}})
"""
WRECK = """
from partnerships.models import Partner
from jinhua_site.backups.files import uploaded
Partner.objects.filter(slug__startswith="partner-").delete()
for path in [*uploaded().values()][::2]:
    path.unlink()
"""
TELL = """
from tests.own_site import contents
from hashlib import sha256
tables, files = contents()
print("TOLD", sha256(repr((tables, files)).encode()).hexdigest(), len(tables), len(files))
"""


def killed(statement, *commands, **variables):
    """Whether the last of the commands was killed before its end."""
    done = server.python("-m", "tests.killed", str(statement), *commands, **variables)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def counts(variables):
    """How many rows each table has; the schema is their names."""
    ask = _on_postgres if "DATABASE_URL" in variables else _on_sqlite
    return ask(variables)


def _on_sqlite(variables):
    with closing(sqlite3.connect(variables["VAR_DIR"] / "db.sqlite3")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: _count(database, name) for (name,) in names if name != "sqlite_sequence"}


def _on_postgres(variables):
    with psycopg.connect(variables["DATABASE_URL"]) as database:
        names = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name: _count(database, name) for (name,) in names.fetchall()}


def _count(database, name):
    return database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608


def manage(*arguments, **variables):
    done = server.python("manage.py", *arguments, timeout=600, **variables)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def interrupted(command, every, variables, whole):
    """Kill `command` at one statement after another until it gets through; how often."""
    statement, times = 1, 0
    while killed(statement, command, **variables):
        times += 1
        statement += every
        if command == "load_content":
            told = counts(variables)
            assert all(told[name] == 0 for name in CONTENT), told
        if command == "first_administrator":
            assert counts(variables)["auth_user"] == 0
    if whole:
        assert counts(variables) == whole, "It came out otherwise than without being killed."
    return times


def backed_up(variables):
    """Seconds of a backup and of a restoration; all as it was in between."""
    manage("shell", "-c", FILL.format(partners=PARTNERS, files=FILES), **variables)
    before = manage("shell", "-v", "0", "-c", TELL, **variables)
    start = time.monotonic()
    manage("backup", **variables)
    made = time.monotonic()
    manage("shell", "-c", WRECK, **variables)
    assert manage("shell", "-v", "0", "-c", TELL, **variables) != before
    (archive,) = (variables["VAR_DIR"] / "backups").iterdir()
    again = time.monotonic()
    manage("restore", str(archive), "--over-newer-data", **variables)
    end = time.monotonic()
    assert manage("shell", "-v", "0", "-c", TELL, **variables) == before
    return made - start, end - again, archive.stat().st_size / 1e6, before.split()[1:]


def main():
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--every", type=int, default=40, help="statements between two kills")
    every = parser.parse_args().every
    with tempfile.TemporaryDirectory() as folder, own_database() as database:
        with own_database() as other:
            whole = {"VAR_DIR": Path(folder, "whole"), **other}
            for command in ("migrate", "load_content"):
                manage(command, **whole)
            loaded = counts(whole)
        variables = {"VAR_DIR": Path(folder, "killed"), **database}
        for command in ("migrate", "load_content", "first_administrator"):
            small = 1 if command == "first_administrator" else every
            times = interrupted(
                command, small, variables, loaded if command == "load_content" else None
            )
            sys.stdout.write(f"{command}: killed {times} times, nothing was half there\n")
        made, restored, size, (digest, tables, files) = backed_up(variables)
    sys.stdout.write(
        f"{PARTNERS:,} partners, {tables} tables, {files} files: an archive of {size:.0f} MB made "
        f"in {made:.1f} s, restored in {restored:.1f} s, digests equal ({digest[:12]})\n"
    )
    return restored < MOST_SECONDS


if __name__ == "__main__":
    os.chdir(server.PROJECT)
    sys.exit(0 if main() else 1)
