# ruff: noqa: F401, F811 (the fixture `staff`)
"""An upload has a safe name, room, and headers that keep it quiet; it is whole or not there."""

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from jinhua_site import environment
from jinhua_site.office.models import Proposal, ProposedFile
from jinhua_site.publishing.rehearsal import RehearsingStorage
from jinhua_site.uploads import limited, names, room
from jinhua_site.uploads.storage import PART, together
from partnerships.models import Evidence, Partner, Practice

from . import makers
from .hostile.documents import link, pdf, script_on_opening
from .hostile.pictures import noise, saved, seeded
from .test_admin import filled_in, in_each_language, refused, seen, staff, url

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def kept(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*.*"))


def logo(side=200):
    return SimpleUploadedFile("logo.png", saved(noise(side, side), "PNG"))


def report(name="report.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf())


def save(staff, record, **changes):
    form = filled_in(staff.get(url("change", record)))
    sent = {name: value for name, value in form.items() if not hasattr(value, "field")}
    return staff.post(url("change", record), sent | changes)


def evidence(staff, practice, file, **changes):
    row = {"title_en": "Report", "title_zh_hans": "报告", "file": file}
    sent = {f"evidence-0-{name}": value for name, value in row.items()}
    return save(staff, practice, **sent, **{"evidence-TOTAL_FORMS": 1}, **changes)


# Names


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ("Report of 2018.pdf", "Report-of-2018.pdf"),
        ("报告 2018.pdf", "报告-2018.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\0b.pdf", "ab.pdf"),
        ("exe.\u202efdp.scr", "exe.fdp.scr"),
        ("a\r\nSet-Cookie: b.pdf", "a-Set-Cookie-b.pdf"),
        ("<img src=x onerror=alert(1)>.png", "img-src-x-onerror-alert-1.png"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("字" * 3_000 + ".pdf", "字" * 40 + ".pdf"),
        ("a." + "x" * 3_000, "a.xxxxxxxxx"),
        ("cafe\u0301.pdf", "café.pdf"),
    ],
)
def test_a_name_is_made_safe(came, becomes):
    assert names.safe(came) == becomes
    assert names.safe(becomes) == becomes


@pytest.mark.parametrize("name", ["../../../x.pdf", "\u202efdp.exe", "a\0.pdf", "字" * 250, "con"])
def test_under_whichever_name_it_comes_it_lies_under_a_safe_one(staff, media, name):
    practice = makers.make_practice()
    assert evidence(staff, practice, report(name)).status_code == 302
    (file,) = kept(media)
    assert file == Evidence.objects.get().file.name
    assert file.startswith("documents/")
    assert file.isprintable()
    assert file.removeprefix("documents/") in seen(staff.get(url("change", practice)))


def test_a_name_or_a_field_of_3000_letters_is_a_request_that_is_refused(staff):
    for field, name in [("file", "a" * 3_000), ("f" * 900, "a.pdf")]:
        head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
        body = f"--line\r\n{head}\r\n\r\nabc\r\n--line--\r\n".encode()
        answer = staff.post(
            url("add", Partner), body, content_type="multipart/form-data; boundary=line"
        )
        assert answer.status_code == 400
        assert "<h1>" in answer.content.decode()


def test_so_many_files_are_no_form_of_this_site(staff):
    files = {f"evidence-{number}-file": report() for number in range(30)}
    assert staff.post(url("add", Practice), files).status_code == 413


# Room


def test_a_size_is_read_as_an_operator_writes_it(monkeypatch):
    monkeypatch.setenv("UPLOADS_MAX", "500 mb")
    assert environment.size("UPLOADS_MAX", "2GB") == 500 * MIB
    for wrong in ("2", "two", "0GB", "-1GB", "2GB!"):
        monkeypatch.setenv("UPLOADS_MAX", wrong)
        with pytest.raises(environment.WrongSetting, match="such as 500MB or 2GB"):
            environment.size("UPLOADS_MAX", "2GB")


@in_each_language
def test_once_the_uploads_have_their_share_no_more_is_taken(staff, settings, media, spoken):
    staff.cookies["django_language"] = spoken
    partner = makers.make_partner()
    (media / "partners").mkdir(parents=True)
    (media / "partners" / "old.png").write_bytes(b"x" * MIB)
    settings.UPLOADS_MAX = MIB + 1000
    page = refused(save(staff, partner, logo=logo(), city_en="Hamilton"))
    assert f'<html lang="{spoken}"' in page
    assert "1.0" in page
    assert 'value="Hamilton"' in page
    assert kept(media) == ["partners/old.png"]
    settings.UPLOADS_MAX = 8 * MIB
    assert save(staff, partner, logo=logo()).status_code == 302


def test_room_is_left_for_the_database(monkeypatch):
    monkeypatch.setattr(room, "KEPT_FREE", shutil.disk_usage("/").total * 2)
    with pytest.raises(ValidationError, match="disk is full"):
        room.make_sure_of(1)


@pytest.fixture
def small_disk(media):
    """The public uploads on a disk of their own, which has room for 100 KB."""
    media.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", media]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a disk can only be mounted by root")
    yield media
    subprocess.run(["umount", media], check=True)


