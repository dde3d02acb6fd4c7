"""What pictures staff may upload."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000


def validate_picture(file):
    """Refuse anything but a JPEG, PNG, WebP or AVIF picture of bearable size.

    Only the file's header is read, so that a small file which unpacks to a huge
    picture costs nothing. A picture that is stored already was checked then, and
    may be missing from the disk. Raises `ValidationError` in words for staff.
    """
    if getattr(file, "_committed", False):
        return
    if file.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 10 MB. Make it smaller first."))
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise ValidationError(
            _("This is not a JPEG, PNG, WebP or AVIF picture that can be read.")
        ) from None
    finally:
        file.seek(0)
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _("The picture has more than 40 million pixels. Make it smaller first.")
        )
