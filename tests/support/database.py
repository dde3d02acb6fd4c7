"""Databases for as long as a test or a site runs."""

import os
import secrets
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from psycopg import sql


@contextmanager
def own_database(address=None, like=None):
    """A new database where `address` or else `DATABASE_URL` points, dropped afterwards.

    It is empty, or a copy of the database at the address `like`. Without either address
    there is none: the site uses SQLite in its own folder.
    """
    url = urlsplit(address or os.environ.get("DATABASE_URL", ""))
    if not url.scheme.startswith("postgres"):
        yield {}
        return
    name = f"jinhua_site_{secrets.token_hex(4)}"
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as postgres:
        names = sql.Identifier(name), sql.Identifier(urlsplit(like or "/template1").path[1:])
        postgres.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            yield {"DATABASE_URL": url._replace(path=f"/{name}").geturl()}
        finally:
            postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected(folder, database):
    """Let Django ask what `own_database` has made, or else SQLite in this folder."""
    url = database.get("DATABASE_URL")
    connection.settings_dict["NAME"] = urlsplit(url).path[1:] if url else folder / "db.sqlite3"
    yield
    connection.close()
