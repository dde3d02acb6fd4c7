"""What a form holds, apart from how a browser numbers its rows.

A submission is a flat dictionary that JSON can keep: `{"city_en": ["Hamilton"],
"evidence:12:title_en": ["Report"], "evidence:+0:title_en": ["News"]}`. A row of an
inline stands under the number of its record, a new one under `+` and its place; `evidence:12:`
says that the row is there. What is empty, an unticked box included, is an empty list.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256

from django import forms
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

REMOVED = "DELETE"
NEW_FILE = "file:new"  # its name may be a secret


def as_it_stands(form, formsets):
    """The submission that a browser would send from a form that nobody has touched."""
    standing = values(form)
    for formset in formsets:
        for row in formset.initial_forms:
            standing |= values(row, f"{formset.prefix}:{row.instance.pk}:")
    return standing


def values(form, row=""):
    """What stands in one form, or in the one of a row."""
    standing = {row: []} if row else {}
    return standing | {row + bound.name: _shown(bound) for bound in form if _is_content(bound)}


def as_sent(post, files, form, formsets, base):
    """What came for the fields that the form has; a file not chosen anew stands as in `base`."""
    sent, rows = {}, _rows(post, [formset.prefix for formset in formsets])
    known = {"": {*form.fields}} | {
        formset.prefix: {*_own_fields(formset.empty_form), REMOVED} for formset in formsets
    }
    for name in post.keys() | files.keys():
        key = _key(name, rows)
        if (
            name_of(key).removesuffix("-clear")
            in known[key.partition(":")[0] if ":" in key else ""]
        ):
            sent[key] = [NEW_FILE] if name in files else _tidy(post.getlist(name))
    sent |= {f"{prefix}:{number}:": [] for prefix, number in rows.values()}
    # A new row that nobody has filled in is none.
    sent = {key: values for key, values in sent.items() if not _is_blank(key, sent)}
    there = {row_of(key) for key in sent}
    untouched = {key for key in base if key not in sent and row_of(key) in there | {""}}
    return sent | {key: base[key] if is_file(key, base) else [] for key in untouched}


def files_in(files, post, formsets, sent):
    """The files that came, by their key in what was `sent`."""
    rows = _rows(post, [formset.prefix for formset in formsets])
    return {key: file for name, file in files.items() if (key := _key(name, rows)) in sent}


def sent_again(submission, files, prefixes):
    """The submission as a browser would send it: the fields and the files."""
    post, sent_files = QueryDict(mutable=True), MultiValueDict()
    starts = {}
    for prefix in prefixes:
        rows = [key for key in submission if key == row_of(key) and key.startswith(f"{prefix}:")]
        rows.sort(key=lambda row: "+" in row)
        starts |= {row: f"{prefix}-{place}-" for place, row in enumerate(rows)}
        post[f"{prefix}-TOTAL_FORMS"] = len(rows)
        post[f"{prefix}-INITIAL_FORMS"] = sum("+" not in row for row in rows)
    for row, start in starts.items():
        number = row.split(":")[1]
        post[f"{start}id"] = "" if "+" in number else number
    for key, values in submission.items():
        row = row_of(key)
        if key == row or is_file(key, submission):
            continue
        post.setlist(starts.get(row, "") + key.removeprefix(row), values)
    for key, file in files.items():
        if row_of(key) in starts or not row_of(key):
            sent_files[starts.get(row_of(key), "") + key.removeprefix(row_of(key))] = file
    return post, sent_files


@dataclass
class Merged:
    """Two colleagues' work on one form: the whole, what came from the other, what clashes."""

    whole: dict = field(default_factory=dict)
    theirs: list = field(default_factory=list)
    both: list = field(default_factory=list)


