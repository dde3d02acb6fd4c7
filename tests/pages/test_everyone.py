"""The site works with a keyboard only, at a strong zoom, and with the reader's colours."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.support.pages import in_sitemap, kind_of

pytestmark = pytest.mark.browser

WIDTHS = [320, 480, 640, 700, 768, 900, 1024, 1280]
MOST_STOPS = 400  # Tab stops on a page; more means a keyboard trap
AT_ONCE = 5  # keystrokes between two looks at the page

# Records the focus at the next keystroke, when it has settled.
NOTES_STOPS = """window.stops = [];
addEventListener('keydown', () => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getClientRects()[0], header = document.querySelector('.top');
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  window.stops.push({
    tag: element.tagName,
    place: [...document.querySelectorAll('*')].indexOf(element),
    href: element.getAttribute('href'),
    name: (element.getAttribute('aria-label') || element.textContent || element.id).trim(),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    hidden: !seen || (header.contains(seen) && !header.contains(element)),
  });
}, true);"""

# WCAG 1.4.12: the text spacing that a page must allow.
SPACED = """* {
  letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important;
} p { margin-bottom: 2em !important; }"""
# As a constructed style sheet: the site's policy refuses inline styles.
SPACE_OUT = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def stops(page):
    """Return every element that the Tab key reaches, from the top of the page to its end."""
    reached = []
    while len(reached) < MOST_STOPS:
        for _ in range(AT_ONCE):
            page.keyboard.down("Tab")
        reached = page.evaluate("window.stops")[1:]  # without the page itself
        for number, stop in enumerate(reached):
            if stop["tag"] == "BODY" or (number and stop["place"] == reached[0]["place"]):
                return reached[:number]
    raise AssertionError(f"The keyboard does not come out of {page.url}.")


def too_wide(page, width):
    """Return by how many pixels the page is too wide at this width."""
    page.set_viewport_size({"width": width, "height": 256})
    return page.evaluate("document.documentElement.scrollWidth") - width


@pytest.fixture(scope="module")
def paths(full_site):
    return in_sitemap(full_site.get("/sitemap.xml").body)


@pytest.fixture(scope="module")
def walk(browser, full_site, paths):
    """The Tab stops of a page of each kind, and by how many pixels it is too wide."""
    english = {kind_of(path): path for path in paths if path.startswith("/en/")}.values()
    found = {}
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(NOTES_STOPS)
        for path in [*english, "/zh-hans/", "/zh-hans/partnerships/"]:
            page.set_viewport_size({"width": 1280, "height": 720})
            page.goto(full_site.address + path)
            reached = stops(page)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            wide = {width: too_wide(page, width) for width in WIDTHS}
            page.evaluate(SPACE_OUT, SPACED)
            found[path] = reached, wide | {"spaced out": too_wide(page, 360)}
    return found


def test_the_keyboard_leads_to_every_page(walk, paths):
    links = {
        urljoin(path, stop["href"] or "") for path, (found, _) in walk.items() for stop in found
    }
    every = {path for path in paths if path.startswith("/en/")} | {"/zh-hans/"}
    assert len(every) >= 45
    assert sorted(every - links) == []


def test_the_keyboard_goes_through_each_page_in_its_order(walk):
    places = {path: [stop["place"] for stop in found] for path, (found, _) in walk.items()}
    assert {path: found for path, found in places.items() if found != sorted(found)} == {}


def test_what_the_keyboard_is_on_has_a_name_and_can_be_seen(walk):
    assert not [
        (path, stop)
        for path, (found, _) in walk.items()
        for stop in found
        if stop["hidden"] or not stop["outlined"] or not stop["name"]
    ]


def test_no_page_scrolls_sideways_at_any_width(walk):
    """From 1280 pixels at a zoom of 400 %, over phones and tablets, to desktops.

    Nor is text cut off when a reader spaces it out.
    """
    assert {len(wide) for _, wide in walk.values()} == {len(WIDTHS) + 1}
    assert {path: wide for path, (_, wide) in walk.items() if max(wide.values()) > 0} == {}


def test_a_link_is_followed_and_a_filter_is_used_by_keyboard(page, full_site):
    page.goto(f"{full_site.address}/en/")
    page.locator("nav a", has_text="Majors").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/majors/")
    page.locator("#q").focus()
    page.keyboard.type("nursing")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=nursing**")
    expect(page.locator("tbody tr")).to_have_count(1)
