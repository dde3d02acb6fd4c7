"""The partner rose shows each country at its place, with readable labels on every screen."""

from itertools import combinations
from math import radians
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from partnerships import rose
from partnerships.models import Country
from partnerships.templatetags.register import partner_rose
from tests.support.server import PROJECT

EARTH = rose.EARTH_RADIUS
COLLEGE = SimpleNamespace(latitude=29.066, longitude=119.633)


# Published examples of great circles on a sphere: from, to, distance in radians, initial
# bearing in degrees.
@pytest.mark.parametrize(
    ("start", "end", "arc", "bearing"),
    [
        # Ed Williams, Aviation Formulary: Los Angeles to New York.
        ((33.95, -118.4), (40.633333, -73.783333), 0.623585, 65.89),
        # Chris Veness, Movable Type Scripts: Land's End to John o'Groats, 968.9 km at
        # R = 6371 km.
        ((50.066389, -5.714722), (58.643889, -3.07), 968.9 / 6371, 9.12),
        # Wikipedia, Great-circle navigation: Valparaíso to Shanghai, 168.56 degrees of arc.
        ((-33, -71.6), (31.4, 121.8), radians(168.56), 360 - 94.41),
    ],
)
def test_distance_and_bearing_agree_with_published_values(start, end, arc, bearing):
    assert rose.bearing(*start, *end) == pytest.approx(bearing, abs=1)
    assert rose.distance(*start, *end) == pytest.approx(arc * EARTH, rel=0.001)


def countries(number, name="Country {}"):
    """Return stand-ins for countries, many of them close together, as in Europe."""
    for place in range(number):
        is_near = place % 3
        yield SimpleNamespace(
            code=f"{place:02}",
            name=name.format(place),
            latitude=48 + place % 7 if is_near else -50 + place * 37 % 100,
            longitude=place % 23 if is_near else place * 53 % 360 - 180,
            partner_total=1 if is_near else place,
        )


def assert_apart(boxes, width, hair=0):
    """Refuse labels that overlap, by more than a `hair`, or that are cut off."""
    for one, other in combinations(boxes, 2):
        beside = one[2] <= other[0] + hair or other[2] <= one[0] + hair
        assert beside or one[3] <= other[1] + hair or other[3] <= one[1] + hair
    assert min(left for left, *_rest in boxes) >= 0
    assert max(right for _left, _top, right, _bottom in boxes) <= width


def test_each_dot_stands_at_its_bearing_and_distance():
    picture = rose.Rose(rose.places(COLLEGE, countries(40)), 880, 15)
    for place in picture.places:
        east, north = place.x - picture.x, picture.y - place.y
        reach = (east**2 + north**2) ** 0.5
        assert reach / picture.radius == pytest.approx(place.distance / picture.farthest, abs=0.01)
        assert rose.degrees(rose.atan2(east, north)) % 360 == pytest.approx(place.bearing, abs=1)


def test_every_point_is_a_link_with_a_name(client, db):
    page = client.get("/zh-hans/partnerships/").content.decode()
    for country in Country.objects.published():
        assert page.count(f'aria-label="{country.name_zh_hans}') == 2  # wide and narrow
        assert f'id="country-{country.code}"' in page


# In a browser, with its fonts

SMALLEST = 11  # pixels of line height, about 9 points of type
BOXES = """texts => texts.map(text => text.getBoundingClientRect()).filter(box => box.width)
  .map(box => [box.left, box.top, box.right, box.bottom])"""


@pytest.mark.browser
@pytest.mark.parametrize(("code", "name"), [("en", "Country of {}"), ("zh-hans", "合作国家{}")])
def test_labels_are_readable_on_a_phone_and_on_a_wide_screen(page, code, name):
    css = (PROJECT / "static" / "site.css").read_text()
    for number in (15, 80):
        with override(code):
            places = [*countries(number, name)]
            drawings = partner_rose(COLLEGE, places, "wide", "narrow")
            figure = render_to_string("partnerships/_rose.html", drawings)
        page.set_content(f"<!doctype html><style>{css}</style><main class=wide>{figure}")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            boxes = page.eval_on_selector_all("svg a text", BOXES)
            assert len(boxes) == number
            assert_apart(boxes, width, hair=0.5)
            lines = page.eval_on_selector_all("svg a tspan", BOXES)
            assert min(bottom - top for _left, top, _right, bottom in lines) >= SMALLEST
