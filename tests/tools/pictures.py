"""Takes screenshots of every page for review: `make pictures`.

Each page in both languages at three widths, light and dark, and printed on A4, with
every draft published; then a sheet for each page that shows them side by side.
"""

import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support import server
from tests.support.browser import find_chromium, launch
from tests.support.pages import LANGUAGES, in_sitemap

FOLDER = server.PROJECT / "var" / "pictures"
WIDTHS, SCHEMES = (360, 768, 1440), ("light", "dark")
NOT_IN_SITEMAP = [
    *("nothing-here/", "facts/?as_of=rubbish", "facts/?as_of=1900"),
    *("majors/?q=nothing-like-it", "partnerships/partners/?q=nothing-like-it"),
]
SCALE = 0.4  # width of a picture on its sheet


def take(folder=FOLDER):
    """Fill an empty `folder`; return the number of pictures."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as var_dir, server.running(Path(var_dir)) as site:
        done = site.manage("shell", "-c", "from tests.support.makers import *; publish_drafts()")
        assert done.returncode == 0, done.stderr
        addresses = in_sitemap(site.get("/sitemap.xml").body)
        paths = [path.removeprefix("/en/") for path in addresses if path.startswith("/en/")]
        folders = {path: folder / in_a_name(path) for path in [*paths, *NOT_IN_SITEMAP]}
        with sync_playwright() as playwright, launch(playwright) as browser:
            for width, scheme in product(WIDTHS, SCHEMES):
                size = {"width": width, "height": 900}
                with browser.new_context(viewport=size, color_scheme=scheme) as context:
                    tab = context.new_page()
                    for (path, place), code in product(folders.items(), LANGUAGES):
                        tab.goto(f"{site.address}/{code}/{path}")
                        show(tab, place / f"{width}-{scheme}-{code}.png")
    for place in folders.values():
        sheet(place).save(place.with_suffix(".png"))
    return len([*folder.glob("*/*.*")])


def in_a_name(path):
    return path.strip("/").translate(str.maketrans("/?=", "---")) or "home"


def show(tab, picture):
    picture.parent.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=picture, full_page=True)
    if picture.name.startswith(f"{WIDTHS[-1]}-light"):
        tab.pdf(path=picture.with_name(f"print-{picture.stem}.pdf"), format="A4")


def sheet(folder):
    """Join all pictures of a page, the narrow ones first."""
    order = product(WIDTHS, SCHEMES, LANGUAGES)
    pictures = [Image.open(folder / f"{width}-{look}-{code}.png") for width, look, code in order]
    small = [picture.reduce(2).resize(scaled(picture)) for picture in pictures]
    whole = Image.new("RGB", (sum(p.width for p in small), max(p.height for p in small)), "white")
    left = 0
    for picture in small:
        whole.paste(picture, (left, 0))
        left += picture.width
    return whole


def scaled(picture):
    return round(picture.width * SCALE), round(picture.height * SCALE)


if __name__ == "__main__":
    if not find_chromium():
        sys.exit("Pictures need Chromium: install it, or name its file in CHROMIUM.")
    print(f"{take()} pictures and prints in {FOLDER}, and a sheet for each page beside them.")  # noqa: T201
