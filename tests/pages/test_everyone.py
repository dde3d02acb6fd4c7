"""The site works with a keyboard only, at a strong zoom, and with the reader's colours."""

import re
from urllib.parse import urljoin

import pytest

from tests.support.pages import in_sitemap, kind_of

pytestmark = pytest.mark.browser

WIDTHS = [320, 640, 768, 1024, 1280]
MOST_STOPS = 400  # Tab stops on a page; more means a keyboard trap
HREF = re.compile(r'<a [^>]*href="([^"]+)"')
AT_ONCE = 10  # keystrokes between two looks at the page

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


def test_the_keyboard_leads_everywhere_and_no_page_scrolls_sideways(page, full_site):
    """Sideways neither at a zoom of 400 %, nor where a reader spaces the text out."""
    every = [path for path in in_sitemap(full_site.get("/sitemap.xml").body) if "/en/" in path]
    assert len(every) >= 45
    page.add_init_script(NOTES_STOPS)
    links = set()
    for path in {kind_of(path): path for path in every}.values():
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(full_site.address + path)
        reached = stops(page)
        places = [stop["place"] for stop in reached]
        assert places == sorted(places), path
        bad = [s for s in reached if s["hidden"] or not s["outlined"] or not s["name"]]
        assert bad == [], path
        links |= {urljoin(path, stop["href"] or "") for stop in reached}
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        wide = {width: too_wide(page, width) for width in WIDTHS}
        page.evaluate(SPACE_OUT, SPACED)
        assert max(*wide.values(), too_wide(page, 360)) <= 0, (path, wide)
    assert {*map(kind_of, every)} <= {*map(kind_of, links)}
    anywhere = [(path, href) for path in every for href in HREF.findall(full_site.get(path).text)]
    assert sorted({*every} - {urljoin(*link) for link in anywhere}) == []
