"""Shared links, bookmarks and phone home screens show the college, in each language."""

import json
from io import BytesIO

import pytest
from django.contrib.staticfiles.finders import find
from PIL import Image

from jinhua_site.pages import social_picture
from profile.models import College, Fact, Figure
from tests.support.makers import make_fact, make_figure
from tests.support.pages import LANGUAGES, ask
from tests.tools.icons import SIZES

pytestmark = pytest.mark.django_db


def card(code):
    return ask(f"/{code}/card.png").response


def test_every_page_names_the_picture_of_its_language_a_light_png():
    pictures = {}
    for code in LANGUAGES:
        page = ask(f"/{code}/facts/")
        named = {meta.get("property"): meta.get("content") for meta in page.all("meta[@property]")}
        assert named["og:image"] == f"http://127.0.0.1:8000/{code}/card.png"
        assert (named["og:image:width"], named["og:image:height"]) == ("1200", "630")
        assert named["og:image:alt"]
        answer = card(code)
        assert answer["Content-Type"] == "image/png"
        assert len(answer.content) < 150_000
        with Image.open(BytesIO(answer.content)) as picture:
            assert picture.size == (1200, 630)
        pictures[code] = answer.content
    assert pictures["en"] != pictures["zh-hans"]


def test_the_picture_changes_with_its_published_figures():
    before = card("en").content
    make_figure(fact=Fact.objects.get(key="students"), as_of="2025", status="draft")
    assert card("en").content == before
    Figure.objects.published().filter(fact__key="students").update(value=25_000)
    assert card("en").content != before


def test_a_figure_with_letters_that_the_typeface_lacks_is_left_out():
    fact = make_fact(headline=True, order=0, label_en="Students of 𰻞", label_zh_hans="𰻞专业学生")
    make_figure(fact=fact)
    shown = social_picture.shown_figures()
    assert fact not in [figure.fact for figure in shown]
    assert len(shown) == 3
    assert card("zh-hans").status_code == 200


def test_without_figures_the_picture_still_names_the_college():
    Figure.objects.update(status="draft")
    assert card("en").status_code == 200
    College.objects.all().delete()
    assert card("en").status_code == 200


@pytest.mark.parametrize(
    ("code", "name"), [("en", "Jinhua Polytechnic"), ("zh-hans", "金华职业技术学院")]
)
def test_a_telephone_learns_the_name_and_the_icons(client, code, name):
    page = ask(f"/{code}/")
    answer = client.get(page.all("link[@rel='manifest']")[0].get("href"))
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["name"], manifest["start_url"]) == (name, f"/{code}/")
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]


def test_icons_have_the_size_that_they_are_named_for(client):
    for name, size in SIZES.items():
        with Image.open(find(name)) as icon:
            assert icon.size == (size, size)
            assert icon.convert("RGB").getpixel((0, 0)) == (31, 107, 92)  # up to the edge
    # Programs ask for this one by habit.
    assert client.get("/favicon.ico")["Location"].startswith("/static/favicon.")
    with Image.open(find("favicon.ico")) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