def two_reports(first, second):
    row = {"title_en": "Report", "title_zh_hans": "报告"}
    sent = {f"evidence-{number}-{name}": row[name] for number in (0, 1) for name in row}
    sent |= {"evidence-0-file": first, "evidence-1-file": second, "evidence-TOTAL_FORMS": 2}
    return sent | {"aims_en": "Kept in mind."}


def large_report():
    return report(content=pdf(lambda made: made.make_indirect(filling(made))))


def filling(made):
    made.pages[0].Contents = made.make_stream(seeded().randbytes(200_000))
    return made.pages[0].Contents


def test_an_upload_that_would_fill_the_disk_is_refused_beforehand(staff, small_disk):
    page = refused(save(staff, makers.make_partner(), logo=logo(), city_en="Hamilton"))
    assert "disk is full" in page
    assert 'value="Hamilton"' in page
    assert not kept(small_disk)


def test_a_disk_that_fills_up_in_the_middle_leaves_nothing_half_saved(
    staff, small_disk, monkeypatch
):
    monkeypatch.setattr(room, "KEPT_FREE", 0)
    monkeypatch.setattr(room, "TIMES", 0)
    practice = makers.make_practice()
    versions = practice.history.count()
    page = seen(save(staff, practice, **two_reports(report(), large_report())))
    assert "disk is full" in page
    assert "Kept in mind." in page
    assert not kept(small_disk)
    assert not Evidence.objects.filter(practice=practice).exists()
    assert practice.history.count() == versions
    answer = save(staff, practice, **two_reports(report(), report()))
    assert answer.status_code == 302
    assert len(kept(small_disk)) == 2


# Whole or not at all


def test_nobody_sees_a_file_before_it_is_whole(media):
    storage = RehearsingStorage()
    seen_meanwhile = []

    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            for _ in range(3):
                seen_meanwhile.extend(kept(media))
                yield b"x" * 1000

    storage.save("documents/a.pdf", Slow(b""))
    assert all(name.endswith(PART) for name in seen_meanwhile)
    assert kept(media) == ["documents/a.pdf"]


def test_two_who_save_under_one_name_both_keep_their_file(media, monkeypatch):
    storage = RehearsingStorage()
    storage.save("a.pdf", ContentFile(b"first"))
    # The second has looked for the name before the first has taken it.
    looks = iter([False])
    monkeypatch.setattr(storage, "exists", lambda name: next(looks, name == "a.pdf"))
    second = storage.save("a.pdf", ContentFile(b"second"))
    assert (media / "a.pdf").read_bytes() == b"first"
    assert (media / second).read_bytes() == b"second"


class Undone(Exception):  # noqa: N818
    pass


def test_what_is_undone_leaves_no_file(db, media):
    storage = RehearsingStorage()
    with suppress(Undone), together():
        storage.save("a.pdf", ContentFile(b"a"))
        raise Undone
    with together():
        with suppress(Undone), transaction.atomic():
            storage.save("b.pdf", ContentFile(b"b"))
            raise Undone
        storage.save("c.pdf", ContentFile(b"c"))
    with suppress(Undone), together():
        with together():
            storage.save("d.pdf", ContentFile(b"d"))
        raise Undone
    assert kept(media) == ["c.pdf"]


def test_what_is_rolled_back_in_silence_leaves_no_file(db, media):
    with together():
        RehearsingStorage().save("a.pdf", ContentFile(b"a"))
        transaction.set_rollback(True)
    assert kept(media) == []
    with together():
        RehearsingStorage().save("b.pdf", ContentFile(b"b"))
    assert kept(media) == ["b.pdf"]


