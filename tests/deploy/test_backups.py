"""A snapshot restores every row and file, and a damaged one does no harm."""

import datetime
import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from tests.support import server
from tests.support.database import PREPARED, own_database

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
FILES = {
    "media/partners/crest.png": b"\x89PNG " * 300,
    "media/documents/报告 2026.pdf": b"%PDF-1.7 " + bytes(range(256)) * 40,
    "private/agreement/0f3a.pdf": b"%PDF-1.4 a scan",
    "secret_key": b"a key of fifty characters or more, as a site writes it itself",
}
WRECK = """
from django.contrib.auth.models import User
from importlib import import_module
from django.conf import settings
from partnerships.models import Commitment
from profile.models import College
Commitment.objects.all().delete()
college = College.objects.get()
college.name_en = "Nobody's College"
college.save()
User.objects.create_user("somebody-new")
import_module(settings.SESSION_ENGINE).SessionStore().create()
"""
# A restoration changes these on purpose: it ends sessions and raises the content number.
ENDED = ("session", "contentnumber")


@dataclass
class Backed:
    """A site with uploads and a repository; its scripts read `variables`."""

    variables: dict

    @property
    def folder(self):
        return self.variables["VAR_DIR"]

    def run(self, *command, succeeds=True):
        """Run a command in the site's environment; return its output."""
        done = subprocess.run(
            [*map(str, command)],
            cwd=server.PROJECT,
            env=server.environment(**self.variables),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout + (done.stderr if not succeeds else "")

    def restore(self, *arguments, **options):
        return self.run("deploy/restore", *arguments, **options)

    def snapshots(self):
        found = json.loads(self.run("restic", "snapshots", "--json"))
        return sorted(found, key=lambda each: each["time"])

    def wreck(self):
        server.shell(WRECK, **self.variables)
        (self.folder / "media/partners/crest.png").unlink()
        (self.folder / "private/agreement/0f3a.pdf").write_bytes(b"%PDF- another")
        (self.folder / "media/partners/later.png").write_bytes(b"later")

    def contents(self):
        """Return every row of every table, and every file."""
        files = {}
        for part in ("media", "private", "secret_key"):
            for path in (self.folder / part, *(self.folder / part).rglob("*")):
                if path.is_file():
                    files[path.relative_to(self.folder).as_posix()] = path.read_bytes()
        tables = dict(self._tables())
        return {name: rows for name, rows in tables.items() if not name.endswith(ENDED)}, files

    def _tables(self):
        if "DATABASE_URL" in self.variables:
            with psycopg.connect(self.variables["DATABASE_URL"]) as database:
                named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                for (name,) in database.execute(named).fetchall():
                    rows = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))
                    yield name, sorted(database.execute(rows).fetchall())
        else:
            with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
                named = "SELECT name FROM sqlite_master WHERE type = 'table'"
                for (name,) in database.execute(named).fetchall():
                    yield name, database.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608


pytestmark = pytest.mark.restic


@pytest.fixture(scope="module")
def kept(tmp_path_factory, installed):
    """The folder of an installed site with a few files, its repository and the only snapshot."""
    home = tmp_path_factory.mktemp("kept")
    shutil.copytree(installed.var_dir, home / "var")
    for name, content in FILES.items():
        (home / "var" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "var" / name).write_bytes(content)
    (home / "password").write_text("not to be guessed")
    with at(home) as site:
        site.run("restic", "init")
        site.run("deploy/backup")
    return home


@contextmanager
def at(home):
    """Yield the site in the folder `home`, with its database."""
    with own_database(like=os.environ[PREPARED]) as database:
        variables = {"VAR_DIR": home / "var", "HOME": home, **database}
        variables["RESTIC_REPOSITORY"] = home / "repository"
        yield Backed(variables | {"RESTIC_PASSWORD_FILE": home / "password"})


@pytest.fixture
def site(tmp_path, prepared, kept):
    """A copy of that site and its repository."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    with at(tmp_path) as site:
        yield site


def test_every_row_and_every_file_comes_back_as_it_was_and_shows_at_once(site):
    before = site.contents()
    (snapshot,) = site.snapshots()
    address = f"http://127.0.0.1:{server.free_port()}"
    site.variables["SITE_URL"] = address
    with server.serving(address, site.variables) as running:
        page = lambda: running.get("/en/").text  # noqa: E731
        site.wreck()
        assert site.contents() != before
        server.wait_until(lambda: "Nobody" in page(), "No edit shows.", 10)
        site.restore(snapshot["id"])
        server.wait_until(lambda: "Nobody" not in page(), "It stays.", 5)
    assert site.contents() == before
    assert before[1] == FILES
    sessions = [rows for name, rows in site._tables() if name.endswith("session")]
    assert sessions
    assert not any(sessions), "Everybody has to sign in again."
    # The state before is a snapshot too, and a restoration removes none.
    tags = [each["tags"] for each in site.snapshots()]
    assert tags == [["scheduled"], ["before-restore"]]


def test_a_machine_that_has_nothing_or_ruins_is_filled_when_told(site):
    (snapshot,) = site.snapshots()
    with own_database() as database:
        new = Backed(site.variables | {"VAR_DIR": site.folder.with_name("new"), **database})
        new.folder.mkdir()
        if not database:
            (new.folder / "db.sqlite3").write_bytes(b"no database any more" * 1000)
            assert "db.sqlite3" in new.run("deploy/backup", succeeds=False)
            assert not (new.folder / "backup.stamp").exists()
            assert "add --over-ruins" in new.restore(snapshot["id"], succeeds=False)
        new.restore(snapshot["id"], *([] if database else ["--over-ruins"]))
        assert new.contents() == site.contents()


def change_a_byte_of_every_pack(site):
    for pack in site.variables["RESTIC_REPOSITORY"].glob("data/*/*"):
        content = bytearray(pack.read_bytes())
        content[100] ^= 1
        pack.chmod(0o600)
        pack.write_bytes(content)


def turn_to_another_engine(site):
    other = {False: "postgres://127.0.0.1/other", True: f"sqlite:///{site.folder}/db.sqlite3"}
    site.variables["DATABASE_URL"] = other[ON_POSTGRES]


@pytest.mark.parametrize("damage", [change_a_byte_of_every_pack, turn_to_another_engine])
def test_what_cannot_be_restored_is_told_and_nothing_is_touched(damage, site):
    (snapshot,) = site.snapshots()
    variables = {**site.variables}
    shutil.rmtree(site.folder.parent / ".cache")
    (site.folder / "media/partners/crest.png").unlink()
    before = site.contents()
    damage(site)
    said = site.restore(snapshot["id"], succeeds=False)
    assert re.search(r"^Nothing was restored, and nothing touched: .+\.$", said, re.MULTILINE)
    site.variables = variables
    assert site.contents() == before
    assert not list(site.folder.glob(".restore*"))


def test_of_many_snapshots_the_needed_stay(site):
    password = site.variables["RESTIC_PASSWORD_FILE"]

    def made(days, tag, hour=3):
        moment = datetime.datetime.now() - datetime.timedelta(days=days)
        moment = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
        site.run(
            *("restic", "backup", "--quiet", "--host", "jinhua", "--tag", tag),
            *("--time", moment, password),
        )
        return moment

    gone = {made(3, "scheduled"), made(40, "before-update")}
    stay = {made(3, "scheduled", hour=15), made(400, "scheduled")}
    stay |= {made(1, "before-update"), made(29, "before-restore")}
    site.run("deploy/backup")
    told = {each["time"][:19] for each in site.snapshots()}
    assert {f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in stay} < told
    assert not {f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in gone} & told
