"""Fine points of setting a text, which whoever types it need not think of."""

import re

NO_BREAK = "\N{NO-BREAK SPACE}"

# A number with what it counts, a day with its month, an abbreviation with its number.
BOUND = re.compile(
    r"(?<=\d) (?=[a-z%²³°]|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?<=\bNo\.) (?=\d)|(?<=\bc\.) (?=\d)"
)


def bound(text):
    """The text with no line break where one would part a number from its unit."""
    return BOUND.sub(NO_BREAK, text)