def test_a_save_that_fails_at_its_end_leaves_no_file(staff, media, monkeypatch):
    practice = makers.make_practice()
    staff.raise_request_exception = False

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("jinhua_site.office.proposing.settle", fail)
    assert evidence(staff, practice, report()).status_code == 500
    assert not kept(media)
    assert not Evidence.objects.filter(practice=practice).exists()


def test_a_picture_and_another_of_its_name_keep_their_versions_apart(db, media):
    one, other = makers.make_partner(), makers.make_partner()
    one.logo.save("logo.png", ContentFile(saved(noise(200, 100, "RGBA"), "PNG")))
    other.logo.save("logo.jpg", ContentFile(saved(noise(200, 100), "JPEG")))
    versions = [name for name in kept(media) if name.endswith("160w.avif")]
    assert len(versions) == 2


# What a proposal brings


def test_a_refused_file_is_not_kept_with_a_proposal(staff):
    agreement = makers.make_agreement()
    save(staff, agreement, scan=report(content=script_on_opening()), _propose="1")
    assert Proposal.objects.get().state == Proposal.State.UNFINISHED
    assert not ProposedFile.objects.exists()


def test_a_file_that_a_later_version_of_a_proposal_replaces_is_taken_away(
    staff, django_capture_on_commit_callbacks
):
    agreement = makers.make_agreement()
    save(staff, agreement, scan=report(), _propose="1")
    first = Path(ProposedFile.objects.get().file.path)
    assert first.exists()
    address = f"{url('change', agreement)}?proposal={Proposal.objects.get().pk}"
    form = filled_in(staff.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(address, form | {"scan": report(), "_propose": "1"})
    assert Path(ProposedFile.objects.get().file.path).exists()
    assert not first.exists()


# Served


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("a.png", "image/png", 'inline; filename="a.png"'),
        ("a.JPG", "image/jpeg", 'inline; filename="a.JPG"'),
        ("a.avif", "image/avif", 'inline; filename="a.avif"'),
        ("a.pdf", "application/pdf", 'attachment; filename="a.pdf"'),
        ("a.html", "application/octet-stream", 'attachment; filename="a.html"'),
        ("a.svg", "application/octet-stream", 'attachment; filename="a.svg"'),
        ("a.js", "application/octet-stream", 'attachment; filename="a.js"'),
        ("a", "application/octet-stream", 'attachment; filename="a"'),
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


def test_what_is_not_yet_whole_is_not_served(client, db, media):
    (media / ".hidden").mkdir(parents=True)
    for name in (f".0123{PART}", ".hidden/a.png"):
        (media / name).write_bytes(b"half")
        assert client.get(f"/media/{name}").status_code == 404


def test_a_scan_goes_out_like_any_file_that_came_from_outside(staff):
    agreement = makers.make_agreement()
    save(staff, agreement, scan=report())
    answer = staff.get(f"{url('change', agreement).removesuffix('change/')}scan/")
    answer.close()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


# Where a file is looked into


def test_the_process_that_looks_into_files_knows_no_secret(tmp_path, monkeypatch):
    """It is started without the site's environment."""
    monkeypatch.setenv("SECRET_KEY", "a secret")
    monkeypatch.setattr(limited, "PROCESS", tmp_path / "tell.py")
    limited.PROCESS.write_text(
        "import json, os; print(json.dumps({'knows': sorted(os.environ), 'sizes': []}))"
    )
    found = limited.look_into("picture", ContentFile(b""))
    assert found.answer["knows"] == ["LANG", "OPENPYXL_LXML"]


def test_the_process_that_looks_into_files_has_nothing_of_django():
    code = (
        "import json, os, resource, sys; sys.argv = ['x'];"
        f"sys.path.insert(0, {str(limited.PROCESS.parents[3])!r});"
        "from jinhua_site.uploads.quarantine import picture, document, spreadsheet;"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('django', 'socket')]))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert json.loads(done.stdout) == []


