"""Differences between two texts can be seen without colour, and heard."""

import re

import pytest
from django.utils.translation import override

from jinhua_site.office.text_diff import differences


def read(html):
    """Return the marked text in short: {-deleted-} and {+inserted+}."""
    html = re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>', "", html)
    for tag, sign in [("del", "-"), ("ins", "+")]:
        html = html.replace(f"<{tag}>", f"{{{sign}").replace(f"</{tag}>", f"{sign}}}")
    return html


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Old", "", "{-Old-}"),
        ("over 24,000 people", "over 25,000 people", "over {-24,000-}{+25,000+} people"),
        ("One two three four", "One 2 3 four", "One {-two three-}{+2 3+} four"),
        ("学校1994年成立", "学校1998年成立", "学校{-1994-}{+1998+}年成立"),
        ("A\r\n\r\nB ", "A\n\nB", "A\n\nB"),
    ],
)
def test_words_and_characters_are_marked_as_deleted_and_inserted(old, new, shown):
    assert read(differences(old, new)) == shown


def test_marks_are_heard_in_the_page_s_language_and_texts_are_never_html():
    assert '<span class="visually-hidden" lang="en">[deleted: </span>' in differences("甲", "")
    with override("zh-hans"):
        assert 'lang="zh-Hans"' in differences("a", "b")
    html = differences("<b>", "<script>alert(1)</script>")
    assert not re.search(r"<(?!/?(?:ins|del|span)\b)", html)


def test_a_long_text_is_shortened_and_a_very_long_one_not_compared():
    old = " ".join(f"word{number}" for number in range(100))
    shown = read(differences(old, old.replace("word50", "changed"), around=4))
    assert shown == "…word48 word49 {-word50-}{+changed+} word51 word52…"
    old, new = "甲乙" * 20_000, "丙丁" * 20_000
    assert read(differences(old, new)) == f"{{-{old}-}}{{+{new}+}}"
