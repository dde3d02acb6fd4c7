"""The site starts with valid settings, and refuses invalid ones with a clear message."""

import shutil
import stat
import threading
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from jinhua_site.core.environment import WrongSetting
from tests.support.server import PROJECT, free_port, gunicorn, python
from tests.support.settings import tell

HTTPS = {"SITE_URL": "https://www.example.edu.cn"}

WRONG = [
    ("DATABASE_URL", "mysql://root@127.0.0.1/jinhua"),
    ("DATABASE_URL", "postgres://127.0.0.1/"),
    ("DATABASE_URL", "postgres://127.0.0.1:port/jinhua"),
    ("DEBUG", "maybe"),
    ("LOG_FORMAT", "xml"),
    ("EMAIL_FROM", "the office"),
    ("EMAIL_URL", "mail.example.edu.cn"),
    ("EMAIL_URL", "smtp://mail.example.edu.cn:port"),
    ("EMAIL_URL", "smtp://mail.example.edu.cn?tls=1"),
    ("SECOND_FACTOR", "yes"),
    ("SECRET_KEY", "short"),
    ("SITE_URL", "www.example.edu.cn"),
    ("SITE_URL", "https://www.example.edu.cn/site"),
    ("SITE_URL", "https://www.example.edu.cn:port"),
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


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory, static_files):
    """Return what a site with an https address answers, directly and through its proxy."""
    folder = tmp_path_factory.mktemp("tls")
    shutil.copytree(static_files, folder / "static")
    return tell(
        "{path: [(r := Client().get(path, secure=secure, headers={'host': 'www.example.edu.cn'}))"
        ".status_code, dict(r.headers), [str(c) for c in r.cookies.values()]]"
        " for path, secure in [('/en/', False), ('/healthz', False),"
        " ('/admin/account/login/', True)]}",
        VAR_DIR=folder,
        **HTTPS,
    )


@pytest.mark.processes
def test_an_https_address_sends_plain_requests_to_tls(behind_tls):
    status, headers, _ = behind_tls["/en/"]
    assert status == 301
    assert headers["Location"] == "https://www.example.edu.cn/en/"


@pytest.mark.processes
def test_the_process_manager_may_ask_for_health_without_tls(behind_tls):
    assert behind_tls["/healthz"][0] == 200


@pytest.mark.processes
def test_an_https_address_turns_on_strict_transport_and_secure_cookies(behind_tls):
    status, headers, cookies = behind_tls["/admin/account/login/"]
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_a_host_that_is_not_the_sites_is_refused(site):
    assert site.get("/healthz", Host="www.example.com").status == 400


def test_eight_writers_at_once_lose_nothing(full_site):
    before = orders(full_site)
    code = "from tests.core.test_settings import add_at_once; add_at_once(writers=8, times=25)"
    full_site.shell(code)
    assert orders(full_site) == before + 8 * 25


def orders(site):
    code = "from profile.models import Fact; print(Fact.objects.earliest('pk').order)"
    return int(site.shell(code))


def add_at_once(writers, times):
    """Let `writers` threads each add one to the order of the first fact, `times` times."""
    threads = [threading.Thread(target=_add, args=[times]) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _add(times):
    from django.db import connection, transaction

    from profile.models import Fact

    for _ in range(times):
        with transaction.atomic():
            fact = Fact.objects.earliest("pk")
            fact.order += 1
            fact.save()
    connection.close()
