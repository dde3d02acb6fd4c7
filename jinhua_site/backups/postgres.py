"""PostgreSQL: copied by pg_dump from one snapshot, put back in one transaction."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from django.db import connection
from psycopg import Error, IsolationLevel, sql

from . import BackupError
from .manifest import differing
from .rows import MIGRATIONS, NUMBER, after_restoring, digest

PLAIN = ["--no-owner", "--no-privileges"]
PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '60s'",
    "SET LOCAL TIME ZONE 'UTC'",
)
SQL, COPIED = b"FROM stdin;", b"\\.\n"
TOO_NEW = b"SET transaction_timeout = 0;"  # pg_restore 17 writes it for servers before 17 too


def check_programs(manifest=None):
    """`BackupError` where PostgreSQL's programs are not there, or older than what they work on."""
    server = connection.pg_version // 10000
    for program in ("pg_dump", "pg_restore"):
        if not shutil.which(program):
            raise BackupError(
                f"{program} is not installed: apt install postgresql-client-{server}."
            )
        told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout  # noqa: S603
        version = int((re.search(r"\) (\d+)", told) or [0, 0])[1])
        needed = max(server, manifest.engine_version if manifest else 0)
        if version < needed:
            raise BackupError(
                f"{program} is of version {version} and PostgreSQL of {needed}: "
                f"apt install postgresql-client-{needed}."
            )
    if manifest and manifest.engine_version > server:
        raise BackupError(
            f"It comes from PostgreSQL {manifest.engine_version}, and this server is of version "
            f"{server}."
        )


def copy(file):
    """Dump the database into `file`; its tables, its migrations, its content's number."""
    with _transaction(read_only=True) as pg:
        (snapshot,) = pg.execute("SELECT pg_export_snapshot()").fetchone()
        # Not compressed: the archive is.
        _dump(file, "--compress=0", f"--snapshot={snapshot}")
        migrations = [".".join(row) for row in pg.execute(MIGRATIONS)]
        (number,) = pg.execute(NUMBER).fetchone() or (0,)
        return _tables(pg), migrations, number


def verify(file, manifest):
    """Whether pg_restore can read the copy; its rows are compared before they are committed."""
    _run("pg_restore", "--list", str(file), stdout=subprocess.DEVNULL)


def keep(folder):
    """Leave the database as it stands in `folder`."""
    if connection.introspection.table_names():
        _dump(folder / "database.pgdump")


def put_in(file, manifest, number, kept):
    """Let the copy take the place of every table, in one transaction with the comparison."""
    try:
        with _transaction() as pg:
            (path,) = pg.execute("SHOW search_path").fetchone()
            for name in _names(pg):
                pg.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))
            unpack = ["pg_restore", *PLAIN, "--file=-", file]
            with subprocess.Popen(unpack, stdout=subprocess.PIPE) as script:  # noqa: S603
                _execute(pg, script.stdout)
            if script.returncode:
                raise BackupError("pg_restore did not come to its end.")
            pg.execute(f"SET LOCAL search_path = {path}")
            wrong = differing(manifest.tables, _tables(pg))
            if wrong:
                raise BackupError(f"These tables came out otherwise: {', '.join(wrong)}.")
            after_restoring(pg.execute, manifest.tables, number)
    except Error as error:
        raise BackupError(f"PostgreSQL does not take it: {error}") from None


def _execute(pg, script):
    """Run what pg_restore writes for psql. Commands to psql itself never run."""
    statements = []
    for line in script:
        if line.startswith(b"COPY ") and line.rstrip().endswith(SQL):
            _flush(pg, statements)
            with pg.cursor().copy(line.decode()) as rows:
                while (row := script.readline()) not in (COPIED, b""):
                    rows.write(row)
        elif not line.startswith((b"\\", TOO_NEW)):
            statements.append(line)
    _flush(pg, statements)


def _flush(pg, statements):
    text = b"".join(statements).decode()
    statements.clear()
    if re.search(r"^(?!--)\S", text, re.MULTILINE):
        pg.execute(text)


@contextmanager
def _transaction(read_only=False):
    """A connection of its own, beside Django's, in one transaction."""
    own = connection.copy()
    own.ensure_connection()
    try:
        pg = own.connection
        if read_only:
            pg.isolation_level, pg.read_only = IsolationLevel.REPEATABLE_READ, True
        with pg.transaction():
            for statement in PATIENT:
                pg.execute(statement)
            yield pg
    finally:
        own.close()


def _tables(pg):
    return {name: digest(_rows(pg, name)) for name in _names(pg)}


def _rows(pg, name):
    """Each row as PostgreSQL writes it, in an order that no server's language decides."""
    query = sql.SQL('SELECT whole::text FROM {} AS whole ORDER BY whole::text COLLATE "C"')
    with pg.cursor(name="rows") as cursor:
        cursor.itersize = 10_000
        yield from cursor.execute(query.format(sql.Identifier(name)))


def _names(pg):
    found = pg.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    )
    return [name for (name,) in found]


def _dump(file, *options):
    file.touch(mode=0o600)
    _run("pg_dump", "--format=custom", *PLAIN, *options, f"--file={file}", server=True)


def _run(program, *arguments, server=False, **options):
    where, environment = [], os.environ
    if server:
        command, variables = connection.client.settings_to_cmd_args_env(
            connection.settings_dict, []
        )
        where, environment = command[1:], {**os.environ, **(variables or {})}
    done = subprocess.run(  # noqa: S603
        [program, *arguments, *where], env=environment, stderr=subprocess.PIPE, text=True, **options
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {' '.join(done.stderr.split())}")
