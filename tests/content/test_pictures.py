"""Uploaded pictures are published small, described, and without private metadata."""

import struct
from io import BytesIO

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from PIL import Image

from jinhua_site.content.pictures import drawn_anew
from tests.support import files
from tests.support.files import picture, uploaded
from tests.support.makers import make_faculty

ALT = {"image_alt_en": "A workshop", "image_alt_zh_hans": "实训车间"}
TELLTALES = [files.SCRIPT, files.PLACE.encode(), b"Exif", b"xmpmeta", b"ICC_PROFILE", b"PK\x05\x06"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def published(file):
    faculty = make_faculty(**ALT)
    faculty.image = file
    faculty.save()
    return faculty


def shown(client, faculty, code="en"):
    page = client.get(f"/{code}/faculties/{faculty.slug}/").content
    return html5lib.parse(page, namespaceHTMLElements=False).find(".//main//picture")


# On a page


def test_a_picture_is_offered_in_light_formats_and_several_widths(client, db):
    sources = shown(client, published(picture())).findall("source")
    assert [source.get("type") for source in sources] == ["image/avif", "image/webp"]
    for source in sources:
        widths = dict(reversed(part.split()) for part in source.get("srcset").split(", "))
        assert set(widths) == {"384w", "768w", "1536w"}
        for width, address in widths.items():
            answer = client.get(address)
            assert answer["Content-Type"] == source.get("type")
            with Image.open(BytesIO(b"".join(answer.streaming_content))) as file:
                assert f"{file.width}w" == width


def test_a_picture_says_how_large_it_is_and_what_it_shows_without_being_opened(client, db):
    faculty = published(picture())
    faculty.image.storage.delete(faculty.image.name)
    image = shown(client, faculty).find("img")
    assert (image.get("width"), image.get("height")) == ("1536", "768")
    assert image.get("alt") == "A workshop"
    assert shown(client, faculty, "zh-hans").find("img").get("alt") == "实训车间"


def test_a_small_picture_is_neither_blown_up_nor_offered_in_other_widths(client, db):
    faculty = published(picture(size=(90, 40)))
    element = shown(client, faculty)
    assert (element.find("img").get("width"), element.findall("source")) == ("90", [])
    faculty.image = ""
    faculty.save()
    assert faculty.image_width is None


@pytest.mark.parametrize("missing", ALT)
def test_a_picture_without_its_description_stays_a_draft(missing, db):
    fields = {"image": picture(), **ALT | {missing: ""}}
    make_faculty(**fields, status="draft")
    faculty = make_faculty(saved=False, **fields)
    with pytest.raises(ValidationError, match="what the picture shows"):
        faculty.full_clean()
    with pytest.raises(IntegrityError):
        faculty.save()


# What is stored


@pytest.mark.parametrize("content", [files.photograph(), files.png_with_a_diary()])
def test_nothing_of_what_came_with_a_picture_is_kept(db, media, content):
    published(uploaded(content))
    contents = [path.read_bytes() for path in media.rglob("*.*")]
    assert contents
    assert not [telltale for telltale in TELLTALES for file in contents if telltale in file]


@pytest.mark.parametrize(
    ("file", "mode"),
    [
        (picture("JPEG", "L", icc_profile=files.profile()), "RGB"),
        (picture("JPEG", "CMYK"), "RGB"),
        (picture("PNG", "P", transparency=0), "RGBA"),
        (picture("WEBP", "RGBA"), "RGBA"),
        (picture("AVIF"), "RGB"),
        (uploaded(files.film("WEBP")), "RGB"),
    ],
)
def test_pictures_of_every_kind_are_taken(file, mode):
    image = drawn_anew(file, 500)
    assert image.mode == mode
    assert image.width == min(500, Image.open(file).width)
    assert not image.info


def test_a_photograph_stands_upright_and_sixteen_bits_of_grey_stay_grey():
    assert drawn_anew(uploaded(files.photograph((400, 300))), 1_000).size == (300, 400)
    grey = uploaded(files.saved(Image.new("I;16", (20, 20), 0x8000), "PNG"))
    assert drawn_anew(grey, 500).getpixel((0, 0)) == pytest.approx((128, 128, 128), abs=2)


# What is refused


def half(kind):
    return lambda: files.saved(files.noise(300, 300), kind)[:20_000]


def avif_of_65535_by_65535():
    whole = files.saved(Image.new("RGB", (64, 64)), "AVIF")
    place = whole.index(b"ispe") + 8
    return whole[:place] + struct.pack(">II", 65_535, 65_535) + whole[place + 8 :]


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + files.SCRIPT,
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
        lambda: files.saved(Image.new("P", (4, 4)), "GIF"),
        half("JPEG"),
        half("AVIF"),
        files.png_with_a_profile_of_100_megabytes,
        files.jpeg_of_a_thousand_scans,
    ],
)
def test_what_is_no_picture_or_not_a_whole_one_is_refused(make):
    with pytest.raises(ValidationError, match="can be read"):
        drawn_anew(uploaded(make()), 500)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (files.png_of_9000_by_9000, r"9000 × 9000 pixels\. A PNG may have 10 million"),
        (files.jpeg_of_100_megapixels, r"10000 × 10000 pixels\. A JPEG may have 40 million"),
        (files.webp_of_16383_by_16383, r"16384 × 16384 pixels\. A WEBP may have 6 million"),
        (avif_of_65535_by_65535, "Make it smaller first|can be read"),
        (lambda: bytes((10 << 20) + 1), "larger than 10 MB"),
    ],
)
def test_a_huge_picture_is_refused_before_it_is_unpacked(make, words):
    with pytest.raises(ValidationError, match=words):
        drawn_anew(uploaded(make()), 500)
