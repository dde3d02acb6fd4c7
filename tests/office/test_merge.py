"""Two colleagues' edits of one form are merged without loss."""

import random
from itertools import count

import pytest

from jinhua_site.office.proposals.form_data import (
    REMOVED,
    Merged,
    as_post,
    is_row,
    name_of,
    row_of,
)

BASE = {"name_en": ["Wintec"], "name_zh_hans": ["怀卡托"], "areas": ["1", "2"], "public": []}
ROW = {"evidence:7:": [], "evidence:7:title_en": ["Report"]}


def test_the_same_change_twice_is_no_clash_and_each_other_change_is_kept():
    both, rest = {"public": ["on"]}, {"areas": ["3"]}
    merged = Merged(BASE, BASE | both | rest, BASE | both | ROW)
    assert (merged.whole, merged.both) == (BASE | both | rest | ROW, [])
    assert merged.moved == ["public", *ROW]


def test_a_row_that_is_gone_stays_away_but_what_i_wrote_in_it_becomes_a_new_row():
    assert Merged(BASE | ROW, BASE | ROW, BASE).whole == BASE
    mine = {"evidence:7:title_en": ["News"], "evidence:+7:": [], "evidence:+7:title_en": ["New"]}
    merged = Merged(BASE | ROW, BASE | ROW | mine, BASE)
    assert merged.both == ["evidence:+was7:"]
    post, _files = as_post(merged.whole, {}, ["evidence"])
    assert [post["evidence-0-title_en"], post["evidence-1-title_en"]] == ["New", "News"]


# Two colleagues at one record, in any order


def words(data):
    return {word for values in data.values() for word in values}


def write(chance, form, fresh):
    """Edit a form at random; return the new words."""
    typed = {}
    rows = [key for key in form if is_row(key)]
    for key in chance.sample([key for key in form if not is_row(key)], 2):
        typed[key] = [next(fresh)]
    if chance.random() < 0.3:
        typed |= {"evidence:+0:": [], "evidence:+0:title_en": [next(fresh)]}
    form |= typed
    if chance.random() < 0.3:
        row = chance.choice(rows)
        form[row + REMOVED] = ["on"]
        typed = {key: values for key, values in typed.items() if row_of(key) != row}
    return words(typed)


def saved(form, numbers):
    """Return the data after a save: new rows have keys, and deleted rows are gone."""
    gone = {row_of(key) for key in form if name_of(key) == REMOVED}
    rows = {row_of(key): row_of(key) for key in form}
    rows |= {row: f"evidence:{next(numbers)}:" for row in rows if "+" in row}
    return {
        rows[row_of(key)] + name_of(key): values
        for key, values in form.items()
        if row_of(key) not in gone
    }


@pytest.mark.parametrize("seed", range(100))
def test_no_word_is_lost_that_its_remover_had_not_seen(seed):
    chance, numbers, fresh = random.Random(seed), count(1), map("word {}".format, count())
    stored = {f"name_{code}": [next(fresh)] for code in ("en", "zh_hans")}
    for row in (f"evidence:{next(numbers)}:" for _ in range(12)):
        stored |= {row: [], f"{row}title_en": [next(fresh)], f"{row}title_zh_hans": [next(fresh)]}
    forms, seen = {}, {"lin": set(), "sun": set()}
    for _step in range(20):
        who, before = chance.choice([*seen]), words(stored)
        if who not in forms:
            form = dict(stored)
            forms[who] = stored, form, write(chance, form, fresh)
            seen[who] |= before | words(form)
            continue
        base, form, typed = forms.pop(who)
        merged = Merged(base, form, stored)
        assert typed <= words(merged.whole), "What was typed is still there."
        if merged.moved:
            forms[who] = stored, merged.whole, typed
            seen[who] |= before | words(merged.whole)
        else:
            stored = saved(merged.whole, numbers)
        assert before - words(stored) <= seen[who], "What is gone was seen."
