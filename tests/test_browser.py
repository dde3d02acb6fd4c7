"""In a real browser every page is accessible, quiet, and stays on its own host."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import launch, violations
from tests.pages import LANGUAGES, in_sitemap

pytestmark = pytest.mark.browser

NARROW, WIDE = 360, 1440
LOOKS = [("light", WIDE), ("dark", WIDE), ("dark", NARROW), ("light", NARROW)]
# These change with what is published, so that they are looked at before and after.
LISTS = ["", "facts/", "facts/patents/", "faculties/", "majors/", "partnerships/partners/"]
OTHERS = [
    *("nothing-here/", "facts/?as_of=rubbish", "facts/?as_of=2013", "facts/?as_of=1900"),
    *("majors/?q=nothing-like-it", "partnerships/partners/?country=ZZ"),
    *("majors/?q=nursing&level=bachelor", "partnerships/partners/?region=oceania&kind=polytechnic"),
]


def addresses(place, code):
    return [path for path in in_sitemap(place.get("/sitemap.xml").body) if f"/{code}/" in path]


@pytest.fixture(scope="module")
def visits(site, full_site):
    """Every page as a visitor meets it in both languages, light and dark, narrow and wide."""
    with ThreadPoolExecutor() as pool:
        return [*chain(*pool.map(lambda code: visit(site, full_site, code), LANGUAGES))]


def visit(site, full_site, code):
    with sync_playwright() as playwright, launch(playwright) as browser:
        full = [*addresses(full_site, code), *(f"/{code}/{path}" for path in OTHERS)]
        as_shipped = [f"/{code}/{path}" for path in LISTS]
        return [*look_at(browser, full_site, full), *look_at(browser, site, as_shipped)]


def look_at(browser, place, paths):
    with browser.new_context(reduced_motion="reduce") as context:
        tab = context.new_page()
        notes = []
        tab.on("console", lambda message: notes.append(("console", message.text)))
        tab.on("pageerror", lambda error: notes.append(("error", str(error))))
        tab.on("request", lambda request: notes.append(("request", request.url)))
        for path in paths:
            notes.clear()
            tab.goto(place.address + path)
            tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            yield {
                "address": path,
                "host": urlsplit(place.address).netloc,
                "faults": faults(tab),
                "overflow": tab.evaluate("document.documentElement.scrollWidth") - NARROW,
                "notes": list(notes),
                "cookies": context.cookies(),
            }


def faults(tab):
    found = {}
    for scheme, width in LOOKS:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        found[f"{scheme} {width}"] = violations(tab)
    return {look: lines for look, lines in found.items() if lines}


def test_axe_finds_nothing_on_any_page(visits):
    assert len(visits) >= 100
    assert {visit["address"]: visit["faults"] for visit in visits if visit["faults"]} == {}


def test_axe_would_find_a_fault(page):
    page.set_content("<main><img src='x'><p style='color: #ccc'>Hardly seen</p></main>")
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_no_page_asks_another_host(visits):
    outside = {
        (visit["address"], text)
        for visit in visits
        for kind, text in visit["notes"]
        if kind == "request" and urlsplit(text).netloc != visit["host"] and text[:5] != "data:"
    }
    assert not outside


def test_no_page_writes_to_the_console(visits):
    said = {
        (visit["address"], text)
        for visit in visits
        for kind, text in visit["notes"]
        # Chromium itself notes the status of the pages that are meant to be refused.
        if kind != "request" and not re.search(r"status of 40[04]", text)
    }
    assert not said


def test_no_page_sets_a_cookie(visits):
    assert not [visit["address"] for visit in visits if visit["cookies"]]


def test_no_page_scrolls_sideways_on_a_narrow_phone(visits):
    assert {v["address"]: v["overflow"] for v in visits if v["overflow"] > 0} == {}


def test_the_site_can_be_read_without_scripts(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.address}/en/")
        page.get_by_role("link", name="Facts and figures").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Facts and figures"
        assert "535" in page.inner_text("main")


def test_the_keyboard_reaches_the_content_first(page, site):
    page.goto(f"{site.address}/en/facts/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_language_can_be_changed_by_keyboard(page, site):
    page.goto(f"{site.address}/en/facts/?as_of=2018-12-31")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hreflang") == "zh-Hans":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh-hans/facts/?as_of=2018-12-31")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_what_has_the_focus_can_be_seen(page, site):
    page.goto(f"{site.address}/en/")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_a_visitor_asks_for_the_past(page, full_site):
    page.goto(f"{full_site.address}/en/facts/")
    page.get_by_label("Show what was known on").fill("2013-01-01")
    page.get_by_role("button", name="Show").click()
    assert "126" in page.inner_text("main")
    page.get_by_role("link", name="Show today").click()
    assert page.url == f"{full_site.address}/en/facts/"


def test_a_visitor_filters_majors_and_clears_the_filters(page, full_site):
    page.goto(f"{full_site.address}/zh-hans/majors/")
    page.locator("input[name=q]").fill("护理")
    page.locator("main form button").click()
    assert page.locator("tbody tr").count() == 1
    page.locator("main form a").click()
    assert page.locator("tbody tr").count() >= 6


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_first_administrator_enters_with_the_printed_password(browser, site, language):
    with browser.new_context(locale=language) as context:
        page = context.new_page()
        page.goto(f"{site.address}/admin/")
        page.fill("#id_username", "admin")
        page.fill("#id_password", site.password)
        page.click("[type=submit]")
        assert page.url == f"{site.address}/admin/"
        assert page.evaluate("document.documentElement.lang")[:2] == language[:2]
        assert page.locator("#content-main table").count() >= 3


def test_staff_change_the_language_of_the_admin(page, site):
    page.goto(f"{site.address}/admin/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", site.password)
    page.click("[type=submit]")
    page.locator("form[action*='/admin/language/'] [value='zh-hans']").first.click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.lang").lower() == "zh-hans"
    page.goto(f"{site.address}/en/")
    assert page.evaluate("document.documentElement.lang") == "en"
