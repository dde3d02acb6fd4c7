"""Files as staff or attackers may upload them, generated and always the same."""

import io
import random
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

PLACE = "Jinhua 29.0783N"
SCRIPT = b"<script>alert(document.domain)</script>"


def uploaded(content, name="a.png"):
    return SimpleUploadedFile(name, content)


def pdf(name="report.pdf", content=b""):
    """Return a minimal PDF of one page."""
    parts = [
        b"%PDF-1.4\n",
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj\n",
        content,
        b"trailer <</Root 1 0 R>>\n%%EOF\n",
    ]
    return uploaded(b"".join(parts), name)


# Pictures


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def picture(kind="JPEG", mode="RGB", size=(2000, 1000), **options):
    colour = (200, 90, 40, 128) if mode == "RGBA" else 0
    return uploaded(saved(Image.new(mode, size, colour), kind, **options), f"A.{kind.lower()}")


def noise(width, height, mode="RGB"):
    content = random.Random(2026).randbytes(width * height * len(mode))
    return Image.frombytes(mode, (width, height), content)


def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(size=(400, 300)):
    """Return a phone's photo: rotated, and with its location in the metadata."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "A telephone", PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 4.0, 41.9), 3: "E", 4: (119.0, 38.0, 0.0)})
    metadata = {"exif": exif, "comment": PLACE, "icc_profile": profile()}
    metadata["xmp"] = f"<x:xmpmeta>{PLACE}</x:xmpmeta>".encode()
    return saved(Image.new("RGB", size, "teal"), "JPEG", **metadata) + b"<html>" + SCRIPT


def png_with_a_diary():
    metadata = PngImagePlugin.PngInfo()
    metadata.add_text("Author", PLACE)
    metadata.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{PLACE}</x:xmpmeta>", zip=True)
    return saved(Image.new("RGBA", (200, 200)), "PNG", pnginfo=metadata) + b"PK\x05\x06" + SCRIPT


def png(width, height, rows, *more):
    """Build a grey PNG from compressed `rows`, with `more` chunks before them."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), *more]
    chunks += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def png_of_9000_by_9000():
    return png(9_000, 9_000, bytes(9_001 * 9_000))


def png_with_a_profile_of_100_megabytes():
    return png(8, 8, bytes(72), (b"iCCP", b"bomb\0\0" + zlib.compress(bytes(100 << 20), 9)))


def jpeg_of_100_megapixels():
    whole = saved(Image.new("RGB", (64, 64)), "JPEG")
    place = whole.index(b"\xff\xc0") + 5
    return whole[:place] + struct.pack(">HH", 10_000, 10_000) + whole[place + 4 :]


def jpeg_of_a_thousand_scans():
    whole = saved(Image.new("RGB", (3_000, 3_000), "teal"), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 1_000 + b"\xff\xd9"


def webp_of_16383_by_16383():
    header = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", 0x0FFFFFFF) + b"\0" * 5
    return b"RIFF" + struct.pack("<I", len(header) + 4) + b"WEBP" + header


def film(kind):
    frames = [Image.new("RGB", (64, 64), (number, 0, 0)) for number in range(100)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


# Workbooks


def archive(parts, like=None):
    """Build a zip of these parts and those of the workbook `like`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        if like:
            with zipfile.ZipFile(io.BytesIO(like)) as old:
                parts = {name: old.read(name) for name in old.namelist()} | parts
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()
