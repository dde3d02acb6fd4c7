"""`/readyz` quickly names what does not work, to requests from the machine itself."""

import json
import shutil
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.conf import settings as site_settings
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
def test_a_site_that_has_all_is_ready():
    assert readyz() == (200, {"ready": True, "missing": []})


@pytest.mark.django_db
def test_whoever_asks_leaves_no_connection_open():
    opened = []

    def note(connection, **kwargs):
        opened.append(connection)

    connection_created.connect(note)
    try:
        assert readyz()[0] == 200
    finally:
        connection_created.disconnect(note)
    assert len(opened) == 1
    assert [wrapper.connection for wrapper in opened] == [None]


@pytest.mark.django_db
def test_many_who_ask_at_once_are_told_the_same():
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _number: health.what_is_missing(), range(40))]
    assert answers == [{}] * 40


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
def test_static_files_that_were_not_collected_are_named(monkeypatch):
    monkeypatch.setattr(health, "staticfiles_storage", SimpleNamespace(hashed_files={}))
    assert readyz()[1]["missing"] == ["static"]


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_named(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nowhere" / "media"
    status, answer = readyz()
    assert (status, answer["missing"]) == (503, ["folders"])
    assert str(tmp_path) in answer["reasons"]["folders"]


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_named(monkeypatch):
    free = shutil.disk_usage(site_settings.VAR_DIR).free
    monkeypatch.setattr(health, "LEAST_FREE", free * 2)
    status, answer = readyz()
    assert (status, answer["missing"]) == (503, ["disk"])
    assert "MB free in" in answer["reasons"]["disk"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asking",
    [
        FAR,
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "unknown"},
        FAR | {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    ],
)
def test_strangers_are_told_nothing_of_the_inside(asking, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**80)
    assert readyz(**asking) == (503, {"ready": False})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asking", [{}, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "::1"}, {"HTTP_X_FORWARDED_FOR": "::1"}]
)
def test_whoever_is_on_the_machine_is_told(asking, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**80)
    assert readyz(**asking)[1]["missing"] == ["disk"]


@pytest.fixture(scope="module")
def with_a_database_that_hangs(tmp_path_factory, static_files):
    """A site whose PostgreSQL accepts connections and never answers."""
    folder = tmp_path_factory.mktemp("hanging")
    shutil.copytree(static_files, folder / "static")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        address = f"http://127.0.0.1:{server.free_port()}"
        variables = {"VAR_DIR": folder, "DATABASE_URL": url, "SITE_URL": address}
        with server.serving(address, variables | {"WEB_CONCURRENCY": 1}) as site:
            yield site


@pytest.mark.processes
def test_a_database_that_hangs_is_named_within_three_seconds(with_a_database_that_hangs):
    for _time in range(2):
        start = time.monotonic()
        answer = with_a_database_that_hangs.get("/readyz")
        assert time.monotonic() - start < 3
        assert json.loads(answer.body)["missing"] == ["database"]
    assert with_a_database_that_hangs.get("/healthz").status == 200
