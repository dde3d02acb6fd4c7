"""The one way to fold a text for searching: what people type, and what records hold."""

import re
import unicodedata

MOST_WORDS = 8
# Letters that Unicode does not take apart into a plain letter and its mark.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
APOSTROPHES = re.compile("['’‘ʼʻ´`′]")
MARKS_AND_INVISIBLE = {"Mn", "Cf", "Cc"}  # Unicode's categories; white space is kept apart


def fold(text):
    """`text` without case, accents, width, dashes, apostrophes and invisible characters.

    Words are parted by one space.
    """
    letters = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text)).casefold()
    return " ".join("".join(map(_folded, letters)).translate(PLAIN).split())


def folded_words(text):
    """The words of a search, each of which has to occur in a folded text."""
    return fold(text).split()[:MOST_WORDS]


def _folded(letter):
    category = unicodedata.category(letter)
    if letter.isspace() or category == "Pd" or letter == "\N{MINUS SIGN}":
        return " "
    return "" if category in MARKS_AND_INVISIBLE else letter
