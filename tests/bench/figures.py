"""What was measured, beside what it should be."""

import unicodedata
from dataclasses import dataclass


@dataclass
class Figure:
    """One line of the table; without a bound it only tells."""

    what: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    spread: str = ""

    @property
    def bound(self):
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"

    @property
    def is_met(self):
        high = self.at_most is None or self.value <= self.at_most
        return high and (self.at_least is None or self.value >= self.at_least)

    @property
    def verdict(self):
        return ("met" if self.is_met else "NOT MET") if self.bound else ""

    def cells(self):
        digits = 0 if abs(self.value) >= 100 or float(self.value).is_integer() else 2
        value = f"{self.value:,.{digits}f} {self.unit}".strip()
        return self.what, value, self.spread, self.bound, self.verdict


HEAD = ("measured", "figure", "lowest to highest", "should be", "")


def table(figures):
    """Markdown that can be read as it stands."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| "
        + " | ".join(
            cell + " " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True)
        )
        + " |"
        for row in rows
    )


def wide(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