def merge(base, mine, theirs):
    """What `mine` changed since `base`, on top of what stands there now as `theirs`.

    Where both changed a field in different ways, the whole has mine and `both` names it.
    """
    merged = Merged()
    moved = {row_of(key) for key in base if key not in theirs and key == row_of(key)}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        if row_of(key) in moved:
            continue
        was, wanted, now = (each.get(key, []) for each in (base, mine, theirs))
        if key in theirs and key not in mine and row_of(key):
            wanted = was  # a row that came later, or a field that the form did not have
        merged.whole[key] = now if wanted == was else wanted
        if now != was:
            merged.theirs.append(key)
            if wanted not in (was, now):
                merged.both.append(key)
        elif key == row_of(key) and key in theirs and key not in base:
            merged.theirs.append(key)
    for row in moved:
        _row_that_is_gone(row, base, mine, merged)
    return merged


def as_new(sent):
    """What was written in rows that are gone, as of new ones; a file that lay there is gone too."""
    return {new_key(key): values for key, values in sent.items() if not is_file(key, sent)}


def new_key(key):
    return NUMBERED.sub(r":+was\1:", key)  # a new row of the form has its place


def changed(before, after):
    """The keys under which the two differ, in the order of the form."""
    keys = [*before, *(key for key in after if key not in before)]
    return [
        key
        for key in keys
        if before.get(key, []) != after.get(key, [])
        or (key == row_of(key) and (key in before) != (key in after))
    ]


def row_of(key):
    """The start of the key of a row, such as `evidence:12:`; nothing for the record's own."""
    return key.rpartition(":")[0] + ":" if ":" in key else ""


def name_of(key):
    return key.rpartition(":")[2]


def is_file(key, submission):
    return any(map(FILE.fullmatch, submission.get(key, [])))


FILE = re.compile("file:[0-9a-f]{16}")  # nothing that a person would write
NUMBERED = re.compile(r":(\d+):")


def _row_that_is_gone(row, base, mine, merged):
    """A row that the other has removed stays away, unless there is work of mine in it."""
    merged.theirs.append(row)
    keys = [key for key in mine if row_of(key) == row and key != row]
    if mine.get(row + REMOVED) or all(mine[key] == base.get(key, []) for key in keys):
        return
    again = as_new({row: []} | {key: mine[key] for key in keys})
    merged.whole |= again
    merged.both.append(next(iter(again)))


def _shown(bound):
    """The values of a field as its widget writes them."""
    if isinstance(bound.field, forms.FileField):
        # Its name may be a secret; that it is another is enough to know.
        name = str(bound.value() or "")
        return ["file:" + sha256(name.encode()).hexdigest()[:16]] if name else []
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if bound.value() else []
    value = widget.format_value(bound.value())
    return _tidy(value if isinstance(value, list | tuple) else [value])


def _is_content(bound):
    return bound.name not in ("id", REMOVED) and bound.name in _own_fields(bound.form)


def _own_fields(form):
    """The fields of a form but for the one by which a row belongs to its record."""
    return [
        name for name, each in form.fields.items() if not isinstance(each, InlineForeignKeyField)
    ]


def _tidy(values):
    texts = ("" if value is None else str(value) for value in values)
    return [
        tidy for text in texts if (tidy := text.replace("\r\n", "\n").replace("\0", "").strip())
    ]


def _rows(post, prefixes):
    """By the start of its fields' names, the prefix and the number of each row that came."""
    rows = {}
    for prefix in prefixes:
        total = post.get(f"{prefix}-TOTAL_FORMS", "")
        for place in range(min(int(total), 1000) if total.isdecimal() else 0):
            number = post.get(f"{prefix}-{place}-id", "")
            rows[f"{prefix}-{place}-"] = prefix, number if number.isdecimal() else f"+{place}"
    return rows


def _key(name, rows):
    """The key of a field by its name in the form; nothing for what only the form needs."""
    for start, (prefix, number) in rows.items():
        if name.startswith(start):
            own = name.removeprefix(start)
            return "" if own == "id" else f"{prefix}:{number}:{own}"
    is_own = not name.startswith("_") and not re.search("[-:]", name.removesuffix("-clear"))
    return name if is_own and name != "csrfmiddlewaretoken" else ""


def _is_blank(key, sent):
    row = row_of(key)
    return "+" in row and not any(sent[other] for other in sent if row_of(other) == row)
