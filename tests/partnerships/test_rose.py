"""The partner rose shows each country at its place, with readable labels."""

from itertools import combinations
from math import radians
from types import SimpleNamespace

import pytest

from jinhua_site.core.svg import text_width
from partnerships import rose
from partnerships.models import Country
from partnerships.templatetags.register import DRAWINGS

EARTH = rose.EARTH_RADIUS

# Published worked examples of great circles on a sphere: from, to, distance in
# radians, initial bearing in degrees.
PUBLISHED = [
    # Ed Williams, Aviation Formulary: Los Angeles to New York.
    ((33.95, -118.4), (40.633333, -73.783333), 0.623585, 65.89),
    # Chris Veness, Movable Type Scripts: Land's End to John o'Groats, 968.9 km at R = 6371 km.
    ((50.066389, -5.714722), (58.643889, -3.07), 968.9 / 6371, 9.12),
    # Wikipedia, Great-circle navigation: Valparaíso to Shanghai, 168.56 degrees of arc.
    ((-33, -71.6), (31.4, 121.8), radians(168.56), 360 - 94.41),
]


@pytest.mark.parametrize(("start", "end", "arc", "bearing"), PUBLISHED)
def test_distance_and_bearing_agree_with_published_values(start, end, arc, bearing):
    assert rose.bearing(*start, *end) == pytest.approx(bearing, abs=1)
    assert rose.distance(*start, *end) == pytest.approx(arc * EARTH, rel=0.001)


def test_distance_and_bearing_are_right_where_they_can_be_told_by_eye():
    assert rose.distance(0, 0, 0, 90) == pytest.approx(EARTH * 3.14159265 / 2)
    assert rose.distance(10, 20, -10, -160) == pytest.approx(EARTH * 3.14159265)
    assert [rose.bearing(0, 0, *end) for end in ((1, 0), (0, 1), (-1, 0), (0, -1))] == [
        pytest.approx(degrees) for degrees in (0, 90, 180, 270)
    ]


def drawn(number, name="Country {}", width=880, size=15):
    """Return a rose of `number` countries, many of them close together, as in Europe."""
    countries = [
        SimpleNamespace(
            name=name.format(place), latitude=48 + place % 7, longitude=place % 23, partner_total=1
        )
        if place % 3
        else SimpleNamespace(
            name=name.format(place),
            latitude=-50 + place * 37 % 100,
            longitude=place * 53 % 360 - 180,
            partner_total=place,
        )
        for place in range(number)
    ]
    college = SimpleNamespace(latitude=29.066, longitude=119.633)
    return rose.Rose(rose.places(college, countries), width, size)


@pytest.mark.parametrize("name", ["Country {}", "United Republic of Country {}", "合作国家{}"])
@pytest.mark.parametrize("drawing", DRAWINGS.values())
@pytest.mark.parametrize("number", [1, 2, 15, 40, 80])
def test_labels_never_overlap_and_stay_in_the_drawing(number, drawing, name):
    picture = drawn(number, name, *drawing)
    boxes = [label_box(place, picture) for place in picture.places]
    assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []
    assert min(left for left, _top, _right, _bottom in boxes) >= 0
    assert max(right for _left, _top, right, _bottom in boxes) <= picture.width
    assert min(top for _left, top, _right, _bottom in boxes) >= 0
    assert max(bottom for _left, _top, _right, bottom in boxes) <= picture.height


def label_box(place, picture):
    width = max(map(text_width, place.lines)) * picture.size
    half = len(place.lines) * picture.size * 0.5
    left = place.label_x - (width if place.anchor == "end" else 0)
    return left, place.label_y - half, left + width, place.label_y + half


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_each_dot_stands_at_its_bearing_and_distance():
    picture = drawn(40)
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
