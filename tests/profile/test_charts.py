"""The chart of a fact is readable with any figures."""

from itertools import combinations
from types import SimpleNamespace

import pytest

from jinhua_site.core.dates import PartialDate
from jinhua_site.core.typography import text_width
from profile import charts

LABELS = ["{:,}", "more than {:,}", "2.4万余人 {}"]
SERIES = [
    [(2012, 23_000), (2014, 24_000), (2018, 24_000), (2021, 22_000), (2024, 22_000)],
    [(2012, 126), (2014, 367), (2018, 535)],
    [(year, 100 + year % 7) for year in range(1994, 2027)],
    [(2018, 0), (2019, 1)],
]


def drawn(*figures, label="{:,}"):
    """Return the chart of (year, value) pairs, oldest first."""
    return charts.Chart(
        [
            SimpleNamespace(as_of=PartialDate(str(year)), value=value, amount=label.format(value))
            for year, value in reversed(figures)
        ]
    )


def boxes(chart):
    for point in chart.points:
        if point.label_dy is not None:
            yield box(point.x, point.y + point.label_dy, point.figure.amount)
        if point.has_date:
            yield box(point.x, chart.label_y, point.figure.as_of.readable())


def box(x, foot, text):
    half = text_width(text) * charts.TEXT / 2
    return x - half, x + half, foot - charts.TEXT, foot


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("figures", SERIES)
def test_labels_do_not_overlap_and_stay_in_the_drawing(figures, label):
    chart = drawn(*figures, label=label)
    found = [*boxes(chart)]
    assert [pair for pair in combinations(found, 2) if overlap(*pair)] == []
    assert min(left for left, *_ in found) >= 0
    assert max(right for _, right, *_ in found) <= chart.width
    assert min(top for *_, top, _ in found) >= 0
    assert max(foot for *_, foot in found) <= chart.height


def test_dots_lie_by_date_and_by_number_from_zero_with_labels_where_there_is_room():
    chart = drawn((2010, 50), (2015, 0), (2020, 100))
    assert all(point.has_date and point.label_dy is not None for point in chart.points)
    first, second, third = [point.x for point in chart.points]
    assert second - first == pytest.approx(third - second, rel=0.01)
    assert second > first
    heights = [chart.base - point.y for point in chart.points]
    assert heights == [pytest.approx(heights[2] / 2, rel=0.01), 0, max(heights)]
