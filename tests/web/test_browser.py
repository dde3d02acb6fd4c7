"""In a real browser every page is accessible, free of errors and self-contained."""

import re
from itertools import cycle, product
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.browser import LOOKS, NARROW, RULES, axe_script, follow, violations
from tests.support.pages import LANGUAGES, in_sitemap, kind_of

pytestmark = pytest.mark.browser

OF_A_KIND = 4  # pages of one layout that axe looks at
COLOURS = "color-contrast"  # all that dark mode changes, and the slowest rule
# These depend on what is published, so they are checked before and after.
LISTS = ["", "facts/", "facts/patents/", "faculties/", "majors/", "partnerships/partners/"]
OTHERS = [
    *("nothing-here/", "facts/?as_of=rubbish", "facts/?as_of=2013", "facts/?as_of=1900"),
    *("majors/?q=nothing-like-it", "partnerships/partners/?country=ZZ"),
    *("majors/?q=nursing&level=bachelor", "partnerships/partners/?region=oceania&kind=polytechnic"),
]


@pytest.fixture(scope="module")
def visits(browser, site, full_site):
    """Every page in both languages, light and dark, narrow and wide."""
    full = in_sitemap(full_site.get("/sitemap.xml").body)
    full += [f"/{code}/{path}" for code in LANGUAGES for path in OTHERS]
    as_shipped = [f"/{code}/{path}" for code in LANGUAGES for path in LISTS]
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(axe_script())
        tab, notes, kinds, turns = context.new_page(), [], [], cycle(LOOKS[:2])
        tab.on("console", lambda message: notes.append(("console", message.text)))
        tab.on("pageerror", lambda error: notes.append(("error", str(error))))
        tab.on("request", lambda request: notes.append(("request", request.url)))
        found = []
        for place, path in [*product([full_site], full), *product([site], as_shipped)]:
            notes.clear()
            # The first of a kind is checked in every look. The others differ in words, not in
            # colours: the next three are checked in one look each, by turns.
            kind = kind_of(path).split("/")[2:]
            if kind not in kinds:
                seen = look_at(tab, place, path, LOOKS)
            else:
                looks = [next(turns)] if kinds.count(kind) < OF_A_KIND else []
                seen = look_at(tab, place, path, looks, but=[COLOURS])
            found.append(seen | {"notes": list(notes)})
            kinds.append(kind)
        return found


def look_at(tab, place, path, looks, but=()):
    tab.goto(place.address + path)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = faults(tab, looks, but)
    tab.set_viewport_size({"width": NARROW, "height": 800})
    return {
        "address": path,
        "host": urlsplit(place.address).netloc,
        "faults": found,
        "overflow": tab.evaluate("document.documentElement.scrollWidth") - NARROW,
        "cookies": tab.context.cookies(),
    }


def faults(tab, looks, but=()):
    found = {}
    for scheme, width in looks:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        rules = RULES if scheme == "light" else [COLOURS]
        found[f"{scheme} {width}"] = violations(tab, rules, but)
    return {look: lines for look, lines in found.items() if lines}


def test_axe_finds_nothing_on_any_page(visits):
    assert len(visits) >= 100
    assert {visit["address"]: visit["faults"] for visit in visits if visit["faults"]} == {}


def test_axe_would_find_a_fault(page):
    page.set_content("<main><img src='x'><p style='color: #ccc'>Hardly seen</p></main>")
    lines = " ".join(violations(page))
    assert "image-alt" in lines
    assert "color-contrast" in lines


def test_no_page_asks_another_host(visits):
    outside = {
        (visit["address"], text)
        for visit in visits
        for kind, text in visit["notes"]
        if kind == "request" and urlsplit(text).netloc != visit["host"] and text[:5] != "data:"
    }
    assert not outside


def test_no_page_writes_to_the_console(visits):
    messages = {
        (visit["address"], text)
        for visit in visits
        for kind, text in visit["notes"]
        # Chromium itself logs the status of pages that are expected to fail.
        if kind != "request" and not re.search(r"status of 40[04]", text)
    }
    assert not messages


def test_no_page_sets_a_cookie(visits):
    assert not [visit["address"] for visit in visits if visit["cookies"]]


def test_no_page_scrolls_sideways_on_a_narrow_phone(visits):
    assert {v["address"]: v["overflow"] for v in visits if v["overflow"] > 0} == {}


def test_the_site_can_be_read_without_scripts(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.address}/en/")
        page.get_by_role("link", name="Facts and figures").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Facts and figures")
        expect(page.locator("main")).to_contain_text("535")


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
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_what_has_the_focus_can_be_seen(page, site):
    page.goto(f"{site.address}/en/")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_a_visitor_asks_for_the_past(page, full_site):
    page.goto(f"{full_site.address}/en/facts/")
    page.get_by_label("Figures and agreements dated up to").fill("2013-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("126")
    page.get_by_role("link", name="Show today").click()
    expect(page).to_have_url(f"{full_site.address}/en/facts/")


def test_a_visitor_filters_majors_and_clears_the_filters(page, full_site):
    page.goto(f"{full_site.address}/zh-hans/majors/")
    page.locator("input[name=q]").fill("护理")
    page.locator("main form button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("main form a").click()
    expect(page.locator("tbody tr").nth(5)).to_be_visible()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_first_administrator_enters_with_the_printed_password(browser, site, language):
    with browser.new_context(locale=language) as context:
        page = context.new_page()
        page.goto(f"{site.address}/admin/")
        page.fill("#id_login", "admin")
        page.fill("#id_password", site.password)
        follow(page.locator("[type=submit]"))
        expect(page.locator("#content-main table").nth(2)).to_be_visible()
        expect(page).to_have_url(f"{site.address}/admin/")
        expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language[:2]}"))


def test_staff_change_the_language_of_the_admin(page, site):
    page.goto(f"{site.address}/admin/")
    page.fill("#id_login", "admin")
    page.fill("#id_password", site.password)
    follow(page.locator("[type=submit]"))
    follow(page.locator("form[action*='/admin/language/'] [value='zh-hans']").first)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.IGNORECASE))
    page.goto(f"{site.address}/en/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
