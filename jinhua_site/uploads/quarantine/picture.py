"""Decodes a picture and draws it anew, without anything that came with it."""

from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageCms, PngImagePlugin

from . import Refused

# How many pixels may be decoded, so that it takes 150 MB at most. A baseline JPEG is made
# smaller while it is read; the other kinds lie in memory as a whole, WebP several times.
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 10_000_000, "WEBP": 6_000_000, "AVIF": 10_000_000}
MOST_PROGRESSIVE = 12_000_000
MOST_SCANS = 64  # of a progressive JPEG, each as much work as the whole
MOST_SHOWN = 3_000_000  # pixels of what is made: 2304 × 1296, say
LARGEST_PROFILE = 1024 * 1024
SIDEWAYS = {5, 6, 7, 8}  # EXIF's words for a picture that lies on its side
ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = None  # the limits above are stricter, and by kind
PngImagePlugin.MAX_TEXT_MEMORY = 2 * PngImagePlugin.MAX_TEXT_CHUNK
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def take(file, widest, widths, kinds):
    """The picture at most `widest` pixels wide, and in each of the `kinds` and `widths` below."""
    try:
        picture = _drawn_anew(file, widest)
    except (Refused, MemoryError):
        raise
    except Exception:  # a damaged file has as many as its decoders have
        raise Refused("unreadable") from None
    kind = "PNG" if picture.mode == "RGBA" else "JPEG"
    variants = [(name, width) for name in kinds for width in widths if width <= picture.width]
    files = [_saved(picture, kind, quality=90, optimize=True)]
    files += [_saved(_scaled(picture, width), name, **FAST[name]) for name, width in variants]
    return {"kind": kind, "size": picture.size, "variants": variants}, files


# Twice and four times as fast as by default, for files that are hardly larger.
FAST = {"AVIF": {"speed": 9, "max_threads": 1}, "WEBP": {"method": 1}}


def _drawn_anew(file, widest):
    """Upright, in sRGB, small enough, in a buffer that holds pixels and nothing else."""
    content = file.read()
    with Image.open(BytesIO(content), formats=[*MOST_PIXELS]) as picture:
        _measure(picture, content)
        del content
        turned = picture.getexif().get(ORIENTATION, 1)
        largest = _largest(*picture.size, widest, turned in SIDEWAYS)
        picture.draft(None, largest)
        profile = picture.info.get("icc_profile")
        picture.load()
        small = _in_a_mode_that_scales(picture)
    if small is not picture:
        picture.close()
    small.thumbnail(largest)
    if turned in TURNS:
        small = small.transpose(TURNS[turned])
    return _in_srgb(small, profile)


def _measure(picture, content):
    """Refuse by the header what would be too much work."""
    most = MOST_PIXELS[picture.format]
    if picture.info.get("progressive"):
        most = MOST_PROGRESSIVE
        if content.count(b"\xff\xda") > MOST_SCANS:
            raise Refused("unreadable")
    if picture.width * picture.height > most:
        size = {"width": picture.width, "height": picture.height}
        raise Refused("pixels", kind=picture.format, most=most // 1_000_000, **size)


def _largest(width, height, widest, is_sideways):
    """The size that it is to have at most, as it lies in the file."""
    factor = min(
        1, widest / (height if is_sideways else width), (MOST_SHOWN / (width * height)) ** 0.5
    )
    return max(1, round(width * factor)), max(1, round(height * factor))


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_a_mode_that_scales(picture):
    if picture.mode.startswith("I"):  # sixteen bits of grey, which Pillow would cut to white
        return picture.convert("I").point([level >> 8 for level in range(1 << 16)], "L")
    if picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture, profile):
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and len(profile) <= LARGEST_PROFILE and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, own, srgb, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they are
    picture = picture.convert(mode)
    picture.info.clear()
    return picture


def _scaled(picture, width):
    if width == picture.width:
        return picture
    return picture.resize((width, max(1, round(picture.height * width / picture.width))))


def _saved(picture, kind, **options):
    out = BytesIO()
    picture.save(out, kind, exif=b"", icc_profile=b"", **options)
    return out.getvalue()
