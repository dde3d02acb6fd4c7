"""Nothing is lost: an archive holds every row and file; what is no whole archive harms nobody."""

import datetime
import gzip
import io
import json
import os
import re
import resource
import shutil
import sqlite3
import stat
import tarfile
import zlib
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from jinhua_site.backups import archive, restoring, retention, sqlite
from jinhua_site.publishing.models import ContentVersion
from partnerships.models import Commitment, Partner
from tests import server
from tests.database import own_database
from tests.own_site import FILES, connected, contents, own_site, upload

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="needs DATABASE_URL of a PostgreSQL")
on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="only a database in a file lies there ruined")


@pytest.fixture(scope="module")
def origin(tmp_path_factory, installed, static_files):
    """The address of an installed site's database, from which each test has a copy."""
    with own_database() as database:
        if database:
            server.install({"VAR_DIR": tmp_path_factory.mktemp("origin"), **database}, static_files)
        yield database.get("DATABASE_URL", f"sqlite:///{installed.var_dir}/db.sqlite3")


@pytest.fixture
def site(origin, tmp_path, django_db_blocker):
    """A site of the test's own, with a few files; its folder."""
    with django_db_blocker.unblock(), own_site(origin, tmp_path / "var") as folder:
        yield folder


@pytest.fixture(scope="module")
def standing(origin, tmp_path_factory, django_db_blocker):
    """A site that several tests try to restore over in vain, and an archive of it."""
    folder = tmp_path_factory.mktemp("standing") / "var"
    with django_db_blocker.unblock(), own_site(origin, folder):
        yield folder, back_up()


@pytest.fixture
def hopeless(standing, tmp_path):
    """That site's folder, and a copy of its archive to be spoilt."""
    folder, backup = standing
    return folder, Path(shutil.copy(backup, tmp_path))


@pytest.fixture
def backup(site):
    """An archive of the site as it stands."""
    return back_up()


def back_up(*arguments, **options):
    said = manage("backup", *arguments, **options)
    return next(iter(archive.archives(site_settings.BACKUP_DIR)))[0] if said else None


def manage(*arguments, **options):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def wreck(folder):
    """What a bad day does: rows changed, added and gone, files gone and come."""
    Commitment.objects.all().delete()
    get_user_model().objects.create_user("somebody-new")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE profile_college SET name_en = 'Nobody''s College'")
        cursor.execute("DROP TABLE partnerships_mobility CASCADE" if ON_POSTGRES else "SELECT 1")
    (folder / "media/partners/crest.png").unlink()
    (folder / "private/agreement/0f3a.pdf").write_bytes(b"%PDF- another")
    upload(folder, {"media/partners/later.png": b"later"})


# There and back


def test_every_row_and_every_file_comes_back_as_it_was(site, backup):
    before = contents()
    wreck(site)
    said = manage("restore", backup, over_newer_data=True)
    assert contents() == before
    assert before[1] == FILES
    assert "all as it was" in said


def test_after_a_restoration_staff_go_on_adding(site, backup):
    manage("restore", backup)
    taken = Commitment.objects.latest("pk").pk
    later = Commitment.objects.create(slug="later", text_en="Later", text_zh_hans="以后", order=99)
    assert later.pk == taken + 1


def test_what_a_restoration_replaced_is_kept_aside(site, backup):
    wreck(site)
    manage("restore", backup, over_newer_data=True)
    (aside,) = site.glob("before-restore-*")
    assert (aside / "media/partners/later.png").read_bytes() == b"later"
    assert (aside / "private/agreement/0f3a.pdf").read_bytes() == b"%PDF- another"
    assert list(aside.glob("d*")), "the old database"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o700


def test_a_restoration_ends_every_session_and_the_content_gets_a_new_number(site, backup):
    store = import_module(site_settings.SESSION_ENGINE).SessionStore
    store().create()
    sessions = store.get_model_class().objects
    assert sessions.exists()
    ContentVersion.objects.update(number=(known := 10**9))
    manage("restore", backup, over_newer_data=True)
    assert not sessions.exists()
    assert ContentVersion.objects.get().number > max(known, 1_700_000_000)


