"""The site starts with valid settings, and refuses invalid ones with a clear message."""

import shutil
import stat
import threading

import pytest

from tests.support.server import free_port, gunicorn, python
from tests.support.settings import tell

HTTPS = {"SITE_URL": "https://www.example.edu.cn"}

wrong_settings = pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@127.0.0.1/jinhua"),
        ("DATABASE_URL", "rubbish"),
        ("DATABASE_URL", "postgres://127.0.0.1/"),
        ("DATABASE_URL", "postgres://127.0.0.1:port/jinhua"),
        ("DEBUG", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("EMAIL_FROM", "the office"),
        ("EMAIL_URL", "mail.example.edu.cn"),
        ("EMAIL_URL", "smtp://mail.example.edu.cn:port"),
        ("EMAIL_URL", "smtp://mail.example.edu.cn?tls=1"),
        ("EMAIL_URL", "smtps://mail.example.edu.cn"),
        ("SECOND_FACTOR", "yes"),
        ("SECRET_KEY", "short"),
        ("SITE_URL", "www.example.edu.cn"),
        ("SITE_URL", "https://www.example.edu.cn/site"),
        ("SITE_URL", "https://www.example.edu.cn:port"),
        ("VAR_DIR", "{folder}/a-file"),
        ("VAR_DIR", "{folder}/a-file/inside"),
    ],
)


@pytest.mark.processes
@wrong_settings
def test_a_wrong_setting_stops_a_command_with_one_sentence(name, value, tmp_path):
    assert_refused(python("manage.py", "check", **wrong(name, value, tmp_path)), name)


@pytest.mark.processes
@pytest.mark.parametrize(("name", "value"), [("DATABASE_URL", "rubbish"), ("DEBUG", "maybe")])
def test_a_wrong_setting_stops_the_server_with_one_sentence(name, value, tmp_path):
    # By default gunicorn restarts a worker that cannot boot for ever.
    command = gunicorn(free_port())
    assert_refused(python(*command, timeout=20, **wrong(name, value, tmp_path)), name)


def wrong(name, value, folder):
    (folder / "a-file").touch()
    return {"VAR_DIR": folder / "var"} | {name: value.format(folder=folder)}


def assert_refused(done, name):
    said = done.stdout + done.stderr
    sentences = [line for line in said.splitlines() if line.startswith("The site cannot start: ")]
    assert done.returncode != 0
    assert "Traceback" not in said
    assert len(set(sentences)) == 1, said
    assert name in sentences[0], said


@pytest.mark.processes
def test_a_variable_that_is_set_but_empty_counts_as_not_set(tmp_path):
    names = ("DATABASE_URL", "DEBUG", "EMAIL_FROM", "EMAIL_URL", "SECRET_KEY")
    names += ("SITE_URL",)
    done = python("manage.py", "check", VAR_DIR=tmp_path, **dict.fromkeys(names, ""))
    assert done.returncode == 0, done.stderr


@pytest.mark.processes
def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = (tell("settings.SECRET_KEY", VAR_DIR=tmp_path / "var") for _ in range(2))
    mode = (tmp_path / "var" / "secret_key").stat().st_mode
    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.processes
def test_with_nothing_set_the_site_runs_as_in_production(tmp_path):
    told = "[settings.DEBUG, settings.STORAGES['staticfiles']['BACKEND']]"
    debug, storage = tell(told, VAR_DIR=tmp_path)
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
    done = full_site.manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    assert "locked" not in done.stderr
    assert orders(full_site) == before + 8 * 25


def orders(site):
    code = "from profile.models import Fact; print('ORDER', Fact.objects.earliest('pk').order)"
    return int(site.manage("shell", "-c", code).stdout.split()[-1])


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
