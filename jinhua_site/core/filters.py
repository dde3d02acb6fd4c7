"""Read the filters in the query of a page's address."""

import unicodedata

LONGEST = 200


def choice(filters, name):
    """Return the filter `name`, without characters that no record contains."""
    text = unicodedata.normalize("NFC", filters.get(name, "")[:LONGEST])
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