def test_each_file_is_looked_into_once_and_before_anything_is_locked(staff, monkeypatch):
    depths = []

    def looking(*args, **options):
        depths.append(len(connection.savepoint_ids))
        return limited.look_into(*args, **options)

    for kind in ("pictures", "documents"):
        monkeypatch.setattr(f"jinhua_site.{kind}.look_into", looking)
    assert save(staff, makers.make_partner(), logo=logo()).status_code == 302
    assert evidence(staff, makers.make_practice(), report()).status_code == 302
    refused(save(staff, makers.make_agreement(), scan=report(content=script_on_opening())))
    assert depths == [0, 0, 0]


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"memory": 80 * MIB}, "heavy"), ({"seconds": 0}, "heavy")],
)
def test_a_file_that_takes_too_much_is_given_up(limits, code):
    picture = ContentFile(saved(noise(2_000, 2_000), "PNG"))
    with pytest.raises(limited.FileRefused) as refusal:
        limited.look_into(
            "picture", picture, widest=2_000, widths=[2_000], kinds=["AVIF"], **limits
        )
    assert refusal.value.code in {code, "unreadable"}


def test_a_system_that_cannot_limit_a_process_takes_no_file(staff, monkeypatch):
    monkeypatch.setattr(limited, "CAN_LIMIT", False)
    assert "so it takes none" in refused(save(staff, makers.make_partner(), logo=logo()))


# What nothing names


def find(*options):
    out = StringIO()
    try:
        call_command("stray_files", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


@pytest.fixture
def private(settings, tmp_path):
    """Only this test's files."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


def test_what_a_record_or_an_earlier_version_names_is_no_stray(db, media, private):
    partner = makers.make_partner()
    for side in (200, 400):
        partner.logo = logo(side)
        partner.save()
    practice = makers.make_practice()
    makers.make_evidence(practice=practice, file=report())
    files = kept(media)
    assert len(files) >= 7
    assert find("--older-than", "0", "--remove").startswith(
        "0 stray files removed, 0 files missing"
    )
    assert kept(media) == files


def test_what_nothing_names_is_found_and_taken_away_once_it_is_old(db, media, private):
    partner = makers.make_partner(logo=logo())
    files = kept(media)
    for name in (f"partners/.0123{PART}", "partners/lost.png", "partners/lost/160w.avif"):
        (media / name).parent.mkdir(exist_ok=True)
        (media / name).write_bytes(b"left by a crash")
    (private / "agreement").mkdir(parents=True)
    (private / "agreement" / "lost.pdf").write_bytes(b"left by a crash")
    assert find("--remove").startswith("0 stray files removed")
    told = find("--older-than", "0")
    assert "4 stray files, 0 files missing" in told
    assert "agreement/lost.pdf" in told
    assert "4 stray files removed" in find("--older-than", "0", "--remove")
    assert kept(media) == files
    assert not (media / "partners" / "lost").exists()
    assert Path(partner.logo.path).exists()


def test_a_record_whose_file_is_missing_is_named(db, private):
    partner = makers.make_partner(logo=logo())
    Path(partner.logo.path).unlink()
    told = find()
    assert f"missing: partnerships.Partner {partner.pk}: logo {partner.logo.name}" in told
    assert "1 files missing" in told


def test_with_the_wrong_database_nothing_is_taken_away(db, media, private):
    (media / "partners").mkdir(parents=True)
    (media / "partners" / "a.png").write_bytes(b"named in another database")
    assert "Is this the right database?" in find("--older-than", "0", "--remove")
    assert kept(media) == ["partners/a.png"]


# Documents that are what they should be


def test_a_signed_document_stays_as_it_is_to_the_last_byte(staff):
    def sign(made):
        signature = {"/Type": pikepdf.Name.Sig, "/ByteRange": [0, 1, 2, 3], "/Contents": b"0" * 64}
        made.Root.AcroForm = made.make_indirect(
            {"/SigFlags": 3, "/Fields": [{"/FT": pikepdf.Name.Sig, "/V": signature}]}
        )

    agreement, signed = makers.make_agreement(), pdf(sign)
    assert save(staff, agreement, scan=report(content=signed)).status_code == 302
    agreement.refresh_from_db()
    assert Path(agreement.scan.path).read_bytes() == signed


def test_a_document_with_links_is_taken(staff):
    def lead_on(made):
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.edu.cn/")
        made.pages[0].Annots = pikepdf.Array([link(action)])

    agreement = makers.make_agreement()
    assert save(staff, agreement, scan=report(content=pdf(lead_on))).status_code == 302
    agreement.refresh_from_db()
    assert b"https://example.edu.cn/" in Path(agreement.scan.path).read_bytes()
