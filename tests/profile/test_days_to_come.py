"""Future dates are refused with a message, and future figures are not current."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import DateField, DateTimeField
from django.utils import translation

from jinhua_site.core.dates import PartialDateField
from partnerships.models import Agreement, Mobility
from profile.models import Fact, Figure
from tests.support import makers
from tests.support.admin import seen, url
from tests.support.pages import ask, csv_rows, json_rows, stop_the_clock

pytestmark = pytest.mark.django_db

TODAY, LATER = datetime.date(2026, 11, 30), datetime.date(2027, 10, 1)
# The dates that may be to come.
AGREED_ON = {(Agreement, "starts"), (Agreement, "ends"), (Agreement, "terminated")}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    stop_the_clock(monkeypatch, TODAY)


# Validation


def faults(model, name, value):
    """Return a form's errors for a value in one of the model's fields."""
    try:
        model._meta.get_field(name).clean(value, model())
    except ValidationError as error:
        return error.messages
    return []


def dates():
    """Return the dates and years of the college's records, each with its model."""
    return {
        (model, field.name)
        for app in ("profile", "partnerships")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.fields
        if isinstance(field, PartialDateField | DateField) or field.name.endswith("year")
        if not isinstance(field, DateTimeField) and not hasattr(model, "history_object")
    }


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "“{}” has not come yet. Is it a slip of the year?"),
        ("zh-hans", "“{}”尚未到来，年份是否有误？"),
    ],
)
def test_no_date_is_to_come_but_those_that_may_be(code, words):
    assert dates() > AGREED_ON
    with translation.override(code):
        for model, name in dates():
            written = "2062" if "year" in name else "2062-11-22"
            told = [] if (model, name) in AGREED_ON else [words.format(written)]
            assert faults(model, name, written) == told, (model, name)


def test_what_begins_tomorrow_has_not_begun_and_what_is_under_way_has():
    for written in ("2018", "2026", "2026-11", "2026-11-30"):
        assert faults(Figure, "as_of", written) == []
    for written in ("2027", "2026-12", "2026-12-01", "9999-12-31"):
        assert len(faults(Figure, "as_of", written)) == 1
    wrong = {year: len(faults(Mobility, "year", year)) for year in (2026, 2027, 32_767)}
    assert wrong == {2026: 0, 2027: 1, 32_767: 1}


# Data already in the database


PAGES = ["/en/", "/en/facts/", "/en/facts/ponds/", "/en/profile-text/", "/zh-hans/facts/"]


def test_a_figure_is_on_no_page_and_in_no_file_before_its_day(staff, monkeypatch):
    fact = makers.make_fact(key="ponds", headline=True, order=0)
    makers.make_figure(fact=fact, value="1111", as_of="2026-11")
    makers.make_figure(fact=fact, value="2222", as_of="2027-10")

    def current(rows):
        found = [row for row in rows("facts") if row["fact"] == "ponds"]
        return [(row["as_of"], str(row["current"]).lower()) for row in found]

    for address in PAGES:
        text = ask(address).text.replace(",", "")
        assert "1111" in text
        assert "2222" not in text
    picture = ask("/en/card.png").response.content
    assert current(json_rows) == current(csv_rows) == [("2026-11", "true")]
    assert "1,111 (November 2026)" in seen(staff.get(url("changelist", Fact), {"q": "ponds"}))

    stop_the_clock(monkeypatch, LATER)
    for address in PAGES:
        assert "2222" in ask(address).text.replace(",", "")
    assert ask("/en/card.png").response.content != picture
    then = [("2026-11", "false"), ("2027-10", "true")]
    assert current(json_rows) == current(csv_rows) == then
