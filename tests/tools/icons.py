"""Makes the bitmap icons from static/icon.svg: `python -m tests.tools.icons`."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.browser import launch
from tests.support.server import PROJECT

STATIC = PROJECT / "static"
LARGEST = 512
SIZES = {"icon-192.png": 192, "icon-512.png": LARGEST, "touch-icon.png": 180}


def make():
    # Phones round the corners themselves, so the background fills the square.
    svg = (STATIC / "icon.svg").read_text().replace(' rx="6"', "")
    with sync_playwright() as playwright, launch(playwright) as browser:
        tab = browser.new_page(viewport={"width": LARGEST, "height": LARGEST})
        tab.set_content(f"<style>body{{margin:0}}</style>{svg}")
        drawn = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    for name, size in SIZES.items():
        drawn.resize((size, size), Image.Resampling.LANCZOS).quantize(64).save(
            STATIC / name, optimize=True
        )
    drawn.save(STATIC / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])


if __name__ == "__main__":
    make()
