"""The picture that stands beside a shared link: the college and its current figures.

It is drawn anew when the content changes, in the site's colours, and in a typeface
that comes with the site, since a server may have none with Chinese characters.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext
from PIL import Image, ImageDraw, ImageFont

from jinhua_site.web.headers import for_other_sites
from jinhua_site.web.templatetags.site import in_other_language
from profile.context import current_figures, get_college

SIZE = WIDTH, HEIGHT = 1200, 630  # pixels; other sites crop this format least
EDGE = 80
COLUMNS = 3
FONT = Path(__file__).parent / "fonts" / "NotoSerifSC-Bold-GB2312.otf"
CRACKLE = settings.BASE_DIR / "static" / "crackle.svg"
CRACKLE_TILE, CRACKLE_SCALE = 240, 2
WASH, VEIN, INK, QUIET, CELADON, GOLD = (
    "#e3efe9", "#d4e4dc", "#16241f", "#4c5c55", "#1f6b5c", "#c98a12",
)  # fmt: skip


def social_picture(request):
    return for_other_sites(HttpResponse(drawn(), content_type="image/png"))


def drawn():
    """The picture in the active language, as a PNG file."""
    college = get_college()
    picture = ground().copy()
    draw = ImageDraw.Draw(picture)
    write(draw, (EDGE, 90), college.name, 84, INK)
    write(draw, (EDGE, 205), in_other_language(college, "name"), 42, QUIET)
    draw.line((EDGE, 310, WIDTH - EDGE, 310), CELADON, 3)
    step = (WIDTH - 2 * EDGE) // COLUMNS
    for place, figure in enumerate(shown_figures()):
        write_figure(draw, EDGE + place * step, figure, step - 30)
    write(draw, (EDGE, 560), urlsplit(settings.SITE_URL).netloc, 28, QUIET)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def shown_figures():
    """The first figures of the home page that the typeface can write."""
    figures = [figure for figure in current_figures().values() if figure.fact.headline]
    return [f for f in figures if is_drawable(f.text + f.fact.label)][:COLUMNS]


def write_figure(draw, left, figure, room):
    """The qualifier above the number, the label and the date below it."""
    before, _value, _after = figure.pattern.partition("{value}")
    number = figure.text.removeprefix(before)
    as_of = gettext("As of {date}").format(date=figure.dated)
    write(draw, (left, 325), before, 28, QUIET, room)
    write(draw, (left, 358), number, 62, CELADON, room)
    write(draw, (left, 446), figure.fact.label, 30, INK, room)
    write(draw, (left, 490), as_of, 24, QUIET, room)


def write(draw, place, text, size, colour, room=WIDTH - 2 * EDGE):
    """A line of text, smaller where it would not fit; left out where letters are missing."""
    if not text or not is_drawable(text):
        return
    width = typeface(size).getlength(text)
    fitting = typeface(int(size * min(1, room / width)))
    x, y = place
    draw.text((x, y + size), text, colour, fitting, anchor="ls")


@cache
def typeface(size):
    return ImageFont.truetype(FONT, size)


@cache
def is_drawable(text):
    """Whether the typeface has every letter of the text."""
    face = typeface(32)
    missing = bytes(face.getmask("\uffff"))
    return all(bytes(face.getmask(letter)) != missing for letter in text if not letter.isspace())


@cache
def ground():
    """The background: a wash with its crackle, and a golden edge."""
    picture = Image.new("RGB", SIZE, WASH)
    draw = ImageDraw.Draw(picture)
    veins = re.findall(r"M(-?\d+) (-?\d+)L(-?\d+) (-?\d+)", CRACKLE.read_text())
    tile = CRACKLE_TILE * CRACKLE_SCALE
    for left in range(0, WIDTH, tile):
        for top in range(0, HEIGHT, tile):
            for vein in veins:
                x, y, to_x, to_y = (int(number) * CRACKLE_SCALE for number in vein)
                draw.line((left + x, top + y, left + to_x, top + to_y), VEIN, 2)
    draw.rectangle((0, 0, WIDTH, 14), GOLD)
    return picture
