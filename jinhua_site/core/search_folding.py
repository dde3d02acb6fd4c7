"""Fold text for searching, both what people type and what records contain."""

import re
import unicodedata

MOST_WORDS = 8
# Letters that Unicode does not decompose into a base letter and a mark.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
APOSTROPHES = re.compile("['’‘ʼʻ´`′]")
MARKS_AND_INVISIBLE = {"Mn", "Cf", "Cc"}  # categories of Unicode; `_folded` keeps white space


def fold(text):
    """`text` without case, accents, width, dashes, apostrophes and invisible characters.

    One space separates the words.
    """
    letters = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text)).casefold()
    return " ".join("".join(map(_folded, letters)).translate(PLAIN).split())


def folded_words(text):
    """Return the words of a search, all of which a folded text has to contain."""
    return fold(text).split()[:MOST_WORDS]


def _folded(letter):
    category = unicodedata.category(letter)
    if letter.isspace() or category == "Pd" or letter == "\N{MINUS SIGN}":
        return " "
    return "" if category in MARKS_AND_INVISIBLE else letter
