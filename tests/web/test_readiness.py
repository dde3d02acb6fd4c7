"""`/readyz` quickly names what does not work, to requests from the machine itself."""

import json
import shutil
import socket
import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client

from jinhua_site.web import health
from tests.support import server

FAR = {"REMOTE_ADDR": "203.0.113.7"}


def readyz(**asking):
    answer = Client().get("/readyz", **asking)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.django_db
def test_a_site_that_has_all_is_ready_and_leaves_no_connection_open():
    opened = []

    def note(connection, **kwargs):
        opened.append(connection)

    connection_created.connect(note)
    try:
        assert readyz() == (200, {"ready": True, "missing": []})
    finally:
        connection_created.disconnect(note)
    assert [wrapper.connection for wrapper in opened] == [None]


def test_a_migration_that_was_not_applied_is_named(django_db_setup, django_db_blocker):
    change = "UPDATE django_migrations SET name = %s WHERE app = 'profile' AND name = %s"
    with django_db_blocker.unblock():  # committed, so that the checking thread sees it
        with connection.cursor() as cursor:
            cursor.execute(change, ["x", "0001_initial"])
        try:
            status, answer = readyz()
        finally:
            with connection.cursor() as cursor:
                cursor.execute(change, ["0001_initial", "x"])
    assert (status, answer["missing"]) == (503, ["migrations"])
    assert "profile.0001_initial; run manage.py migrate" in answer["reasons"]["migrations"]


@pytest.mark.django_db
def test_what_is_missing_on_the_machine_is_named(monkeypatch, settings, tmp_path):
    free = shutil.disk_usage(settings.VAR_DIR).free
    settings.MEDIA_ROOT = tmp_path / "nowhere" / "media"
    monkeypatch.setattr(health, "LEAST_FREE", free * 2)
    monkeypatch.setattr(health, "staticfiles_storage", SimpleNamespace(hashed_files={}))
    status, answer = readyz()
    assert (status, answer["missing"]) == (503, ["static", "folders", "disk"])
    assert str(tmp_path) in answer["reasons"]["folders"]
    assert "MB free in" in answer["reasons"]["disk"]


@pytest.mark.django_db
def test_strangers_are_told_nothing_of_the_inside(monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**80)
    forged = FAR | {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}
    for asking in (FAR, forged, {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.7"}):
        assert readyz(**asking) == (503, {"ready": False})
    for asking in ({}, {"HTTP_X_FORWARDED_FOR": "::1"}):
        assert readyz(**asking)[1]["missing"] == ["disk"]


@pytest.fixture
def with_a_database_that_hangs(tmp_path, static_files):
    """A site whose PostgreSQL accepts connections and never answers."""
    shutil.copytree(static_files, tmp_path / "static")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        address = f"http://127.0.0.1:{server.free_port()}"
        variables = {"VAR_DIR": tmp_path, "DATABASE_URL": url, "SITE_URL": address}
        with server.serving(address, variables | {"WEB_CONCURRENCY": 1}) as site:
            yield site


@pytest.mark.processes
def test_a_database_that_hangs_is_named_after_a_few_seconds(with_a_database_that_hangs):
    site = with_a_database_that_hangs
    start = time.monotonic()
    answer = site.get("/readyz")
    assert time.monotonic() - start < 20  # else it never comes; other tests run too
    assert (answer.status, json.loads(answer.body)["missing"]) == (503, ["database"])
    assert site.get("/healthz").status == 200
    page = site.get("/zh-hans/facts/")
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Back in a moment" in page.text
    assert "psycopg" not in page.text
