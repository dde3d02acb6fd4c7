"""Temporary databases for tests and sites."""

import os
import secrets
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from psycopg import sql

# The variable that names the prepared database on PostgreSQL to all processes of a run.
PREPARED = "PREPARED_DATABASE_URL"


@contextmanager
def own_database(address=None, like=None):
    """Create a database on the server of `address` or `DATABASE_URL`; drop it afterwards.

    It is empty, or a copy of the database at the address `like`. Without an address
    nothing is created: the site uses SQLite in its own folder.
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
def connected(folder, url):
    """Connect Django to the PostgreSQL database at `url`, or else to SQLite in this folder."""
    connection.settings_dict["NAME"] = urlsplit(url).path[1:] if url else folder / "db.sqlite3"
    yield
    connection.close()
