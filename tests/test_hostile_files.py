# ruff: noqa: F401, F811 (the fixture `staff`)
"""What strangers' files might do here, they do not: refused in words, or made harmless, soon."""

import logging
import time
from html import unescape
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from partnerships.models import Agreement, Partner
from profile.models import College

from .hostile.documents import DOCUMENTS
from .hostile.pictures import PICTURES
from .hostile.spreadsheets import SPREADSHEETS
from .test_admin import filled_in, in_each_language, seen, staff, url

MOST_SECONDS, MOST_MEGABYTES = 2, 150
SHOWN = {".jpg": "image/jpeg", ".png": "image/png", ".avif": "image/avif", ".webp": "image/webp"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def cost(request, caplog):
    """Sees to it that a test's file costs little work and memory, here and where it is read."""
    caplog.set_level(logging.INFO, "jinhua_site.uploads.limited")
    request.node.callspec.params["file"].content  # noqa: B018  (is made beforehand)
    forget_most_memory()
    started, work, memory = time.monotonic(), time.process_time(), most_memory()
    yield
    took, work = time.monotonic() - started, time.process_time() - work
    memory = most_memory() - memory
    said = [each for each in caplog.get_records("call") if each.name.startswith("jinhua_site.up")]
    there = sum(seconds for *_what, seconds, _megabytes in (each.args for each in said))
    megabytes = max([0, *(each.args[-1] for each in said)])
    print(  # noqa: T201
        f"{took:.2f} s; work {work:.2f} s here, {there:.2f} s there; "
        f"memory {memory} MB more here, {megabytes} MB there"
    )
    assert work + there < MOST_SECONDS
    assert memory < MOST_MEGABYTES
    assert megabytes < MOST_MEGABYTES


def forget_most_memory():
    """Let the kernel begin anew with what it calls the peak (5: see proc(5))."""
    Path("/proc/self/clear_refs").write_text("5")


def most_memory():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024


def upload(file):
    return SimpleUploadedFile(file.name, file.content)


def kept(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


FORMS = {}  # of records that ship with the site, so that they are the same in every test


def save(staff, record, **files):
    address = url("change", record)
    if address not in FORMS:
        FORMS[address] = filled_in(staff.get(address))
    return staff.post(address, FORMS[address] | files)


def refusals(response):
    assert response.status_code == 200
    return [str(error) for error in response.context["errors"]]


@pytest.fixture
def college(db):
    college = College.objects.get()
    College.objects.update(hero_alt_en="The square", hero_alt_zh_hans="广场")
    return college


@pytest.mark.parametrize("file", PICTURES, ids=str)
def test_a_picture(staff, college, media, cost, file):
    response = save(staff, college, hero=upload(file))
    college.refresh_from_db()
    if file.words:
        assert any(file.words in told for told in refusals(response)), refusals(response)
        assert not college.hero
        assert not kept(media)
        return
    assert response.status_code == 302, refusals(response)
    files = kept(media)
    assert files
    for path in files:
        content = path.read_bytes()
        assert not [each for each in file.gone if each in content]
        with Image.open(BytesIO(content)) as picture:
            assert not {"exif", "icc_profile", "comment", "xmp"} & {*picture.info}
            assert getattr(picture, "n_frames", 1) == 1
        answer = staff.get(f"/media/{path.relative_to(media)}")
        answer.close()
        assert answer["Content-Type"] == SHOWN[path.suffix]


@pytest.mark.parametrize("file", DOCUMENTS, ids=str)
def test_a_document(staff, cost, file):
    agreement = Agreement.objects.earliest("pk")
    response = save(staff, agreement, scan=upload(file))
    agreement.refresh_from_db()
    if file.words:
        assert any(file.words in told for told in refusals(response)), refusals(response)
        assert not agreement.scan
        return
    assert response.status_code == 302, refusals(response)
    content = Path(agreement.scan.path).read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.endswith(b"%%EOF\n")
    assert not [each for each in file.gone if each in content]
    with pikepdf.open(BytesIO(content)) as pdf:
        assert b"(Signed)" in pdf.pages[0].Contents.read_bytes()
        assert "/Info" not in pdf.trailer


@pytest.mark.parametrize("file", SPREADSHEETS, ids=str)
def test_a_spreadsheet(staff, settings, tmp_path, cost, file):
    settings.PRIVATE_ROOT = tmp_path
    partners = Partner.objects.count()
    response = staff.post(url("import", Partner), {"file": upload(file)})
    page = unescape(seen(response))
    assert file.words in page
    assert bool(response.context.get("refusal") or response.context.get("counts"))
    assert not response.context.get("key") or not file.words
    assert Partner.objects.count() == partners


def test_there_are_enough_of_them():
    assert len(PICTURES) + len(DOCUMENTS) + len(SPREADSHEETS) >= 60
