"""The site serves people with a keyboard only, a strong zoom, or colours of their own."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.pages import in_sitemap

pytestmark = pytest.mark.browser

WIDTHS = [320, 480, 640, 700, 768, 900, 1024, 1280]
MOST_STOPS = 400  # of the Tab key on a page; more would be a trap

FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getClientRects()[0], header = document.querySelector('.top');
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    tag: element.tagName,
    place: [...document.querySelectorAll('*')].indexOf(element),
    href: element.getAttribute('href'),
    name: (element.getAttribute('aria-label') || element.textContent || element.id).trim(),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    hidden: !seen || (header.contains(seen) && !header.contains(element)),
  };
}"""

# WCAG 1.4.12: the spacing that a reader may set.
SPACED = """* {
  letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important;
} p { margin-bottom: 2em !important; }"""


def every_path(place):
    return [urlsplit(address).path for address in in_sitemap(place.get("/sitemap.xml").body)]


def stops(page):
    """Every element that the Tab key reaches, from the top of the page to its end."""
    page.evaluate("document.activeElement.blur()")
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY" or (found and stop["place"] == found[0]["place"]):
            return found
        found.append(stop)
    raise AssertionError(f"The keyboard does not come out of {page.url}.")


@pytest.fixture(scope="module")
def walk(browser, full_site):
    """A walk from the home page by keyboard alone: the stops on every page it leads to."""
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        ahead, pages = ["/en/"], {}
        while ahead:
            path = ahead.pop()
            if path in pages:
                continue
            page.goto(full_site.address + path)
            pages[path] = stops(page)
            links = [urljoin(path, stop["href"]) for stop in pages[path] if stop["href"]]
            ahead += [
                urlsplit(link).path
                for link in links
                if not urlsplit(link).netloc and link.startswith(("/en/", "/zh-hans/"))
            ]
        yield pages


def test_the_keyboard_leads_to_every_page_in_both_languages(walk, full_site):
    assert sorted(set(every_path(full_site)) - set(walk)) == []
    assert len(walk) >= 90


def test_the_keyboard_goes_through_each_page_in_its_order(walk):
    places = {path: [stop["place"] for stop in stops] for path, stops in walk.items()}
    assert {path: found for path, found in places.items() if found != sorted(found)} == {}


def test_what_the_keyboard_is_on_has_a_name_and_can_be_seen(walk):
    assert not [
        (path, stop)
        for path, stops in walk.items()
        for stop in stops
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
    assert page.locator("tbody tr").count() == 1


def test_no_page_scrolls_sideways_at_any_width(browser, full_site):
    """From 400 % of 1280 pixels over telephones and tablets to a desk."""
    wide = {}
    with browser.new_context() as context:
        page = context.new_page()
        for path in every_path(full_site):
            page.goto(full_site.address + path)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 256})
                wide[path, width] = page.evaluate("document.documentElement.scrollWidth") - width
    assert {place: over for place, over in wide.items() if over > 0} == {}


def test_no_text_is_cut_off_when_a_reader_spaces_it_out(browser, full_site):
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        wide = {}
        for path in every_path(full_site):
            page.goto(full_site.address + path)
            page.add_style_tag(content=SPACED)
            wide[path] = page.evaluate("document.documentElement.scrollWidth") - 360
    assert {path: over for path, over in wide.items() if over > 0} == {}


def test_nothing_moves_by_itself(page, site):
    for path in ("/en/", "/en/partnerships/"):
        page.goto(site.address + path)
        assert page.evaluate("document.getAnimations().length") == 0


@pytest.fixture
def forced(browser, full_site):
    """Opens a page of the site in the reader's own colours."""
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()

        def opened(path):
            page.goto(full_site.address + path)
            return page

        yield opened


def style(page, selector, name, place=0):
    script = "(element, name) => getComputedStyle(element)[name]"
    return page.locator(selector).nth(place).evaluate(script, name)


def test_in_forced_colours_the_current_entry_of_the_menu_is_told_apart(forced):
    page = forced("/en/facts/")
    current = style(page, ".top nav a[aria-current]", "borderBottomColor")
    others = style(page, ".top nav a:not([aria-current])", "borderBottomColor")
    ground = style(page, "html", "backgroundColor")
    assert current not in (others, ground)
    assert others == ground


def test_in_forced_colours_fields_buttons_and_states_keep_their_borders(forced):
    page = forced("/en/partnerships/partners/")
    ground = style(page, "html", "backgroundColor")
    for selector in ("#q", "#country", "form button", ".state", ".cards > li", "form.filters"):
        assert style(page, selector, "borderTopStyle") in ("solid", "dashed"), selector
        assert style(page, selector, "borderTopColor") != ground, selector


def test_in_forced_colours_full_and_hollow_dots_are_told_apart(forced):
    page = forced("/en/partnerships/")
    ground = style(page, "html", "backgroundColor")
    full, hollow = (style(page, f".rose a .{kind}", "fill") for kind in ("full", "hollow"))
    assert (full != ground, hollow) == (True, ground)
    assert style(page, ".rose a .hollow", "stroke") != ground
    assert style(page, ".rose a line", "stroke") != ground
    page = forced("/en/facts/students/")
    full, hollow = (style(page, f".chart .{kind}", "fill") for kind in ("full", "hollow"))
    assert (full != ground, hollow) == (True, ground)
    assert style(page, ".chart .axis", "stroke") != ground
