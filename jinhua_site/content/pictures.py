"""Pictures that staff upload: checked before decoding, re-encoded, stored in several widths."""

from contextlib import suppress
from io import BytesIO
from pathlib import PurePath
from threading import Lock

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from .uploads import MIB, UploadField

MOST_BYTES = 10 * MIB
# Limits that keep decoding below 150 MB of memory. A baseline JPEG is scaled down while it is
# read; the other formats are decoded whole, WebP several times over.
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 10_000_000, "WEBP": 6_000_000, "AVIF": 10_000_000}
MOST_PROGRESSIVE = 12_000_000
MOST_SCANS = 64  # in a progressive JPEG, each as much work as the whole picture
START_OF_SCAN = b"\xff\xda"
# Two and four times as fast as the defaults, for files that are hardly larger.
RENDITIONS = {"avif": {"speed": 9, "max_threads": 1}, "webp": {"method": 1}}

Image.MAX_IMAGE_PIXELS = None  # the limits above are stricter, and differ by format
_one_at_a_time = Lock()


class PictureFile(FieldFile):
    @property
    def width(self):
        return getattr(self.instance, f"{self.field.name}_width")

    @property
    def height(self):
        return getattr(self.instance, f"{self.field.name}_height")

    @property
    def sources(self):
        """The addresses and widths of the renditions, by media type."""
        folder = PurePath(self.name).parent
        widths = [width for width in self.field.widths if width <= self.width]
        return {
            f"image/{kind}": ", ".join(
                f"{self.storage.url(f'{folder}/{width}w.{kind}')} {width}w" for width in widths
            )
            for kind in RENDITIONS
            if widths
        }

    def save(self, name, content, save=True):
        """Store the re-encoded picture, and its renditions beside it."""
        picture = self.field.drawn(content)
        kind, suffix = ("PNG", "png") if picture.mode == "RGBA" else ("JPEG", "jpg")
        whole = _saved(picture, kind, quality=90, optimize=True)
        super().save(f"{PurePath(name).stem}.{suffix}", whole, save=False)
        folder = PurePath(self.name).parent
        for width in self.field.widths:
            if width <= picture.width:
                small = picture.copy()
                small.thumbnail((width, picture.height))
                for kind, options in RENDITIONS.items():
                    rendition = _saved(small, kind, **options)
                    self.storage.save(f"{folder}/{width}w.{kind}", rendition)
        self.field.note_size(self.instance, *picture.size)
        if save:
            self.instance.save()


class Picture(UploadField):
    """A picture shown at most `widest` CSS pixels wide, with renditions for dense screens.

    It adds two columns for its size in pixels: `logo`, `logo_width`, `logo_height`.
    """

    attr_class = PictureFile
    accept = "image/jpeg,image/png,image/webp,image/avif"

    def __init__(self, *args, widest=160, **kwargs):
        super().__init__(*args, **kwargs)
        self.widest = widest
        self.widths = (widest // 2, widest, widest * 2)

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        for side in ("width", "height"):
            column = models.PositiveIntegerField(null=True, blank=True, editable=False)
            cls.add_to_class(f"{name}_{side}", column)

    def look_into(self, file):
        self.drawn(file)

    def drawn(self, file):
        """Return the re-encoded picture; made once, however often a form checks the file."""
        if not hasattr(file, "drawn"):
            file.drawn = drawn_anew(file, max(self.widths))
        return file.drawn

    def note_size(self, instance, width, height):
        setattr(instance, f"{self.name}_width", width)
        setattr(instance, f"{self.name}_height", height)

    def pre_save(self, model_instance, add):
        file = super().pre_save(model_instance, add)
        if not file:
            self.note_size(model_instance, None, None)
        return file


def drawn_anew(file, widest):
    """Return the picture upright, in sRGB, no wider than `widest`, and without metadata.

    What a camera writes into a file, such as its location, never goes public. Raise
    `ValidationError` with a message for staff.
    """
    if file.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 10 MB. Make it smaller first."))
    file.seek(0)
    content = file.read()
    try:
        with _one_at_a_time, Image.open(BytesIO(content), formats=[*MOST_PIXELS]) as picture:
            _measure(picture, content)
            return _decoded(picture, widest)
    except ValidationError:
        raise
    except Exception:  # decoders raise all kinds for a damaged file
        message = _("This is not a JPEG, PNG, WebP or AVIF picture that can be read.")
        raise ValidationError(message) from None


def _measure(picture, content):
    """Refuse a picture whose header says that it would be too much work."""
    most = MOST_PIXELS[picture.format]
    if picture.info.get("progressive"):
        most = MOST_PROGRESSIVE
        if content.count(START_OF_SCAN) > MOST_SCANS:
            raise ValueError("More scans than any camera writes.")
    if picture.width * picture.height > most:
        message = _(
            "The picture has %(width)s × %(height)s pixels. A %(kind)s may have %(most)s million. "
            "Make it smaller first."
        )
        size = {"width": picture.width, "height": picture.height}
        kind = {"kind": picture.format, "most": most // 1_000_000}
        raise ValidationError(message % (size | kind))


def _decoded(picture, widest):
    picture.draft(None, (widest, widest))
    picture.getexif()  # read now, so that `exif_transpose` writes nothing back
    picture.info.pop("exif", None)
    ImageOps.exif_transpose(picture, in_place=True)
    picture = _in_srgb(picture)
    picture.thumbnail((widest, 2 * widest))
    picture.info.clear()
    return picture


def _in_srgb(picture):
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I"):  # 16-bit grey, which Pillow would clip to white
        picture = picture.point(lambda level: level / 256).convert("L")
    if picture.mode != "CMYK":
        picture = picture.convert(mode)
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):  # a broken profile: keep the colours
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, own, srgb, outputMode=mode)
    return picture.convert(mode)


def _saved(picture, kind, **options):
    out = BytesIO()
    picture.save(out, kind, **options)
    return ContentFile(out.getvalue())
