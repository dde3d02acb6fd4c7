"""The partner rose is readable on phones and wide screens, with few or many countries."""

import tomllib
from itertools import combinations
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from partnerships.templatetags.register import partner_rose
from tests.support.server import PROJECT

pytestmark = pytest.mark.browser

SMALLEST = 11  # pixels of line height, about 9 points of type
BOXES = """texts => texts.map(text => text.getBoundingClientRect()).filter(box => box.width)
  .map(box => [box.left, box.top, box.right, box.bottom])"""


@pytest.mark.parametrize(("code", "number"), [("en", 15), ("en", 40), ("en", 80), ("zh-hans", 80)])
@pytest.mark.parametrize("width", [360, 1280])
def test_labels_do_not_overlap(page, width, number, code):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(rose_page(number, code))
    boxes = page.eval_on_selector_all("svg a text", BOXES)
    assert len(boxes) == number
    assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []
    lines = page.eval_on_selector_all("svg a tspan", BOXES)
    assert min(bottom - top for _left, top, _right, bottom in lines) >= SMALLEST
    assert min(left for left, *_rest in boxes) >= 0
    assert max(right for _left, _top, right, _bottom in boxes) <= width


def overlap(one, other):
    hair = 0.5  # of a pixel
    apart = (
        one[2] <= other[0] + hair
        or other[2] <= one[0] + hair
        or one[3] <= other[1] + hair
        or other[3] <= one[1] + hair
    )
    return not apart


def rose_page(number, language):
    """Return a page with a rose of `number` countries: the shipped ones and more near them."""
    shipped = tomllib.loads((PROJECT / "partnerships/content/1-countries.toml").read_text())
    shipped = [row for row in shipped["country"] if row["status"] == "published"]
    countries = [
        SimpleNamespace(
            code=f"{place:02}",
            name=row["name"][language],
            latitude=float(row["latitude"]) + place // len(shipped) * 2,
            longitude=float(row["longitude"]) - place // len(shipped) * 3,
            partner_total=place % 4,
            get_region_display=row["region"],
        )
        for place in range(number)
        for row in [shipped[place % len(shipped)]]
    ]
    college = SimpleNamespace(latitude=29.066, longitude=119.633)
    css = (PROJECT / "static" / "site.css").read_text()
    with translation.override(language):
        rose = render_to_string(
            "partnerships/_rose.html", partner_rose(college, countries, "wide", "narrow")
        )
    return f'<!doctype html><html lang="{language}"><style>{css}</style><main class=wide>{rose}'
