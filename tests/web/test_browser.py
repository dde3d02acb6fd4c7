"""In a real browser every page is accessible, free of errors and self-contained."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.browser import NARROW, RULES, WIDE, axe_script, follow, violations
from tests.support.pages import in_sitemap, kind_of

pytestmark = pytest.mark.browser

COLOURS = "color-contrast"  # all that dark mode changes, and the slowest rule
LOOKS = [("light", WIDE), ("light", NARROW), ("dark", WIDE)]
# These depend on what is published, so they are checked before and after.
LISTS = ["", "facts/", "facts/patents/", "faculties/", "majors/", "partnerships/partners/"]
OTHERS = [
    *("nothing-here/", "facts/?as_of=rubbish", "facts/?as_of=1900"),
    *("majors/?q=nothing-like-it", "majors/?q=nursing&level=bachelor"),
]


@pytest.fixture(scope="module")
def visits(browser, site, full_site):
    """A page of each kind, in every look; others of a layout only in light colours."""
    full = in_sitemap(full_site.get("/sitemap.xml").body)
    kinds = {kind_of(path): path for path in reversed(full) if path.startswith("/en/")}.values()
    others = [f"/en/{path}" for path in OTHERS] + [f"/zh-hans/{path}" for path in LISTS]
    places = [(full_site, path, LOOKS) for path in kinds]
    places += [(full_site, path, LOOKS[:1]) for path in others]
    places += [(site, f"/en/{path}", LOOKS[1:2]) for path in LISTS]
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(axe_script())
        tab, notes = context.new_page(), []
        tab.on("console", lambda message: notes.append(("console", message.text)))
        tab.on("pageerror", lambda error: notes.append(("error", str(error))))
        tab.on("request", lambda request: notes.append(("request", request.url)))
        found = []
        for place, path, looks in places:
            notes.clear()
            tab.goto(place.address + path)
            faults = look_at(tab, looks, but=[] if looks is LOOKS else [COLOURS])
            host = urlsplit(place.address).netloc
            found.append({"address": path, "host": host, "faults": faults, "notes": [*notes]})
        return found


def look_at(tab, looks, but):
    """Return what axe finds on a page, for each look of it."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = {}
    for scheme, width in looks:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        rules = RULES if scheme == "light" else [COLOURS]
        found[f"{scheme} {width}"] = violations(tab, rules, but)
    return {look: lines for look, lines in found.items() if lines}


def test_axe_finds_nothing_on_any_page(visits):
    assert len(visits) >= 30
    assert {visit["address"]: visit["faults"] for visit in visits if visit["faults"]} == {}


def test_axe_would_find_a_fault(page):
    page.set_content("<main><img src='x'><p style='color: #ccc'>Hardly seen</p></main>")
    lines = " ".join(violations(page))
    assert "image-alt" in lines
    assert "color-contrast" in lines


def test_no_page_asks_another_host_or_writes_to_the_console(visits):
    unwanted = {
        (visit["address"], kind, text)
        for visit in visits
        for kind, text in visit["notes"]
        if not is_expected(kind, text, visit["host"])
    }
    assert not unwanted


def is_expected(kind, text, host):
    if kind == "request":
        return urlsplit(text).netloc == host or text[:5] == "data:"
    # Chromium itself logs the status of pages that are expected to fail.
    return re.search(r"status of 40[04]", text)


def test_the_site_can_be_read_without_scripts(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.address}/en/")
        page.get_by_role("link", name="Facts and figures").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Facts and figures")
        expect(page.locator("main")).to_contain_text("535")


def test_a_visitor_asks_for_the_past(page, full_site):
    page.goto(f"{full_site.address}/en/facts/")
    page.get_by_label("Figures and agreements dated up to").fill("2013-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("126")
    page.get_by_role("link", name="Show today").click()
    expect(page).to_have_url(f"{full_site.address}/en/facts/")


def test_the_content_and_the_other_language_are_reached_by_keyboard(page, site):
    page.goto(f"{site.address}/en/facts/?as_of=2018-12-31")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hreflang") == "zh-Hans":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh-hans/facts/?as_of=2018-12-31")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_first_administrator_enters_and_changes_the_language(browser, site):
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{site.address}/admin/")
        page.fill("#id_login", "admin")
        page.fill("#id_password", site.password)
        follow(page.locator("[type=submit]"))
        expect(page).to_have_url(f"{site.address}/admin/")
        expect(page.locator("#content-main table").nth(2)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.I))
        follow(page.locator("form[action*='/admin/language/'] [value='en']").first)
        expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
        page.goto(f"{site.address}/zh-hans/")
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
