"""What every test stands on: an environment of its own, the shipped content, the real site."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from playwright.sync_api import sync_playwright
from psycopg import sql

from jinhua_site.publishing import version
from tests import browser as chromium
from tests import server

# Before the settings are read: the checkout's own var/ is never touched, and
# no variable of the shell decides a result, but for where the services are.
if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE; the tests bring their settings.")
for name in server.SITE_VARIABLES - {"DATABASE_URL", "REDIS_URL"}:
    os.environ.pop(name, None)
VAR_DIR = Path(tempfile.mkdtemp(prefix="jinhua-tests-"))
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "jinhua_site.settings"

VNU_JAR = os.environ.get("VNU_JAR")

# What the run leaves out, in plain words, for its summary.
left_out = []


def pytest_configure(config):
    if os.environ.get("REQUIRE_BROWSER") and not chromium.find_chromium():
        raise pytest.UsageError("REQUIRE_BROWSER is set and no Chromium was found.")
    django.setup()
    # The processes that share the work find settings and a folder of their own.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config):
    shutil.rmtree(VAR_DIR)


@pytest.hookimpl(trylast=True)  # after `-m` has chosen
def pytest_collection_modifyitems(items):
    in_browser = [item for item in items if item.get_closest_marker("browser")]
    if in_browser and not chromium.find_chromium():
        left_out.append(f"{len(in_browser)} browser tests did NOT run: no Chromium found.")
        for item in in_browser:
            item.add_marker(pytest.mark.skip(reason="no Chromium found"))
    if any(item.get_closest_marker("html_checker") for item in items) and not VNU_JAR:
        left_out.append("The Nu HTML checker did NOT run: VNU_JAR does not name its file.")


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what one of the processes left out."""
    said = getattr(node, "workeroutput", {}).get("left_out", [])
    left_out.extend(sentence for sentence in said if sentence not in left_out)


def pytest_terminal_summary(terminalreporter):
    for sentence in left_out:
        terminalreporter.write_line(sentence, yellow=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def static_files():
    """Hashed static files, so that pages render in tests as they do in production."""
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the content that ships with the site."""
    with django_db_blocker.unblock():
        call_command("load_content", stdout=StringIO())


@pytest.fixture(autouse=True)
def language():
    """English at first; what a test activates does not stay for the next one."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """What a page was built from is not kept for the next one, whose rows are others."""
    monkeypatch.setattr(version, "current", object)
    monkeypatch.setattr(version, "LOOK_EVERY", 0)
    monkeypatch.setattr(version, "_seen", {**version._seen})


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The real site, as `make run` gives it, on a database of its own."""
    redis = {"REDIS_URL": os.environ["REDIS_URL"]} if os.environ.get("REDIS_URL") else {}
    folder = tmp_path_factory.mktemp("site")
    with own_database() as database, server.running(folder, **database, **redis) as site:
        yield site


@pytest.fixture(scope="session")
def full_site(tmp_path_factory, static_files):
    """A second site, where the office has confirmed and published every draft."""
    folder = tmp_path_factory.mktemp("full-site")
    with server.running(folder, static=static_files) as site:
        done = site.manage("shell", "-c", "from tests.makers import *; publish_drafts()")
        assert done.returncode == 0, done.stderr
        yield site


@contextmanager
def own_database():
    """A new database where `DATABASE_URL` points; SQLite in the site's own folder without it."""
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not url.scheme.startswith("postgres"):
        yield {}
        return
    name = f"jinhua_site_{os.getpid()}"
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as postgres:
        postgres.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": url._replace(path=f"/{name}").geturl()}
        finally:
            postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module; Django's database is not to be asked while it runs."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """An empty tab, with nothing left of the test before."""
    with browser.new_context() as context:
        yield context.new_page()
