"""Pictures, and what calls itself one."""

import random
import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

from . import Hostile

PLACE = "Jinhua 29.0783N"
SCRIPT = b"<script>alert(document.domain)</script>"


def seeded():
    return random.Random(2026)


def saved(picture, kind, **options):
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(width, height, mode="RGB"):
    bands = len(mode)
    return Image.frombytes(mode, (width, height), seeded().randbytes(width * height * bands))


def chunk(kind, content):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(width, height, depth, colour, rows, *more):
    """A PNG from its parts; `rows` is what the compressor is given, block by block."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for row in rows) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), *more, chunk(b"IDAT", packed), chunk(b"IEND", b"")]
    )


# Bombs


def png_of_150_megapixels():
    line = b"\0" + bytes(15_000 // 8)
    return png(15_000, 10_000, 1, 0, (line for _ in range(10_000)))


def png_of_9000_by_9000():
    line = b"\0" + bytes(9_000 * 3)
    return png(9_000, 9_000, 8, 2, (line for _ in range(9_000)))


def png_just_below_the_limit():
    line = b"\0" + bytes(4_000)
    palette = chunk(b"PLTE", bytes(768)), chunk(b"tRNS", bytes(256))
    return png(4_000, 2_499, 8, 3, (line for _ in range(2_499)), *palette)


def png_with_a_huge_text():
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * 1024 * 1024), 9))
    return png(8, 8, 8, 0, [bytes(9) * 8], text)


def png_with_ten_thousand_texts():
    texts = [chunk(b"tEXt", b"Comment\0" + b"x" * 200)] * 10_000
    return png(8, 8, 8, 0, [bytes(9) * 8], *texts)


def png_with_a_profile_that_unpacks_to_100_megabytes():
    profile = chunk(b"iCCP", b"bomb\0\0" + zlib.compress(bytes(100 * 1024 * 1024), 9))
    return png(8, 8, 8, 2, [bytes(25) * 8], profile)


def png_whose_header_lies():
    whole = bytearray(png(8, 8, 8, 0, [bytes(9) * 8]))
    whole[16:24] = struct.pack(">II", 3_000, 3_000)
    whole[29:33] = struct.pack(">I", zlib.crc32(bytes(whole[12:29])))
    return bytes(whole)


def webp_of_16383_by_16383():
    header = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", 0x0FFFFFFF) + b"\0" * 5
    return b"RIFF" + struct.pack("<I", len(header) + 4) + b"WEBP" + header


def avif_that_says_65535_by_65535():
    whole = saved(Image.new("RGB", (64, 64)), "AVIF")
    place = whole.index(b"ispe") + 8
    return whole[:place] + struct.pack(">II", 65_535, 65_535) + whole[place + 8 :]


def jpeg_of_100_megapixels():
    whole = saved(Image.new("RGB", (64, 64)), "JPEG")
    place = whole.index(b"\xff\xc0") + 5
    return whole[:place] + struct.pack(">HH", 10_000, 10_000) + whole[place + 4 :]


def jpeg_with_a_thousand_scans():
    whole = saved(Image.new("RGB", (3_000, 3_000), "teal"), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 1_000 + b"\xff\xd9"


def noise_of_12_megapixels():
    return saved(noise(4_000, 3_000), "JPEG", quality=60)


def noise_as_a_large_png():
    return saved(noise(1_800, 1_800), "PNG", compress_level=1)


def thousand_frames(kind):
    frames = [Image.new("RGB", (100, 100), (n % 256, n // 256, 0)) for n in range(1_000)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=10)


def webp_of_a_thousand_frames():
    return thousand_frames("WEBP")


def png_of_a_thousand_frames():
    return thousand_frames("PNG")


def avif_of_a_hundred_frames():
    frames = [Image.new("RGB", (64, 64), (n, 0, 0)) for n in range(100)]
    return saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], speed=10)


# What is two things at once, or not what it says


def gif_that_is_a_script():
    return b"GIF89a/*" + bytes(6) + b"*/=1;alert(1)//" + saved(Image.new("P", (4, 4)), "GIF")


def jpeg_that_is_a_page():
    whole = saved(Image.new("RGB", (90, 90)), "JPEG", comment=b"--><html>" + SCRIPT)
    return whole + b"<html>" + SCRIPT


def png_that_is_an_archive():
    empty = b"PK\x05\x06" + bytes(18)
    return saved(Image.new("RGB", (90, 90)), "PNG") + SCRIPT + empty


def svg_with_a_script():
    return b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"


def page_named_as_a_picture():
    return b"<!DOCTYPE html><html><body>" + SCRIPT


def program_named_as_a_picture():
    return b"MZ" + bytes(58) + b"\x80\0\0\0" + seeded().randbytes(4_000)


def postscript_named_as_a_picture():
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n"


def half_a_jpeg():
    whole = saved(noise(900, 900), "JPEG")
    return whole[: len(whole) // 2]


def half_an_avif():
    whole = saved(noise(300, 300), "AVIF")
    return whole[: len(whole) // 2]


# What tells more than it shows


def photograph_with_its_place():
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "A telephone", PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 4.0, 41.9), 3: "E", 4: (119.0, 38.0, 0.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        noise(400, 300),
        "JPEG",
        exif=exif,
        comment=PLACE,
        xmp=f"<x:xmpmeta>{PLACE}</x:xmpmeta>".encode(),
        icc_profile=profile,
    )


def png_with_a_diary():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", PLACE)
    told.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{PLACE}</x:xmpmeta>", zip=True)
    return saved(noise(200, 200, "RGBA"), "PNG", pnginfo=told)


NO_PICTURE = "This is not a JPEG, PNG, WebP or AVIF picture that can be read."
PIXELS = "Make it smaller first."
TELLTALES = (SCRIPT, PLACE.encode(), b"Exif", b"xmpmeta", b"ICC_PROFILE", b"iCCP", b"A telephone")

PICTURES = [
    Hostile(png_of_150_megapixels, "a.png", PIXELS),
    Hostile(png_of_9000_by_9000, "a.png", PIXELS),
    Hostile(png_just_below_the_limit, "a.png"),
    Hostile(png_with_a_huge_text, "a.png", NO_PICTURE),
    Hostile(png_with_ten_thousand_texts, "a.png"),
    Hostile(png_with_a_profile_that_unpacks_to_100_megabytes, "a.png", NO_PICTURE),
    Hostile(png_whose_header_lies, "a.png", NO_PICTURE),
    Hostile(webp_of_16383_by_16383, "a.webp", "."),
    Hostile(avif_that_says_65535_by_65535, "a.avif", "."),
    Hostile(jpeg_of_100_megapixels, "a.jpg", PIXELS),
    Hostile(jpeg_with_a_thousand_scans, "a.jpg", NO_PICTURE),
    Hostile(noise_of_12_megapixels, "a.jpg"),
    Hostile(noise_as_a_large_png, "a.png"),
    Hostile(webp_of_a_thousand_frames, "a.webp"),
    Hostile(png_of_a_thousand_frames, "a.png"),
    Hostile(avif_of_a_hundred_frames, "a.avif"),
    Hostile(gif_that_is_a_script, "a.gif", NO_PICTURE),
    Hostile(jpeg_that_is_a_page, "a.html", gone=TELLTALES),
    Hostile(png_that_is_an_archive, "a.jar", gone=(SCRIPT, b"PK\x05\x06")),
    Hostile(svg_with_a_script, "a.svg", NO_PICTURE),
    Hostile(page_named_as_a_picture, "a.jpg", NO_PICTURE),
    Hostile(program_named_as_a_picture, "a.png", NO_PICTURE),
    Hostile(postscript_named_as_a_picture, "a.jpg", NO_PICTURE),
    Hostile(half_a_jpeg, "a.jpg", NO_PICTURE),
    Hostile(half_an_avif, "a.avif", NO_PICTURE),
    Hostile(photograph_with_its_place, "a.jpg", gone=TELLTALES),
    Hostile(png_with_a_diary, "a.png", gone=TELLTALES),
]
