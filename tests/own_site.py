"""A site of a test's own, within its process: a database, folders, files that staff uploaded."""

import os
import secrets
import shutil
import sqlite3
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections
from django.test import override_settings
from environ import Env
from psycopg import sql

from jinhua_site.backups import postgres, sqlite
from jinhua_site.backups.files import uploaded
from jinhua_site.backups.rows import session_table

FILES = {
    "media/partners/crest.png": b"\x89PNG " * 300,
    "media/documents/报告 2026.pdf": b"%PDF-1.7 " + bytes(range(256)) * 40,
    "private/agreement/0f3a.pdf": b"%PDF-1.4 a scan",
}


@contextmanager
def connected(url):
    """Django's connection leads to another database for as long as the context lasts."""
    former = connections["default"]
    wrapper = type(former)
    told = former.settings_dict | Env.db_url_config(url)
    told["OPTIONS"] = former.settings_dict["OPTIONS"]
    connections["default"] = wrapper(told, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = former


@contextmanager
def copied_database(origin, folder):
    """The address of a copy of the database that stands at the address `origin`."""
    if origin.startswith("sqlite"):
        file = folder / "db.sqlite3"
        shutil.copy(origin.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    url = urlsplit(origin)
    name, like = f"jinhua_own_{secrets.token_hex(4)}", url.path[1:]
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as postgres:
        both = map(sql.Identifier, (name, like))
        postgres.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*both))
        try:
            yield url._replace(path=f"/{name}").geturl()
        finally:
            postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def own_site(origin, folder):
    """A site in `folder`, like the one whose database stands at the address `origin`."""
    paths = {
        "VAR_DIR": folder,
        "BACKUP_DIR": folder / "backups",
        "MEDIA_ROOT": folder / "media",
        "PRIVATE_ROOT": folder / "private",
    }
    upload(folder)
    with (
        override_settings(**paths),
        copied_database(origin, folder) as url,
        connected(url),
    ):
        yield folder


def upload(var_dir, files=FILES):
    for name, content in files.items():
        path = var_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))


def contents():
    """What every table and every uploaded file holds, but for what a restoration ends."""
    if connection.vendor == "postgresql":
        with postgres._transaction(read_only=True) as pg:
            tables = postgres._tables(pg)
    else:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
            tables = sqlite._tables(database)
    for name in (session_table(), "publishing_contentversion"):  # which end with a restoration
        tables.pop(name)
    return tables, {name: path.read_bytes() for name, path in uploaded().items()}
