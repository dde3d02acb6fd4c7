"""Typographic details that authors need not think of."""

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
