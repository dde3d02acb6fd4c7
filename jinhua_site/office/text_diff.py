"""The differences between two texts, by word; in Chinese, by character."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext

from jinhua_site.core.languages import bcp47

HAN = "⺀-〇㐀-鿿豈-﫿\U00020000-\U0003ffff"
PARTS = re.compile(rf"[{HAN}]|\d[\d,.]*\d|[^\W{HAN}]+|\s+|.", re.DOTALL)
# Above this the comparison takes seconds, and its result is unreadable.
MOST_WORK = 4_000_000


def differences(old, new, around=None):
    """Return `new` as safe HTML, with deletions in `<del>` and insertions in `<ins>`.

    Hidden words tell them to a screen reader. `around` limits the unchanged words or
    characters beside each change.
    """
    pieces = _shortened(_pieces(old, new), around)
    return format_html_join("", "{}", ([_marked(kind, text)] for kind, text in pieces))


def _pieces(old, new):
    """Return runs of equal, deleted and inserted text as (kind, parts)."""
    old, new = PARTS.findall(tidy(old)), PARTS.findall(tidy(new))
    if len(old) * len(new) > MOST_WORK:
        return [("del", old), ("ins", new)]
    pieces, gone, come = [], [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        between = "".join(old[a:b]).isspace() and b < len(old) and d < len(new) and (gone or come)
        if kind != "equal" or between:
            # A space between two changes is part of them.
            gone += old[a:b]
            come += new[c:d]
        else:
            pieces += [("del", gone), ("ins", come), ("", old[a:b])]
            gone, come = [], []
    pieces += [("del", gone), ("ins", come)]
    return [(kind, parts) for kind, parts in pieces if parts]


def _shortened(pieces, around):
    for number, (kind, parts) in enumerate(pieces):
        if not kind and around is not None:
            head = parts[:around] if number else []
            tail = parts[-around:] if number < len(pieces) - 1 else []
            if len(head) + len(tail) < len(parts):
                parts = [*head, "…", *tail]
        yield kind, "".join(parts)


def _marked(kind, text):
    if not kind:
        return text
    words = gettext("[deleted:") if kind == "del" else gettext("[inserted:")
    spoken = '<span class="visually-hidden" lang="{}">{} </span>'
    closed = '<span class="visually-hidden">]</span>'
    return format_html(f"<{kind}>{spoken}{{}}{closed}</{kind}>", bcp47(get_language()), words, text)


def tidy(text):
    """Undo what a form does to a text: other line ends, and white space around it."""
    return re.sub(r"\r\n?", "\n", text or "").strip()
