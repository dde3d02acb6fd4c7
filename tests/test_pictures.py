"""A picture that staff upload goes public in light files, described, and with nothing private."""

from io import BytesIO

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError
from PIL import Image, ImageCms

from jinhua_site.pictures import Picture, made_of
from tests.makers import make_faculty

UPRIGHT_IS_LEFT = 6  # how a telephone marks a picture that it took upright
ALT = {"image_alt_en": "A workshop", "image_alt_zh_hans": "实训车间"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(kind="JPEG", mode="RGB", size=(2000, 1000), **options):
    out = BytesIO()
    colour = (200, 90, 40, 128) if mode == "RGBA" else None
    Image.new(mode, size, colour or 0).save(out, kind, **options)
    return ContentFile(out.getvalue(), f"A picture.{kind.lower()}")


def made(file, widest=500):
    """What a field that shows pictures half as wide, on dense screens, makes of one."""
    return made_of(file, Picture(container_width=widest // 2, grid_columns=1))


def profile_of(space):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


def photograph():
    """As a telephone takes it: on its side, with the place and the camera in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = UPRIGHT_IS_LEFT, "A telephone"
    exif.get_ifd(0x8825)[2] = (29.0, 3.0, 57.6)
    return picture(exif=exif)


def published(file):
    faculty = make_faculty(**ALT)
    faculty.image = file
    faculty.save()
    return faculty


def shown(client, faculty, code="en"):
    page = client.get(f"/{code}/faculties/{faculty.slug}/").content
    return html5lib.parse(page, namespaceHTMLElements=False).find(".//main//picture")


def test_a_picture_is_offered_in_light_formats_and_several_widths(client, db):
    found = shown(client, published(picture()))
    sources = {source.get("type"): source.get("srcset") for source in found.findall("source")}
    assert list(sources) == ["image/avif", "image/webp"]
    for kind, srcset in sources.items():
        files = dict(reversed(part.split()) for part in srcset.split(", "))
        assert set(files) == {"384w", "768w", "1536w"}
        for width, address in files.items():
            answer = client.get(address)
            assert answer["Content-Type"] == kind
            with Image.open(BytesIO(b"".join(answer.streaming_content))) as file:
                assert f"{file.width}w" == width


def test_a_picture_says_how_large_it_is_and_what_it_shows(client, db):
    faculty = published(picture())
    image = shown(client, faculty).find("img")
    assert (image.get("width"), image.get("height")) == ("1536", "768")
    assert image.get("alt") == "A workshop"
    assert shown(client, faculty, "zh-hans").find("img").get("alt") == "实训车间"


def test_the_page_of_a_picture_does_not_open_it(client, db):
    faculty = published(picture())
    faculty.image.storage.delete(faculty.image.name)
    assert shown(client, faculty).find("img").get("width") == "1536"


def test_a_photograph_stands_upright_and_tells_nothing_of_its_place(db):
    faculty = published(photograph())
    with Image.open(faculty.image.path) as file:
        assert file.size == (1000, 2000)
        assert not file.getexif()
        assert not {"exif", "icc_profile"} & set(file.info)


@pytest.mark.parametrize(
    ("file", "suffix"),
    [
        (picture("JPEG", "L", icc_profile=profile_of("sRGB")), ".jpg"),
        (picture("JPEG", "CMYK"), ".jpg"),
        (picture("JPEG", icc_profile=b"not a profile"), ".jpg"),
        (picture("PNG", "P", transparency=0), ".png"),
        (picture("PNG", "I;16"), ".jpg"),
        (picture("PNG", "LA"), ".png"),
        (picture("PNG", "RGBA", icc_profile=profile_of("sRGB")), ".png"),
        (picture("WEBP", "RGBA"), ".png"),
        (picture("AVIF"), ".jpg"),
    ],
)
def test_pictures_of_every_kind_are_taken(file, suffix):
    clean = made(file)
    assert (clean.suffix, clean.size) == (suffix, (500, 250))
    with Image.open(BytesIO(clean.whole)) as whole:
        assert whole.size == (500, 250)
    assert set(clean.versions) == {"250w.avif", "500w.avif", "250w.webp", "500w.webp"}


def test_sixteen_bits_of_grey_stay_grey():
    out = BytesIO()
    Image.new("I;16", (20, 20), 0x8000).save(out, "PNG")
    with Image.open(BytesIO(made(ContentFile(out.getvalue())).whole)) as clean:
        assert clean.getpixel((0, 0)) == pytest.approx((128, 128, 128), abs=2)


def test_a_small_picture_is_not_blown_up():
    assert made(picture(size=(90, 40))).size == (90, 40)


def half_of(file):
    return file.read()[: file.size // 2]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        half_of(picture("JPEG")),
        half_of(picture("PNG")),
        half_of(picture("WEBP")),
        half_of(picture("AVIF")),
    ],
)
def test_what_is_no_picture_or_half_a_picture_is_refused(content):
    with pytest.raises(ValidationError, match="can be read"):
        made(ContentFile(content, "logo.png"))


def test_a_huge_picture_is_refused_before_it_is_unpacked():
    with pytest.raises(ValidationError, match=r"9000 × 9000 pixels\. A PNG may have 10 million"):
        made(picture("PNG", "1", size=(9000, 9000)))


@pytest.mark.parametrize("missing", ALT)
def test_a_picture_without_its_description_does_not_go_public(missing, db):
    faculty = make_faculty(saved=False, image=picture(), **ALT | {missing: ""})
    with pytest.raises(ValidationError, match="what the picture shows"):
        faculty.full_clean()
    with pytest.raises(IntegrityError):
        faculty.save()


def test_a_draft_may_wait_for_the_description_of_its_picture(db):
    make_faculty(image=picture(), status="draft")
