"""Dates are as precise as they are known, and numbers are not rounded, in both languages."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from jinhua_site.core.dates import PartialDate, clean_partial_date
from jinhua_site.core.numbers import readable
from profile.models import Figure

# Dates


@pytest.mark.parametrize(
    "written",
    [
        *("", "18", "99999", "0999", "2018-13", "2018-6", "2018-00", "2019-02-29", "2018-06-31"),
        *("13-13-2013", "2018/06/30", "2018-06-30T00:00", " 2018", "2018\n", "２０１８"),
        "2018\x00",
    ],
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValidationError, match=r"is not a date\. Write 2018, 2018-06 or 2018-06-30"):
        clean_partial_date(written)


def test_dates_of_different_precision_sort_in_the_order_of_time():
    dates = ["2017-12-31", "2018", "2018-06", "2018-06-30", "2018-07", "2019"]
    assert sorted(map(PartialDate, reversed(dates))) == dates


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-06", "2018-06-01", "2018-06-30"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2018-06-30", "2018-06-30", "2018-06-30"),
    ],
)
def test_a_date_spans_the_days_it_may_mean(written, first, last):
    date = PartialDate(written)
    assert date.first_day == datetime.date.fromisoformat(first)
    assert date.last_day == datetime.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("2018", "2018", "2018年"),
        ("2018-06", "June 2018", "2018年6月"),
        ("2018-06-30", "30 June 2018", "2018年6月30日"),
    ],
)
def test_a_date_reads_as_each_language_writes_it(written, english, chinese):
    assert in_both(PartialDate(written).readable) == (english, chinese)


# Numbers


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("690000", "690,000", "69万"),
        ("1800000", "1.8 million", "180万"),
        ("1300", "1,300", "1300"),
        ("146.70", "146.7", "146.7"),
        ("1234567", "1,234,567", "1234567"),
        ("0", "0", "0"),
        ("0.50", "0.5", "0.5"),
    ],
)
def test_a_number_reads_as_each_language_writes_it(value, english, chinese):
    assert in_both(lambda: readable(Decimal(value))) == (english, chinese)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_number_is_never_rounded(language):
    values = [Decimal(n) * step for n in range(1, 2000) for step in STEPS]
    with translation.override(language):
        changed = [value for value in values if in_digits(readable(value)) != value]
    assert not changed


STEPS = list(map(Decimal, ["0.01", "0.1", "1", "7", "50", "100", "999", "1000", "2500", "10000"]))


def in_digits(text):
    """Return the number that a reader understands from `text`."""
    for word, factor in ((" million", 1_000_000), ("万", 10_000), ("", 1)):
        if text.endswith(word):
            return Decimal(text.removesuffix(word).replace(",", "")) * factor


# Figures


@pytest.mark.django_db
def test_figures_of_the_seed_read_with_their_qualifiers_and_units():
    expected = {
        ("more than 146.7 hectares", "超过146.7公顷"),
        ("690,000 m²", "69万平方米"),
        ("nearly 1.8 million copies", "近180万册"),
        ("13", "13个"),
        ("about 320", "约320人"),
        ("more than 24,000", "2.4万余人"),
    }
    assert expected <= set(zip(*in_both(shipped_figures), strict=True))


def shipped_figures():
    return [figure.text for figure in Figure.objects.published().current()]


def in_both(read):
    texts = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            texts.append(read())
    return tuple(texts)
