"""Takes screenshots of every page for review: `make pictures`.

Each page in both languages at three widths, light and dark, and printed on A4, with
every draft published.
"""

import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path

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


def take(folder=FOLDER):
    """Fill an empty `folder`; return the number of pictures."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as var_dir, server.running(Path(var_dir)) as site:
        site.shell("from tests.support.makers import *; publish_drafts()")
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
    return len([*folder.glob("*/*.*")])


def in_a_name(path):
    return path.strip("/").translate(str.maketrans("/?=", "---")) or "home"


def show(tab, picture):
    picture.parent.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=picture, full_page=True)
    if picture.name.startswith(f"{WIDTHS[-1]}-light"):
        tab.pdf(path=picture.with_name(f"print-{picture.stem}.pdf"), format="A4")


if __name__ == "__main__":
    if not find_chromium():
        sys.exit("Pictures need Chromium: install it, or name its file in CHROMIUM.")
    print(f"{take()} pictures and prints in {FOLDER}.")  # noqa: T201
