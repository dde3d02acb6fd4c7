"""Takes the handbook's screenshots from a running site: `python -m tests.tools.handbook`.

In each language two colleagues follow the handbook in their browsers, on a new site with
the college's content; they change no more than the order of words.
"""

import csv
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support import server
from tests.support.browser import find_chromium, launch, settle
from tests.support.office import at_work, hire
from tests.support.pages import LANGUAGES

FOLDER = server.PROJECT / "static" / "handbook"
MOST_BYTES, MOST_WIDE = 40_000, 1_200
LOOKS = {"device_scale_factor": 2, "color_scheme": "light"}
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
CLOSED = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
MARGIN = 12  # margin around the picture, in CSS pixels
NARROW, WIDE = 480, 860

# The edited texts: the summaries of a published partner and of a draft.
PUBLIC, DRAFT = "kymenlaakso", "edith-cowan"
EN, ZH = "#id_summary_en", "#id_summary_zh_hans"
PROPOSED = {EN: ("comprises", "consists of"), ZH: ("开展", "并开展")}
THEIRS = {EN: ("nursing training and research", "training and research in nursing")}
THEIRS |= {ZH: ("护理培训与研究合作", "护理培训和护理研究合作")}
OURS = {EN: ("between about", "from about")}
LATER = {ZH: ("双方", "两校")}
NOTES = {"en": "Only the wording is new.", "zh-hans": "仅调整文字表述。"}


class Desk:
    """Two colleagues at work in one language: Lin, an editor, and Chen, a publisher."""

    def __init__(self, site, code, lin, chen):
        self.admin, self.code, self.lin, self.chen = f"{site.address}/admin/", code, lin, chen
        self.partners = f"{self.admin}partnerships/partner/"
        for tab in (lin, chen):
            tab.add_init_script(CLOSED)

    def take(self, tab, name, *selectors, width=NARROW):
        """Take a screenshot of the area that spans the selected elements."""
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate("scrollTo(0, 0); document.activeElement.blur()")
        settle(tab)
        boxes = [tab.locator(selector).first.bounding_box() for selector in selectors]
        left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes)
        clip = {"x": left - MARGIN, "y": top - MARGIN}
        clip |= {"width": right - left + 2 * MARGIN, "height": bottom - top + 2 * MARGIN}
        shot = tab.screenshot(clip=clip, full_page=True, animations="disabled")
        keep(Image.open(io.BytesIO(shot)), FOLDER / self.code / f"{name}.webp")

    def open(self, tab, slug):
        tab.goto(f"{self.partners}?q={slug}")
        press(tab, "#result_list tbody th a")

    def propose(self):
        self.open(self.lin, PUBLIC)
        rewrite(self.lin, PROPOSED)
        self.lin.fill("#id_note", NOTES[self.code])
        self.take(self.lin, "form", "fieldset:has(#id_note)", ".submit-row", width=WIDE)
        press(self.lin, "[name=_propose]")

    def review(self):
        self.chen.goto(self.admin)
        self.take(self.chen, "dashboard", "#dashboard")
        self.chen.goto(f"{self.admin}office/proposal/?state__exact=waiting")
        press(self.chen, "#result_list tbody th a")
        self.take(self.chen, "review", "table.changes", ".submit-row", width=WIDE)

    def enter_a_figure(self):
        self.lin.goto(f"{self.admin}profile/fact/?q=students")
        press(self.lin, "#result_list .field-new_figure a")
        self.lin.select_option("#id_qualifier", "more-than")
        self.lin.locator("#id_value").press_sequentially("24000")
        self.lin.fill("#id_as_of", "2018")
        self.lin.locator(".reads", has_text="24,000").wait_for()
        self.take(self.lin, "figure", ".field-qualifier")

    def write_at_once(self):
        for tab in (self.lin, self.chen):
            self.open(tab, DRAFT)
        rewrite(self.lin, THEIRS)
        press(self.lin, "[name=_continue]")
        rewrite(self.chen, OURS)
        press(self.chen, "[name=_continue]")
        self.take(self.chen, "clash", ".clash", width=WIDE)

    def change_one_language(self):
        self.open(self.chen, DRAFT)
        rewrite(self.chen, LATER)
        press(self.chen, "[name=_continue]")
        self.take(self.chen, "translation", ".form-row:has(.translation-mark.outdated)", width=WIDE)

    def try_an_import(self):
        self.chen.goto(f"{self.partners}export/")
        with self.chen.expect_download() as download:
            self.chen.get_by_role("button", name="CSV").click()
        rows = [*csv.reader(download.value.path().open(encoding="utf-8-sig", newline=""))]
        verified = rows[0].index("verified_on")
        for row in rows[1:3]:
            row[verified] = "2026-11-20"
        file = io.StringIO()
        csv.writer(file).writerows(rows)
        self.chen.goto(f"{self.partners}import/")
        content = {"name": "partners.csv", "mimeType": "", "buffer": file.getvalue().encode()}
        self.chen.set_input_files("input[type=file]", content)
        press(self.chen, ".import-form button")
        self.take(self.chen, "import", "#content", "#content details")


def press(tab, selector):
    with tab.expect_navigation():
        tab.click(selector)


def rewrite(tab, words):
    for field, (old, new) in words.items():
        text = tab.input_value(field)
        assert old in text
        tab.fill(field, text.replace(old, new))


def keep(picture, file):
    """Write a picture as the best WebP that is small enough."""
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = picture.convert("RGB")
    picture.thumbnail((MOST_WIDE, MOST_WIDE * 2), Image.Resampling.LANCZOS)
    for quality in range(80, 30, -5):
        picture.save(file, quality=quality, method=6)
        if file.stat().st_size <= MOST_BYTES:
            return
    raise AssertionError(f"{file} is larger than {MOST_BYTES} bytes.")


def take(browser, site, code):
    hire(site, Lin="editor", Chen="publisher")
    looks = LOOKS | {"locale": LOCALES[code]}
    with (
        at_work(browser, site, "Lin", code, **looks) as lin,
        at_work(browser, site, "Chen", code, **looks) as chen,
    ):
        desk = Desk(site, code, lin, chen)
        desk.propose()
        desk.review()
        desk.enter_a_figure()
        desk.write_at_once()
        desk.change_one_language()
        desk.try_an_import()


def main():
    if not find_chromium():
        sys.exit("Pictures need Chromium: install it, or name its file in CHROMIUM.")
    with sync_playwright() as playwright, launch(playwright) as browser:
        for code in LANGUAGES:
            with tempfile.TemporaryDirectory() as folder, server.running(Path(folder)) as site:
                take(browser, site, code)


if __name__ == "__main__":
    main()
