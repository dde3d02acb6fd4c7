"""Fixtures for all tests: their environment, the shipped content, the real site."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from io import StringIO
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from django.utils import translation
from whitenoise import WhiteNoise

from tests.support import browser as chromium
from tests.support import nginx, server
from tests.support.database import PREPARED, connected, own_database

# Before the settings are read: tests never touch the checkout's var/, and no variable
# of the shell changes a result, except the addresses of services.
if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE; the tests bring their settings.")
for name in server.SITE_VARIABLES - {"DATABASE_URL"}:
    os.environ.pop(name, None)
VAR_DIR = Path(tempfile.mkdtemp(prefix="jinhua-tests-"))
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "jinhua_site.settings"

django.setup()
# Worker processes inherit the settings, and each has its own folder.
del os.environ["DJANGO_SETTINGS_MODULE"]

pytest_plugins = ["tests.support.admin", "tests.support.proposals"]

# Fixtures that start other processes.
PROCESSES = {"installed", "site", "full_site", "node", "front", "browser"}

until_the_end = ExitStack()


def pytest_configure(config):
    if os.environ.get("REQUIRE_BROWSER") and not chromium.find_chromium():
        raise pytest.UsageError("REQUIRE_BROWSER is set and no Chromium was found.")
    if not hasattr(config, "workerinput"):  # so that it outlives each of those processes
        database = until_the_end.enter_context(own_database())
        os.environ[PREPARED] = database.get("DATABASE_URL", "")


def pytest_unconfigure(config):
    until_the_end.close()
    shutil.rmtree(VAR_DIR)


# What some tests need: how to find it, and why they are skipped without it.
NEEDED = {
    "browser": (chromium.find_chromium, "Browser tests did NOT run: no Chromium was found."),
    "nginx": (nginx.find, "Tests of nginx did NOT run: no nginx was found."),
    "restic": (partial(shutil.which, "restic"), "Backups were NOT tested: no restic was found."),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    missing = {name: reason for name, (find, reason) in NEEDED.items() if not find()}
    for item in items:
        if PROCESSES & {*item.fixturenames}:
            item.add_marker("processes")
        for name, reason in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))
    # What waits for other processes begins first, so that no process is left alone with it.
    items.sort(key=lambda item: not item.get_closest_marker("processes"))


@contextmanager
def once_for_all(tmp_path_factory, worker_id, name):
    """Yield a shared folder, and whether this process is the one that fills it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    folder, ready = shared / name, shared / f"{name}.ready"
    try:
        folder.mkdir()
    except FileExistsError:
        server.wait_until(ready.exists, f"Another process did not get {name} ready.")
        yield folder, False
    else:
        yield folder, True
        ready.touch()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, worker_id, django_test_environment, django_db_blocker):
    """The static files and the database with the shipped content; made once, to be copied."""
    with once_for_all(tmp_path_factory, worker_id, "prepared") as (folder, is_first):
        if is_first:
            with (
                override_settings(STATIC_ROOT=folder / "static"),
                ThreadPoolExecutor(1) as beside,
                connected(folder, os.environ[PREPARED]),
                django_db_blocker.unblock(),
            ):
                files = beside.submit(call_command, "collectstatic", "--no-input", "-v0")
                call_command("migrate", verbosity=0)
                call_command("load_content", stdout=StringIO())
            files.result()
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory, worker_id, prepared):
    """A site as `make run` installs it; made once, to be copied, never started."""
    with once_for_all(tmp_path_factory, worker_id, "installed") as (folder, is_first):
        output = folder.with_suffix(".txt")
        if is_first:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
            output.write_text(server.install({"VAR_DIR": folder, "SITE_URL": "http://127.0.0.1:1"}))
    return server.Site("", folder, {}, output.read_text())


@pytest.fixture(scope="session")
def static_files(prepared):
    """Hashed static files, so that pages render as in production."""
    shutil.copytree(prepared / "static", settings.STATIC_ROOT)
    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = (
        staticfiles_storage.load_manifest()
    )
    return settings.STATIC_ROOT


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_at_once():
    """Let WhiteNoise scan the files once, not for each client: that saves half of the time."""
    look, found = WhiteNoise.update_files_dictionary, {}

    def look_once(self, root, prefix):
        if (root, prefix) not in found:
            look(self, root, prefix)
            found[root, prefix] = {**self.files}
        self.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", look_once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(prepared, static_files):
    """A copy of the prepared database for this process."""
    with own_database(like=os.environ[PREPARED]) as database:
        if not database:
            shutil.copy(prepared / "db.sqlite3", VAR_DIR)
        with connected(VAR_DIR, database.get("DATABASE_URL")):
            yield


@pytest.fixture(autouse=True)
def language():
    """Start in English, and restore the language after each test."""
    with translation.override("en"):
        yield


@pytest.fixture
def django_application():
    """Django's WSGI application, which leaves the test's database connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def site(tmp_path_factory, installed):
    """The real site, as `make run` starts it, with its own database."""
    folder = tmp_path_factory.mktemp("site")
    with own_database() as database:
        like = None if database else installed
        with server.running(folder, like=like, **database) as site:
            yield site


@pytest.fixture(scope="session")
def full_site(tmp_path_factory, installed):
    """A second site, with every draft published."""
    folder = tmp_path_factory.mktemp("full-site")
    with server.running(folder, like=installed) as site:
        site.shell("from tests.support.makers import *; publish_drafts()")
        yield site


@pytest.fixture(scope="session")
def node(tmp_path_factory, installed):
    """A node as it runs behind nginx, under the college's domain."""
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(installed.var_dir, folder, dirs_exist_ok=True)
    variables = {"VAR_DIR": folder, "SITE_URL": f"https://{nginx.NAME}", "WEB_CONCURRENCY": 1}
    address = f"http://127.0.0.1:{server.free_port()}"
    with server.serving(address, variables, installed.said) as node:
        yield node


@pytest.fixture(scope="session")
def front(tmp_path_factory, node):
    """nginx in front of that node."""
    nodes = [node.address.removeprefix("http://")]
    with nginx.running(tmp_path_factory.mktemp("front"), nodes, node.var_dir) as front:
        yield front


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module. Do not use Django's database while it runs."""
    from playwright.sync_api import sync_playwright  # slow to import

    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A new tab, with no state from other tests."""
    with browser.new_context() as context:
        yield context.new_page()
