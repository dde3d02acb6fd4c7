"""Merges two colleagues' work on one form, field by field."""

import re
from dataclasses import dataclass, field

from .form_data import REMOVED, is_file, is_row, row_of

NUMBERED = re.compile(r":(\d+):")


@dataclass
class Merged:
    """The changes from `base` to `wanted`, rebased on the `current` data."""

    base: dict
    wanted: dict
    current: dict
    whole: dict = field(default_factory=dict)
    moved: list = field(default_factory=list)  # keys whose current value is not that of `base`
    both: list = field(default_factory=list)  # those of them wanted with a third value


def merge(base, wanted, current):
    """Merge both sides' changes; in a clash the `wanted` value wins."""
    merged = Merged(base, wanted, current)
    gone = {key for key in base if is_row(key) and key not in current}
    for key in current | wanted:
        if row_of(key) not in gone:
            _merge_field(merged, key)
    for row in gone:
        _merge_row_that_is_gone(merged, row)
    return merged


def _merge_field(merged, key):
    was, wanted, now = (data.get(key, []) for data in (merged.base, merged.wanted, merged.current))
    if key in merged.current and key not in merged.wanted and row_of(key):
        wanted = was  # a row added later, or a field that the form did not have
    merged.whole[key] = now if wanted == was else wanted
    if now != was:
        merged.moved.append(key)
        if wanted not in (was, now):
            merged.both.append(key)
    elif is_row(key) and key in merged.current and key not in merged.base:
        merged.moved.append(key)


def _merge_row_that_is_gone(merged, row):
    """Leave out a row that was deleted, unless it was edited: then it becomes a new row."""
    merged.moved.append(row)
    own = {key: merged.wanted[key] for key in merged.wanted if row_of(key) == row and key != row}
    touched = any(values != merged.base.get(key, []) for key, values in own.items())
    if touched and not own.get(row + REMOVED):
        merged.whole |= as_new({row: []} | own)
        merged.both.append(new_key(row))


def as_new(data):
    """Return the data of deleted rows as new rows, without their stored files."""
    return {new_key(key): values for key, values in data.items() if not is_file(values)}


def new_key(key):
    return NUMBERED.sub(r":+was\1:", key)  # `+7` would be a new row of the form


def changed(before, after):
    """Return the keys whose values differ, in the order of the form."""
    return [
        key
        for key in before | after
        if before.get(key, []) != after.get(key, [])
        or (is_row(key) and (key in before) != (key in after))
    ]