def test_an_archive_is_dated_and_nobody_elses_to_read(site, backup):
    assert re.fullmatch(r"jinhua-\d{8}T\d{6}Z\.tar\.gz", backup.name)
    assert timezone.now() - archive.moment_of(backup) < datetime.timedelta(minutes=1)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_an_archive_says_what_it_holds_and_any_tar_can_open_it(site, backup):
    with tarfile.open(backup) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    assert names[0] in archive.DATABASES.values()
    assert set(names[1:-1]) == set(FILES)
    assert manifest["engine"] == connection.vendor
    assert "profile.0001_initial" in manifest["migrations"]
    assert manifest["tables"]["partnerships_commitment"]["rows"] == Commitment.objects.count() > 0


@pytest.mark.parametrize("passing", ["media/rehearsals/x/a.png", "private/imports/x.json"])
def test_what_a_preview_or_an_import_only_tries_is_not_in_it(site, passing):
    upload(site, {passing: b"x"})
    with tarfile.open(back_up()) as tar:
        assert passing not in tar.getnames()


def test_a_site_that_is_running_shows_at_once_what_was_restored(tmp_path, installed):
    with (
        own_database() as database,
        server.running(tmp_path, like=None if database else installed, **database) as site,
    ):
        code = "from django.core.management import call_command; call_command('backup'); "
        code += "from profile.models import *; fact = Fact.objects.get(key='majors'); "
        code += "fact.label_en = 'Wrecked'; fact.save()"
        assert site.manage("shell", "-c", code).returncode == 0
        (backup,) = (tmp_path / "backups").iterdir()
        server.wait_until(lambda: "Wrecked" in site.get("/en/facts/").text, "No edit shows.", 10)
        done = site.manage("restore", str(backup), "--over-newer-data")
        assert done.returncode == 0, done.stderr
        server.wait_until(lambda: "Wrecked" not in site.get("/en/facts/").text, "It stays.", 3)
        assert site.get("/en/facts/").status == 200


# Staff go on working


@contextmanager
def meanwhile(monkeypatch, moment, do):
    """Have something happen once, when the work has come so far."""
    from jinhua_site.management.telling import Progress

    tell, happened = Progress.__call__, []

    def telling(progress, what, done, total):
        if (what, done) == moment and not happened:
            happened.append(True)
            do()
        tell(progress, what, done, total)

    monkeypatch.setattr(Progress, "__call__", telling)
    yield
    assert happened


def test_a_file_that_goes_while_it_is_made_makes_it_begin_again(site, monkeypatch):
    def delete():
        Commitment.objects.all().delete()
        (site / "private/agreement/0f3a.pdf").unlink()

    with meanwhile(monkeypatch, ("Packed", 1), delete):
        backup = back_up()
    with tarfile.open(backup) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["tables"]["partnerships_commitment"]["rows"] == 0
    assert "private/agreement/0f3a.pdf" not in manifest["files"]


def test_a_file_that_comes_while_it_is_made_does_no_harm(site, monkeypatch):
    later = {"media/a-later-one.png": b"later"}
    with meanwhile(monkeypatch, ("Copying the database", 1), lambda: upload(site, later)):
        backup = back_up()
    assert "is whole" in manage("backup", check=backup)


