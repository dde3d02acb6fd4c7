"""Pictures that staff upload: which are taken, and what is made of them."""

import struct
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField, PictureFieldFile
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
# What Pillow raises at a file that is not what it says, or not all there.
UNREADABLE = (
    *(UnidentifiedImageError, Image.DecompressionBombError, struct.error),
    *(EOFError, OSError, SyntaxError, ValueError),
)
DENSEST = 2  # pixels of a screen to a pixel of the page


def validate_picture(file):
    """Refuse anything but a JPEG, PNG, WebP or AVIF picture of bearable size.

    Its size is read from its header before it is unpacked, so that a small file
    which makes a huge picture costs nothing. A picture that is stored already was
    checked then, and may be missing from the disk. Raises `ValidationError` in
    words for staff.
    """
    if getattr(file, "_committed", False):
        return
    if file.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 10 MB. Make it smaller first."))
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as picture:
            bearable = picture.width * picture.height <= MOST_PIXELS
            if bearable:
                picture.load()
    except UNREADABLE:
        raise ValidationError(
            _("This is not a JPEG, PNG, WebP or AVIF picture that can be read.")
        ) from None
    finally:
        file.seek(0)
    if not bearable:
        raise ValidationError(
            _("The picture has more than 40 million pixels. Make it smaller first.")
        )


class PictureFile(PictureFieldFile):
    def save(self, name, content, save=True):
        content = cleaned(content, name, self.field.container_width * DENSEST)
        super().save(content.name, content, save)


class Picture(PictureField):
    """A picture, kept as a clean copy with AVIF and WebP versions in the widths pages need.

    `container_width` is the widest it is shown, in pixels of the page; a model names
    two columns, each a `picture_side`, for its `width_field` and `height_field`.
    """

    attr_class = PictureFile
    default_validators = [validate_picture]

    def contribute_to_class(self, cls, name, **kwargs):
        # Django's own field looks at the size after every row that is read; saving has noted it.
        super(models.ImageField, self).contribute_to_class(cls, name, **kwargs)


def picture_side():
    """A column for the width or the height of a picture, in pixels; filled in by itself."""
    return models.PositiveIntegerField(null=True, blank=True, editable=False)


def cleaned(file, name, widest):
    """The picture anew: upright, in sRGB, at most `widest` pixels wide, without metadata.

    What a camera writes into a file, such as where it was, does not go public.
    """
    file.seek(0)
    with Image.open(file, formats=FORMATS) as original:
        picture = _in_srgb(ImageOps.exif_transpose(original))
    picture.thumbnail((widest, picture.height))
    kind, suffix = ("PNG", ".png") if picture.mode == "RGBA" else ("JPEG", ".jpg")
    out = BytesIO()
    picture.save(out, kind, quality=90, optimize=True, exif=b"", icc_profile=b"")
    return ContentFile(out.getvalue(), str(Path(name).with_suffix(suffix)))


def _in_srgb(picture):
    if picture.mode.startswith("I"):  # sixteen bits of grey, which Pillow would cut to white
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, own, srgb, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they are
    picture = picture.convert(mode)
    picture.info.clear()
    return picture
