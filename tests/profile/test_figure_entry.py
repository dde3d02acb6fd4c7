"""While a figure is entered, the form shows the last ones and how it will read."""

import re

import pytest
from django.urls import reverse

from jinhua_site.content.models import Status
from profile.models import Fact, Figure
from tests.support import makers
from tests.support.admin import save, seen, url

DOUBTS = {
    "5350": "5,350 is more than twice the current number, 535 (2024). Is it right?",
    "53": "53 is less than half of the current number, 535 (2024). Is it right?",
    "1070": "",
    "268": "",
}


def add_page(fact):
    return f"{url('add', Figure)}?fact={fact.pk}"


def test_a_new_figure_is_entered_beside_the_last_ones(staff):
    fact, source = makers.make_fact(unit_en="hectares"), makers.make_source()
    makers.make_figure(fact=fact, value="130", as_of="2019")
    makers.make_figure(fact=fact, value="146.7", as_of="2021", qualifier="about", source=source)
    for page in (url("change", fact), f"{url('changelist', Fact)}?q={fact.key}"):
        assert f'href="{add_page(fact)}"' in seen(staff.get(page))
    response = staff.get(add_page(fact))
    form = response.context["adminform"].form
    chosen = [str(form[name].value()) for name in ("fact", "qualifier", "source")]
    assert chosen == [str(fact.pk), "about", str(source.pk)]
    table = re.search(r'<div id="last-figures">.*?</table>', seen(response), re.DOTALL)[0]
    assert re.findall(r'<th scope="row">([^<]*)', table) == ["about 146.7 hectares", "130 hectares"]
    assert "2021" in table
    assert source.title_en in table
    for address in ("", "?fact=", "?fact=x", "?fact=0"):
        assert "The last figures" not in seen(staff.get(url("add", Figure) + address))


def test_who_may_not_add_figures_is_offered_none(colleague_with):
    other = colleague_with("change_fact", "view_figure")
    fact = makers.make_fact()
    for page in (url("change", fact), url("changelist", Fact)):
        assert "figure/add/" not in seen(other.get(page))


@pytest.mark.parametrize("value", DOUBTS)
def test_a_number_far_from_the_current_one_is_saved_with_a_doubt(staff, value):
    fact = makers.make_figure(value="535", as_of="2024").fact
    page = seen(save(staff, add_page(fact), value=value, as_of="2025", status="published"))
    assert fact.figures.filter(value=value).exists()
    assert ("Is it right?" in page) == bool(DOUBTS[value])
    assert DOUBTS[value] in page


def test_a_number_in_a_row_is_doubted_too(staff):
    fact = makers.make_figure(value="535", as_of="2024").fact
    makers.make_figure(fact=fact, value="500", as_of="2020", status=Status.DRAFT)
    changes = {"figures-1-value": "5000"}
    assert "5,000 is more than twice" in seen(save(staff, url("change", fact), **changes))
    assert "Is it right?" not in seen(save(staff, url("change", fact), order="3"))


# How a figure will read


def preview(client, **fields):
    return client.get(reverse("figure_preview"), fields)


@pytest.mark.parametrize("qualifier", Figure.Qualifier.values)
def test_a_figure_is_previewed_as_it_will_read(staff, qualifier):
    fact = makers.make_fact(unit_en="hectares", unit_zh_hans="公顷")
    fields = {"fact": fact, "qualifier": qualifier, "value": "146.7"}
    reads = preview(staff, **fields | {"fact": fact.pk}).json()["reads"]
    figure = makers.make_figure(**fields)
    page = seen(staff.get(url("change", figure)))
    english, chinese = (f'<span lang="{tag}">{words}</span>' for tag, words in reads.items())
    assert f"{english} / {chinese}" in page  # without a script
    assert f"{reads['en']} (2018)" in str(figure)


def test_a_preview_tells_of_a_doubt_and_of_the_last_figures(staff):
    figure = makers.make_figure(value="535", as_of="2024")
    fields = {"fact": figure.fact.pk, "qualifier": "exactly", "value": "5350"}
    answer = preview(staff, **fields).json()
    assert answer["doubt"] == DOUBTS["5350"]
    assert figure.source.title_en in answer["last"]
    assert preview(staff, **fields, figure=figure.pk).json()["doubt"] == ""


def test_a_unit_is_previewed_before_its_fact_is_saved(staff):
    units = {"unit_en": "seats", "unit_zh_hans": "个座位"}
    reads = preview(staff, fact="", qualifier="more-than", value="300", **units).json()["reads"]
    assert reads == {"en": "more than 300 seats", "zh-Hans": "300余个座位"}


def test_what_is_no_number_reads_as_nothing(staff):
    for value in ("", "many", "-1", "NaN", "1e99", "9" * 50, "1.234"):
        answer = preview(staff, fact="x", qualifier="?", value=value, figure="x").json()
        assert (answer["reads"], answer["doubt"]) == ({}, ""), value


def test_a_preview_is_for_those_who_may_see_figures(client, colleague_with):
    assert preview(client).status_code == 302
    assert preview(colleague_with("view_fact")).status_code == 403