def test_an_interrupted_restoration_puts_everything_back(site, backup, monkeypatch):
    wreck(site)
    before = contents()

    def interrupt():
        raise KeyboardInterrupt

    with (
        meanwhile(monkeypatch, ("Filling the database", 0), interrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        manage("restore", backup, over_newer_data=True)
    assert contents() == before


def test_a_restoration_that_is_interrupted_at_its_last_step_puts_everything_back(
    site, backup, monkeypatch
):
    wreck(site)
    before = contents()
    step = "differing" if ON_POSTGRES else "_fill"
    take, taken = getattr(restoring.engine(), step), []

    def interrupt(*given):
        taken.append(take(*given))
        if len(taken) == 1:
            raise KeyboardInterrupt
        return taken[-1]

    monkeypatch.setattr(restoring.engine(), step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        manage("restore", backup, over_newer_data=True)
    assert contents() == before


def test_what_staff_add_once_it_is_restored_stays(site, backup, monkeypatch):
    """Also at once: somebody waited for the database meanwhile."""
    later = {"media/partners/later.png": b"later"}

    def save():
        get_user_model().objects.create_user("somebody-new")
        upload(site, later)

    if ON_POSTGRES:
        with meanwhile(monkeypatch, ("Filling the database", 1), save):
            manage("restore", backup)
    else:
        fill = sqlite._fill
        monkeypatch.setattr(sqlite, "_fill", lambda *given: [fill(*given), save()])
        manage("restore", backup)
    assert get_user_model().objects.filter(username="somebody-new").exists()
    assert contents()[1] == FILES | later


def test_two_runs_do_not_disturb_each_other(site, monkeypatch):
    with (
        meanwhile(monkeypatch, ("Copying the database", 0), back_up),
        pytest.raises(CommandError, match="Another run"),
    ):
        back_up()


# What is refused


def rewritten(backup, change):
    """The archive with `change` made to the list of its members; each a description, a content."""
    with tarfile.open(backup) as tar:
        members = [(each, tar.extractfile(each).read()) for each in tar]
    change(members)
    with tarfile.open(backup, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def in_manifest(**values):
    def change(members):
        member, content = members[-1]
        members[-1] = member, json.dumps(json.loads(content) | values).encode()

    return lambda backup: rewritten(backup, change)


def with_member(name, kind=tarfile.REGTYPE):
    def change(members):
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        members.insert(1, (member, b"" if kind != tarfile.REGTYPE else b"x"))

    return lambda backup: rewritten(backup, change)


def without(place):
    return lambda backup: rewritten(backup, lambda members: members.pop(place))


def twice(backup):
    rewritten(backup, lambda members: members.insert(1, members[1]))


def cut(part):
    return lambda backup: os.truncate(backup, int(backup.stat().st_size * part))


def flipped(part):
    """The first bit from there on that matters: some only choose between two like bytes."""

    def flip(backup):
        content = bytearray(backup.read_bytes())
        for place in range(int(len(content) * part), len(content)):
            content[place] ^= 16
            try:
                gzip.decompress(content)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                return backup.write_bytes(content)
            content[place] ^= 16

    return flip


def holding(content):
    return lambda backup: backup.write_bytes(content)


def with_rubbish_behind(backup):
    backup.write_bytes(backup.read_bytes() + b"rubbish")


def with_another_row(backup):
    """A copy of the database that was changed, and its sum with it, but not its rows' digest."""

    def change(members):
        text = json.loads(members[-1][1])
        text["tables"]["partnerships_commitment"]["sha256"] = "0" * 64
        members[-1] = members[-1][0], json.dumps(text).encode()

    rewritten(backup, change)


WRONG = {
    "cut off in the middle": cut(0.5),
    "cut off at its last bytes": cut(0.9999),
    "empty": cut(0),
    "one bit in its first tenth": flipped(0.1),
    "one bit in the middle": flipped(0.5),
    "one bit near its end": flipped(0.99),
    "rubbish behind it": with_rubbish_behind,
    "a text": holding(b"This is no archive at all."),
    "another gzip": holding(gzip.compress(b"no tar" * 1000)),
    "no manifest": without(-1),
    "no database": without(0),
    "a file missing": without(1),
    "a file twice": twice,
    "a file more": with_member("media/more.png"),
    "a way out": with_member("media/../../out.png"),
    "an absolute name": with_member("/etc/cron.d/evil"),
    "another folder": with_member("static/evil.js"),
    "a link": with_member("media/link", tarfile.SYMTYPE),
    "a hard link": with_member("media/link", tarfile.LNKTYPE),
    "a device": with_member("media/null", tarfile.CHRTYPE),
    "another format": in_manifest(format="jinhua-backup 2"),
    "a manifest with more": in_manifest(more=1),
    "a manifest of other kinds": in_manifest(tables=[]),
    "a newer release": in_manifest(migrations=["profile.9999_later"]),
    "another engine": in_manifest(engine="oracle"),
    "rows that are not there": with_another_row,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_whole_archive_of_ours_is_refused_before_anything_is_touched(wrong, hopeless):
    site, backup = hopeless
    before = contents()
    there = {*site.iterdir()}
    WRONG[wrong](backup)
    with pytest.raises(CommandError) as refused:
        manage("restore", backup, over_newer_data=True)
    assert re.match(r"Nothing was restored from \S+\.gz\. [^\n]+\.$", str(refused.value))
    assert contents() == before
    assert {*site.iterdir()} - {*site.glob("before-restore-*")} == there
    assert not list(site.parent.glob("out.png"))


def test_a_newer_release_is_named(hopeless):
    _site, backup = hopeless
    in_manifest(migrations=["profile.9999_later"])(backup)
    with pytest.raises(CommandError, match=r"newer release \(profile.9999_later\); update"):
        manage("restore", backup)


def test_another_engine_is_refused_in_words(hopeless):
    _site, backup = hopeless
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]

    def change(members):
        text = json.loads(members[-1][1]) | {"engine": other}
        text["files"][archive.DATABASES[other]] = text["files"].pop(members[0][0].name)
        members[0][0].name = archive.DATABASES[other]
        members[-1] = members[-1][0], json.dumps(text).encode()

    rewritten(backup, change)
    with pytest.raises(CommandError, match=r"holds a database of \w+, and this site runs on"):
        manage("restore", backup)


@pytest.mark.parametrize("wrong", ["cut off in the middle", "one bit in the middle", "a link"])
def test_a_check_says_that_an_archive_is_not_whole(wrong, hopeless):
    _site, backup = hopeless
    WRONG[wrong](backup)
    with pytest.raises(CommandError):
        manage("backup", check=backup)


def test_newer_data_is_not_overwritten_without_being_told(site, backup):
    Partner.objects.first().save()
    before = contents()
    with pytest.raises(CommandError, match=r"The database was changed on .+--over-newer-data"):
        manage("restore", backup)
    assert contents() == before


def test_newer_files_are_not_put_aside_without_being_told(site, backup):
    (site / "media" / "newer.png").write_bytes(b"newer")
    with pytest.raises(CommandError, match=r"1 files were uploaded after it .+--over-newer-data"):
        manage("restore", backup)
    assert (site / "media" / "newer.png").exists()


def test_where_nothing_is_newer_it_is_restored_at_once(site, backup):
    before = contents()
    (site / "media/partners/crest.png").unlink()
    manage("restore", backup)
    assert contents() == before


def test_a_machine_that_has_nothing_yet_is_filled_at_once(site, backup, origin, tmp_path):
    before = contents()
    with emptied():
        manage("restore", backup)
        assert contents() == before


@contextmanager
def emptied():
    """The same site with an empty database."""
    if ON_POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        yield
    else:
        with connected(f"sqlite:///{site_settings.VAR_DIR}/another.sqlite3"):
            yield


@on_sqlite
def test_a_ruined_database_is_replaced_when_told(site, backup):
    before = contents()
    connection.close()
    (site / "db.sqlite3").write_bytes(b"no database any more" * 1000)
    with pytest.raises(CommandError, match=r"cannot be read .+--over-newer-data"):
        manage("restore", backup)
    manage("restore", backup, over_newer_data=True)
    assert contents() == before


@on_postgres
def test_programs_that_are_missing_or_too_old_are_named(site, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not installed: apt install"):
        back_up()
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 9.6.24'\n")
        (tmp_path / name).chmod(0o700)
    with pytest.raises(CommandError, match="pg_dump is of version 9 and PostgreSQL of"):
        back_up()


@on_postgres
def test_programs_that_are_newer_than_the_server_do_as_well(site, tmp_path, monkeypatch):
    before = contents()
    with pg_restore(tmp_path, monkeypatch, "sed '0,/^SET/s//SET transaction_timeout = 0;\\n&/'"):
        backup = back_up()
        wreck(site)
        manage("restore", backup, over_newer_data=True)
    assert contents() == before


@contextmanager
def pg_restore(folder, monkeypatch, through):
    """What the real one writes for psql goes `through` another program."""
    real = shutil.which("pg_restore")
    script = f'#!/bin/sh\ncase "$*" in *--file=-*) {real} "$@" | {through};; *) {real} "$@";; esac'
    (folder / "pg_restore").write_text(script)
    (folder / "pg_restore").chmod(0o700)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        yield


# A machine that fails


@on_postgres
def test_a_program_that_is_killed_in_the_middle_of_a_table_changes_nothing(
    site, backup, tmp_path, monkeypatch
):
    wreck(site)
    before = contents()
    cut_off = "sed '/^COPY public.partnerships_partner /{n;q}'; kill -9 $$"
    with (
        pg_restore(tmp_path, monkeypatch, cut_off),
        pytest.raises(CommandError, match="pg_restore did not come to its end"),
    ):
        manage("restore", backup, over_newer_data=True)
    assert contents() == before


def test_a_full_disk_leaves_no_half_archive_and_the_old_ones(site, backup):
    upload(site, {"media/large.png": os.urandom(4_000_000)})
    with full_disk(3_500_000), pytest.raises(CommandError, match=r"No backup was made\. "):
        back_up()
    assert list(backup.parent.iterdir()) == [backup]


@contextmanager
def full_disk(room=50_000):
    """No file can be written beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_on_which_the_database_has_no_room_is_said_in_words(site, backup):
    with full_disk(), pytest.raises(CommandError, match=r"No backup was made\. ") as refused:
        back_up()
    assert str(refused.value).count("\n") == 0
    assert list(backup.parent.iterdir()) == [backup]


def test_a_restoration_for_which_there_is_no_room_touches_nothing(site, backup):
    wreck(site)
    before, there = contents(), {*site.iterdir()}
    with full_disk(), pytest.raises(CommandError, match="Nothing was restored"):
        manage("restore", backup, over_newer_data=True)
    assert (contents(), {*site.iterdir()}) == (before, there)


def test_files_are_put_back_on_a_full_disk_too(site, backup, monkeypatch):
    upload(site, {"private/agreement/0f3a.pdf": os.urandom(100_000)})
    before = contents()
    full = ExitStack()

    def interrupt():
        full.enter_context(full_disk())
        raise KeyboardInterrupt

    with (
        full,
        meanwhile(monkeypatch, ("Filling the database", 0), interrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        manage("restore", backup, over_newer_data=True)
    assert contents() == before


def test_where_a_file_cannot_be_put_back_it_is_said_where_it_lies(site, backup, monkeypatch):
    upload(site, {"media/partners/crest.png": b"another", "private/agreement/0f3a.pdf": b"another"})

    def interrupt():
        (site / "media/partners").rename(site / "media/elsewhere")
        raise KeyboardInterrupt

    with (
        meanwhile(monkeypatch, ("Filling the database", 0), interrupt),
        pytest.raises(
            CommandError, match=r"restored in part\. .+crest\.png: No such file"
        ) as failed,
    ):
        manage("restore", backup, over_newer_data=True)
    (aside,) = site.glob("before-restore-*")
    assert str(failed.value).endswith(f"lie in {aside}.")
    assert (aside / "media/partners/crest.png").read_bytes() == b"another"
    assert (site / "private/agreement/0f3a.pdf").read_bytes() == b"another"


@on_sqlite
def test_a_damaged_database_is_no_backup_and_the_older_ones_stay(site, backup):
    old = backup.with_name("jinhua-20200101T000000Z.tar.gz")
    old.touch()
    with closing(sqlite3.connect(site / "db.sqlite3")) as database:
        database.execute("CREATE INDEX spoilt ON profile_fact (key)")
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'spoilt'"
        ).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (site / "db.sqlite3").open("r+b") as file:
        file.seek((root - 1) * size + 3)  # how many entries the page has
        file.write(b"\0\1")
    with pytest.raises(CommandError, match=r"The database is damaged: .+"):
        back_up()
    assert sorted(backup.parent.iterdir()) == [old, backup]
    manage("restore", backup)
    assert "read back" in manage("backup")


def test_what_a_killed_run_left_is_cleared_away_by_the_next(site, backup):
    folder = backup.parent
    (folder / ".jinhua-work-abc").mkdir()
    (folder / ".jinhua-20260101T000000Z.tar.gz.part").touch()
    backup.unlink()
    newest = back_up()
    assert list(folder.iterdir()) == [newest]


def test_a_folder_that_cannot_be_written_is_named(site):
    (site / "a-file").touch()
    with pytest.raises(CommandError, match=r"No backup was made\. .+ \(.+a-file"):
        back_up(site / "a-file" / "inside")


# Which stay


def nightly(days):
    """An archive each night until 2026-11-23, newest first."""
    last = datetime.datetime(2026, 11, 23, 3, 30, tzinfo=datetime.UTC)
    return [(f"{day}", last - datetime.timedelta(days=day)) for day in range(days)]


def test_of_three_years_of_nights_a_week_a_month_and_a_year_stay():
    stay = retention.kept(nightly(1100), retention.wish(retention.USUAL))
    ages = sorted(int(name) for name, _moment in stay)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(ages) == 7 + 3 + 11 - 1  # Sundays' and last days' of months, some of them both
    assert ages[-1] == 327, "the last of December"


def test_of_several_in_a_day_the_newest_stays():
    found = [("evening", moment(18)), ("noon", moment(12)), ("night", moment(3))]
    assert retention.kept(found, {"daily": 7}) == {found[0]}


def test_one_from_before_an_update_stays_for_thirty_days():
    name = "jinhua-20261024T040000Z-before-update.tar.gz"
    update = (name, datetime.datetime(2026, 10, 24, 4, tzinfo=datetime.UTC))
    later = nightly(30)
    assert update in retention.kept([*later, update], {"daily": 1})
    next_day = ("next", later[0][1] + datetime.timedelta(days=1))
    assert update not in retention.kept([next_day, *later, update], {"daily": 1})


def moment(hour):
    return datetime.datetime(2026, 11, 23, hour, tzinfo=datetime.UTC)


def test_older_archives_go_only_once_a_new_one_is_whole(site, backup):
    old = backup.with_name("jinhua-20200101T000000Z.tar.gz")
    old.touch()
    foreign = backup.with_name("jinhua-notes.txt")
    foreign.touch()
    newest = back_up(keep="1 daily")
    assert sorted(newest.parent.iterdir()) == sorted([newest, foreign])


def test_what_is_made_on_the_same_day_leaves_the_one_from_before_an_update(site):
    update = back_up(before_update=True)
    later = [back_up(keep="1 daily") for _ in range(2)]
    assert [path for path, _moment in archive.archives(update.parent)] == [later[1], update]
    assert timezone.now() - archive.moment_of(update) < datetime.timedelta(minutes=1)
    manage("backup", check=update)


def test_an_older_one_that_cannot_be_removed_does_not_deny_the_new_one(site, backup):
    old = backup.with_name("jinhua-20200101T000000Z.tar.gz")
    old.mkdir()
    with pytest.raises(CommandError, match=r"^An older one stays: .+ \(.+20200101"):
        back_up(keep="1 daily")
    assert archive.archives(backup.parent)[0][0].name > backup.name


def test_a_check_of_what_is_not_there_speaks_of_no_backup(site):
    with pytest.raises(CommandError, match=r"^\S+gone: No such file or directory \("):
        manage("backup", check=site / "gone")


@pytest.mark.parametrize("words", ["seven", "7", "0 daily", "7 nightly", ""])
def test_what_to_keep_has_to_be_said_in_known_words(words, site):
    with pytest.raises(CommandError, match="--keep is"):
        back_up(keep=words)


def test_all_may_stay(site, backup):
    old = backup.with_name("jinhua-20200101T000000Z.tar.gz")
    old.touch()
    back_up(keep="all")
    assert old.exists()
