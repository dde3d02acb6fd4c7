"""Two colleagues' edits of one form are merged without loss."""

import random
from itertools import count

import pytest

from jinhua_site.office.proposals.form_data import REMOVED, Merged, is_row, name_of, row_of


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
