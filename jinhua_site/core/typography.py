"""Typographic details that authors need not think of, and how wide a text is."""

import re

NO_BREAK = "\N{NO-BREAK SPACE}"

# A number with its unit, a day with its month, an abbreviation with its number.
BOUND = re.compile(
    r"(?<=\d) (?=[a-z%²³°]|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?<=\bNo\.) (?=\d)|(?<=\bc\.) (?=\d)"
)


def bound(text):
    """Return `text` with no-break spaces between numbers and their units."""
    return BOUND.sub(NO_BREAK, text)


def text_width(text):
    """Estimate the width of `text` in ems: Chinese characters are square, others narrower."""
    return sum(1.0 if letter >= "⺀" else 0.56 for letter in text)
