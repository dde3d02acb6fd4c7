"""Reads the filters that visitors keep in a page's address."""

import unicodedata

LONGEST = 200
MOST_WORDS = 8


def choice(filters, name):
    """What `filters` hold under `name`, without the characters that no record contains."""
    text = unicodedata.normalize("NFC", filters.get(name, "")[:LONGEST])
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def words(text):
    """The words of a search, each of which has to occur."""
    return text.split()[:MOST_WORDS]
