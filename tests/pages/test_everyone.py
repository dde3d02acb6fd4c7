"""The site works with a keyboard only, at a strong zoom, and with the reader's colours."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

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


def every_path(place):
    return [urlsplit(address).path for address in in_sitemap(place.get("/sitemap.xml").body)]


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


@dataclass
class Visit:
    """The results for a page: its Tab stops, and by how much it is too wide."""

    stops: list
    too_wide: dict
    too_wide_spaced_out: int


def visit(page, widths, by_keyboard):
    page.set_viewport_size({"width": 1280, "height": 720})
    reached = stops(page) if by_keyboard else []
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    wide = {width: too_wide(page, width) for width in widths}
    page.evaluate(SPACE_OUT, SPACED)
    return Visit(reached, wide, too_wide(page, 360))


@pytest.fixture(scope="module")
def walk(browser, full_site):
    """A walk from the home page by keyboard, with a visit to every page that it reaches.

    The first page of each kind and language is tested fully; the others, which differ in
    their words only, at the strongest zoom and one more width.
    """
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(NOTES_STOPS)
        ahead, visits, kinds = ["/en/"], {}, set()
        while ahead:
            path = ahead.pop()
            if path in visits:
                continue
            page.goto(full_site.address + path)
            some = [WIDTHS[0], WIDTHS[1 + len(visits) % (len(WIDTHS) - 1)]]
            is_first = kind_of(path) not in kinds
            visits[path] = visit(page, WIDTHS if is_first else some, by_keyboard=is_first)
            kinds.add(kind_of(path))
            links = [urljoin(path, stop["href"]) for stop in visits[path].stops if stop["href"]]
            ahead += [
                urlsplit(link).path
                for link in links
                if not urlsplit(link).netloc and link.startswith(("/en/", "/zh-hans/"))
            ]
        yield visits


def test_the_keyboard_leads_to_every_page_in_both_languages(walk, full_site):
    assert sorted(set(every_path(full_site)) - set(walk)) == []
    assert len(walk) >= 90


def test_the_keyboard_goes_through_each_page_in_its_order(walk):
    places = {path: [stop["place"] for stop in found.stops] for path, found in walk.items()}
    assert {path: found for path, found in places.items() if found != sorted(found)} == {}


def test_what_the_keyboard_is_on_has_a_name_and_can_be_seen(walk):
    assert not [
        (path, stop)
        for path, found in walk.items()
        for stop in found.stops
        if stop["hidden"] or not stop["outlined"] or not stop["name"]
    ]


def test_a_link_is_followed_with_the_enter_key(page, site):
    page.goto(f"{site.address}/en/")
    page.locator("nav a", has_text="Partnerships").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/partnerships/")


def test_filters_are_used_by_keyboard(page, full_site):
    page.goto(f"{full_site.address}/en/majors/")
    page.locator("#q").focus()
    page.keyboard.type("nursing")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=nursing**")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_no_page_scrolls_sideways_at_any_width(walk):
    """From 1280 pixels at a zoom of 400 %, over phones and tablets, to desktops."""
    wide = {(path, at): over for path, found in walk.items() for at, over in found.too_wide.items()}
    assert len(wide) > 200
    assert {width for _path, width in wide} == {*WIDTHS}
    assert {place: over for place, over in wide.items() if over > 0} == {}


def test_no_text_is_cut_off_when_a_reader_spaces_it_out(walk):
    spaced = {path: found.too_wide_spaced_out for path, found in walk.items()}
    assert {path: over for path, over in spaced.items() if over > 0} == {}
