"""Both languages follow their own typographic rules."""

import pytest

from jinhua_site.core.typography import NO_BREAK, bound
from tests.support.pages import in_sitemap, kind_of

NEVER_FIRST = "，。、；：？！）》”’…%"

# The first letter of every line as the browser breaks the page's texts.
FIRST_LETTERS = """() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [], range = document.createRange();
  for (let node = walker.nextNode(), last = null; node; node = walker.nextNode()) {
    const block = node.parentElement.closest('p, li, td, th, dd, dt, h1, h2, h3, h4, figcaption');
    if (!block || !node.textContent.trim() || node.parentElement.closest('svg')) continue;
    if (block !== last) { range.foot = -Infinity; last = block; }
    [...node.textContent].forEach((letter, place) => {
      range.setStart(node, place); range.setEnd(node, place + 1);
      const box = range.getBoundingClientRect();
      if (!box.width || !letter.trim()) return;
      if (box.top > range.foot - 2) found.push([letter, node.textContent.slice(place, place + 8)]);
      range.foot = Math.max(box.bottom, range.foot);
    });
  }
  return found;
}"""
ITALICS = """() => [...document.querySelectorAll('body *')]
  .filter(element => getComputedStyle(element).fontStyle !== 'normal')
  .map(element => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("with 25 students", "with 25_students"),
        ("on 8 September 2019", "on 8_September 2019"),
        ("more than 1.8 million copies", "more than 1.8_million copies"),
        ("No. 888 Haitang West Street", "No._888 Haitang West Street"),
        ("in 2014 The college", "in 2014 The college"),
        ("截至2018年，共25名学生", "截至2018年，共25名学生"),
    ],
)
def test_a_number_is_not_parted_from_what_it_counts(typed, set_as):
    assert bound(typed) == set_as.replace("_", NO_BREAK)


@pytest.mark.browser
def test_no_chinese_line_begins_with_a_mark_that_ends_one_or_has_italics(browser, full_site):
    """On a page of each kind, as a browser lays it out on a narrow phone."""
    paths = in_sitemap(full_site.get("/sitemap.xml").body)
    kinds = {kind_of(path): path for path in paths if path.startswith("/zh-hans/")}
    number, wrong = 0, []
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        for path in kinds.values():
            page.goto(full_site.address + path)
            lines = page.evaluate(FIRST_LETTERS)
            number += len(lines)
            wrong += [(path, text) for letter, text in lines if letter in NEVER_FIRST]
            wrong += [(path, element) for element in page.evaluate(ITALICS)]
    assert number > 500
    assert not wrong


@pytest.mark.browser
def test_a_wrong_line_would_be_found(page):
    style = "font: 20px sans-serif; width: 100px; line-break: anywhere"
    page.set_content(f"<main><p style='{style}'>学校设有五，院<em>系</em></p></main>")
    lines = page.evaluate(FIRST_LETTERS)
    assert [letter for letter, _text in lines] == ["学", "，"]
    assert page.evaluate(ITALICS)
