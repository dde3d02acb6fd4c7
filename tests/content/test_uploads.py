"""Uploads have unguessable names, fit on the disk, and are served with safe headers."""

import errno
import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from jinhua_site.content import uploads
from jinhua_site.content.uploads import UploadStorage
from jinhua_site.office.models import Proposal, ProposedFile
from partnerships.models import Evidence
from tests.support import makers
from tests.support.admin import filled_in, refused, save, seen, url
from tests.support.files import pdf, picture, uploaded

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


def kept(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*.*"))


def reports(*files):
    """Return what a practice's form sends with new pieces of evidence."""
    row = {"title_en": "Report", "title_zh_hans": "报告"}
    sent = {f"evidence-{number}-{name}": row[name] for number in range(len(files)) for name in row}
    sent |= {f"evidence-{number}-file": file for number, file in enumerate(files)}
    return sent | {"evidence-TOTAL_FORMS": len(files), "aims_en": "Kept in mind."}


# Names


NAMES = {
    "报告 2018.pdf": "报告-2018.pdf",
    "../../../x.pdf": "x.pdf",
    "\u202efdp.exe": "fdp.pdf",
    "a\0.pdf": "a.pdf",
    "<img src=x onerror=alert(1)>.png": "img-src-x-onerror-alert-1.pdf",
    "！？.pdf": "file.pdf",
    "字" * 250: "字" * 40 + ".pdf",
}


def test_under_whichever_name_it_comes_nobody_can_guess_where_it_lies(staff, media):
    practice = makers.make_practice()
    assert save(staff, url("change", practice), **reports(*map(pdf, NAMES))).redirect_chain
    files = [*Evidence.objects.order_by("pk").values_list("file", flat=True)]
    assert kept(media) == sorted(files)
    folders, unguessable, names = zip(*(file.split("/") for file in files), strict=True)
    assert {*folders} == {"documents"}
    assert {*map(len, unguessable)} == {32}
    assert len({*unguessable}) == len(NAMES)
    assert [*names] == [*NAMES.values()]
    page = seen(staff.get(url("change", practice)))
    assert all(file in page for file in files)


def test_a_document_stays_as_it_is_to_the_last_byte(staff):
    agreement, signed = makers.make_agreement(), pdf(content=b"9 0 obj <</Type /Sig>> endobj\n")
    assert save(staff, url("change", agreement), scan=signed).redirect_chain
    agreement.refresh_from_db()
    signed.seek(0)
    answer = staff.get(f"{url('change', agreement).removesuffix('change/')}scan/")
    assert answer.getvalue() == signed.read()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


# Disk space


def test_once_the_uploads_have_their_share_no_more_is_taken(staff, settings, media):
    staff.cookies["django_language"] = "zh-hans"
    partner = makers.make_partner()
    UploadStorage().save("partners/old.png", ContentFile(b"x" * MIB))
    settings.UPLOADS_MAX = uploads.used() + 100
    page = refused(save(staff, url("change", partner), logo=picture(), city_en="Hamilton"))
    assert "1.0" in page
    assert 'value="Hamilton"' in page
    assert kept(media) == ["partners/old.png"]
    settings.UPLOADS_MAX *= 8
    assert save(staff, url("change", partner), logo=picture()).redirect_chain


def test_room_is_left_for_the_database(monkeypatch):
    monkeypatch.setattr(uploads, "KEPT_FREE", shutil.disk_usage("/").total * 2)
    with pytest.raises(ValidationError, match="disk is full"):
        uploads.make_sure_of_room(1)


def test_a_disk_that_fills_up_in_the_middle_leaves_nothing_half_saved(staff, monkeypatch):
    practice = makers.make_practice()
    versions = practice.history.count()

    def fill_up(storage, name, content):
        if Evidence.objects.filter(practice=practice).exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return name

    monkeypatch.setattr(UploadStorage, "_save", fill_up)
    page = seen(save(staff, url("change", practice), **reports(pdf(), pdf())))
    assert "disk is full" in page
    assert "Kept in mind." in page
    assert not Evidence.objects.filter(practice=practice).exists()
    assert practice.history.count() == versions


# Files of proposals


def test_a_proposal_keeps_the_file_of_its_last_version_and_none_that_is_refused(
    staff, django_capture_on_commit_callbacks
):
    agreement = makers.make_agreement()
    save(staff, url("change", agreement), scan=uploaded(b"<html>", "a.pdf"), _propose="1")
    assert Proposal.objects.get().state == Proposal.State.UNFINISHED
    assert not ProposedFile.objects.exists()
    address = f"{url('change', agreement)}?proposal={Proposal.objects.get().pk}"
    paths = []
    for _version in range(2):
        form = filled_in(staff.get(address))
        with django_capture_on_commit_callbacks(execute=True):
            staff.post(address, form | {"scan": pdf(), "_propose": "1"})
        paths.append(Path(ProposedFile.objects.get().file.path))
    assert [path.exists() for path in paths] == [False, True]


# Served


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("a.png", "image/png", 'inline; filename="a.png"'),
        ("a.pdf", "application/pdf", 'attachment; filename="a.pdf"'),
        ("a.html", "application/octet-stream", 'attachment; filename="a.html"'),
        ("a.svg", "application/octet-stream", 'attachment; filename="a.svg"'),
    ],
)
def test_a_browser_runs_nothing_of_an_upload(client, db, media, name, kind, disposition):
    media.mkdir()
    (media / name).write_bytes(b"<script>alert(1)</script>")
    answer = client.get(f"/media/{name}")
    answer.close()
    assert answer["Content-Type"] == kind
    assert answer.headers.get("Content-Disposition") == disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'"} <= set(policy)
    assert "Set-Cookie" not in answer.headers


# Files without a record


def stray_files(*options):
    out = StringIO()
    try:
        call_command("stray_files", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def age(*folders):
    """Date all files back by two days."""
    for folder in folders:
        for path in folder.rglob("*.*"):
            os.utime(path, (0, path.stat().st_mtime - 2 * 24 * 3600))


def test_what_nothing_names_is_removed_once_it_is_old(db, media, private):
    """What a record or an earlier version names stays."""
    partner = makers.make_partner()
    for width in (200, 400):
        partner.logo = picture(size=(width, 100))
        partner.save()
    makers.make_evidence(file=pdf())
    files = kept(media)
    assert len(files) == 13
    lost = [media / "partners/0/lost.png", media / "partners/0/160w.avif", private / "0/lost.pdf"]
    for path in lost:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left by a crash")
    assert stray_files() == "0 stray files removed, 0 missing.\n"
    age(media, private)
    told = stray_files("--dry-run")
    assert "3 stray files, 0 missing" in told
    assert "0/lost.pdf" in told
    assert "3 stray files removed" in stray_files()
    assert kept(media) == files
    assert not lost[0].parent.exists()
    Path(partner.logo.path).unlink()
    told = stray_files()
    assert f"missing: partnerships.Partner {partner.pk}: logo {partner.logo.name}" in told
    assert "1 missing" in told


def test_with_the_wrong_database_nothing_is_removed(db, media, private):
    UploadStorage().save("partners/a.png", ContentFile(b"named in another database"))
    age(media)
    assert "The right database?" in stray_files()
    assert kept(media) == ["partners/a.png"]
