"""How each language joins the parts of a sentence, and counts the words of a text.

Empty parts are left out; without any part the result is empty.
"""

import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _

# The first words of a label that keep their capital inside an English sentence.
PROPER = re.compile(r"[A-Z]{2}|Sino|Chin|Engl|Afric|Americ|Asia|Austral|Brit|Europ|Erasmus|Luban")
TAKES_THE = re.compile(
    r"(United|Democratic|Republic|Kingdom) |.* (Republic|Federation|Islands|Kingdom)\Z"
    r"|(Bahamas|Comoros|Gambia|Maldives|Netherlands|Philippines)\Z"
)
# What counts as one in a Chinese text: a URL, a character, or a word or number in Latin letters.
COUNTED = re.compile(r"https?://\S+|[\u3400-\u9fff]|[A-Za-z0-9+][A-Za-z0-9.@-]*")


def is_chinese():
    return get_language() == "zh-hans"


def listed(names):
    """Names as a list: “a, b and c”, “甲、乙和丙”; semicolons where a name has a comma in it."""
    if is_chinese():
        return _joined(names, "、", "和")
    if any(", " in name for name in names):
        return _joined(names, "; ", "; and ")
    is_nested = len(names) > 2 and any(" and " in name for name in names)
    return _joined(names, ", ", ", and " if is_nested else " and ")


def joined_clauses(clauses):
    """Clauses about one subject as a list, with “, and” where a clause contains a list itself."""
    if is_chinese():
        return _joined(clauses, "，", "，")
    is_nested = any(" and " in clause or ", " in clause for clause in clauses)
    return _joined(clauses, ", ", ", and " if is_nested else " and ")


def set_apart(titles):
    """Titles as a list after a label: they keep their capitals, commas and “and”s."""
    separator = "、" if is_chinese() else "; "
    return _joined(titles, separator, separator)


def paragraph(sentences):
    space = "" if is_chinese() else " "
    return _joined(sentences, space, space)


def labelled(name, value):
    """“City: Hamilton”, “城市：汉密尔顿”."""
    return _("{name}: {value}").format(name=name, value=value)


def in_sentence(label):
    """A label as it stands inside a sentence: “teachers’ training”, “Sino-foreign programmes”."""
    if is_chinese() or PROPER.match(label):
        return label
    return label[:1].lower() + label[1:]


def with_article(country):
    """“the United States”, but “Canada”."""
    return f"the {country}" if not is_chinese() and TAKES_THE.match(country) else country


def length(text):
    """The number of English words, or of Chinese characters and the words between them."""
    return len(COUNTED.findall(text) if is_chinese() else text.split())


def _joined(parts, separator, last_separator):
    *others, last = list(filter(None, parts)) or [""]
    return last_separator.join([separator.join(others), last]) if others else last
