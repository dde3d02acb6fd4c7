"""The site starts with valid settings, and refuses invalid ones with a clear message."""

import shutil
import stat
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from jinhua_site.core.environment import WrongSetting
from tests.support.server import PROJECT, free_port, gunicorn, python
from tests.support.settings import tell

WRONG = [
    ("DATABASE_URL", "mysql://root@127.0.0.1/jinhua"),
    ("DATABASE_URL", "postgres://127.0.0.1/"),
    ("DEBUG", "maybe"),
    ("LOG_FORMAT", "xml"),
    ("EMAIL_FROM", "the office"),
    ("EMAIL_URL", "mail.example.edu.cn"),
    ("EMAIL_URL", "smtp://mail.example.edu.cn?tls=1"),
    ("SECOND_FACTOR", "yes"),
    ("SECRET_KEY", "short"),
    ("SITE_URL", "www.example.edu.cn"),
    ("SITE_URL", "https://www.example.edu.cn/site"),
    ("UPLOADS_MAX", "much"),
    ("VAR_DIR", "{folder}/a-file/inside"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_refused_with_one_sentence(name, value, tmp_path, monkeypatch):
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv(name, value.format(folder=tmp_path))
    spec = spec_from_file_location("jinhua_site.tried", PROJECT / "jinhua_site" / "settings.py")
    with pytest.raises(WrongSetting, match=rf"{name}.*[\w.]\Z"):
        spec.loader.exec_module(module_from_spec(spec))


# By default gunicorn restarts a worker that cannot boot for ever.
@pytest.mark.processes
@pytest.mark.parametrize("command", [["manage.py", "check"], gunicorn(free_port())])
def test_a_wrong_setting_stops_commands_and_the_server(command, tmp_path):
    done = python(*command, timeout=60, VAR_DIR=tmp_path, DEBUG="maybe")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert said.count("The site cannot start: DEBUG is 'maybe'; write 0 or 1.\n") == 1
    assert "Traceback" not in said


@pytest.mark.processes
def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = (tell("settings.SECRET_KEY", VAR_DIR=tmp_path / "var") for _ in range(2))
    mode = (tmp_path / "var" / "secret_key").stat().st_mode
    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.processes
def test_with_nothing_set_the_site_runs_as_in_production(tmp_path):
    """A variable that is set but empty counts as not set."""
    names = ("DATABASE_URL", "DEBUG", "EMAIL_FROM", "EMAIL_URL", "SECRET_KEY", "SITE_URL")
    told = "[settings.DEBUG, settings.STORAGES['staticfiles']['BACKEND']]"
    debug, storage = tell(told, VAR_DIR=tmp_path, **dict.fromkeys(names, ""))
    assert debug is False
    assert "Manifest" in storage


@pytest.mark.processes
def test_an_https_address_asks_for_tls_everywhere_but_in_health(tmp_path, static_files):
    shutil.copytree(static_files, tmp_path / "static")
    answers = tell(
        "{path: [(r := Client().get(path, secure=secure, headers={'host': 'www.example.edu.cn'}))"
        ".status_code, dict(r.headers), [str(c) for c in r.cookies.values()]]"
        " for path, secure in [('/en/', False), ('/healthz', False),"
        " ('/admin/account/login/', True)]}",
        VAR_DIR=tmp_path,
        SITE_URL="https://www.example.edu.cn",
    )
    status, headers, _cookies = answers["/en/"]
    assert (status, headers["Location"]) == (301, "https://www.example.edu.cn/en/")
    assert answers["/healthz"][0] == 200  # the process manager asks without TLS
    status, headers, cookies = answers["/admin/account/login/"]
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_eight_writers_at_once_lose_nothing(full_site):
    assert full_site.shell(WRITERS) == "32"


WRITERS = """
from concurrent.futures import ThreadPoolExecutor
from django.db import transaction
from profile.models import Fact
first = Fact.objects.earliest("pk")
def add(_number):
    with transaction.atomic():
        fact = Fact.objects.get(pk=first.pk)
        fact.order += 1
        fact.save()
with ThreadPoolExecutor(8) as writers:
    list(writers.map(add, range(32)))
print(Fact.objects.get(pk=first.pk).order - first.order)
"""
