"""The content of a form, independent of how a browser numbers its rows, and its merge.

Form data is a flat dictionary that JSON can keep: `{"city_en": ["Hamilton"],
"evidence:12:title_en": ["Report"], "evidence:+0:title_en": ["News"]}`. A row of an
inline has the key of its record, a new one `+` and its place; the key `evidence:12:` marks
the row itself. An empty value, such as an unticked box, is an empty list.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256

from django import forms
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from jinhua_site.office.choices import is_key

REMOVED = "DELETE"
NEW_FILE = "file:new"  # without its name, which may be a secret
FILE = re.compile("file:[0-9a-f]{16}")  # unlike anything that a person would write
MOST_ROWS = 1000
NUMBERED = re.compile(r":(\d+):")


def row_of(key):
    """Return the row part of a key, such as `evidence:12:`; empty for the record itself."""
    return key.rpartition(":")[0] + ":" if ":" in key else ""


def name_of(key):
    return key.rpartition(":")[2]


def is_row(key):
    return key.endswith(":")


def is_file(values):
    return any(map(FILE.fullmatch, values))


# From a form


def as_it_stands(form, formsets):
    """Return what a browser would send from an untouched form."""
    data = values(form)
    for formset in formsets:
        for row in formset.initial_forms:
            data |= values(row, f"{formset.prefix}:{row.instance.pk}:")
    return data


def values(form, row=""):
    """Return the values of a form, or of the form of a row."""
    data = {row: []} if row else {}
    return data | {row + name: _values_of(form[name]) for name in _content(form)}


def _values_of(bound):
    """Return the values of a field as its widget writes them."""
    if isinstance(bound.field, forms.FileField):
        # The name may be a secret; its hash shows whether the file changed.
        name = str(bound.value() or "")
        return ["file:" + sha256(name.encode()).hexdigest()[:16]] if name else []
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if bound.value() else []
    value = widget.format_value(bound.value())
    return _tidy(value if isinstance(value, list | tuple) else [value])


def _content(form):
    """Return the names of its fields, without those that tie a row to its record."""
    return [
        name
        for name, field in form.fields.items()
        if name not in ("id", REMOVED) and not isinstance(field, InlineForeignKeyField)
    ]


def _tidy(values):
    texts = ("" if value is None else str(value) for value in values)
    tidy = (text.replace("\r\n", "\n").replace("\0", "").strip() for text in texts)
    return [text for text in tidy if text]


# From a browser


def as_sent(request, form, formsets, base):
    """Return the form data and files sent; a file not chosen anew is as in `base`."""
    data, files = _sent(request, "", "", _content(form), base)
    for formset in formsets:
        names = _content(formset.empty_form)
        for start, row in _rows(request.POST, formset.prefix):
            sent, sent_files = _sent(request, start, row, names, base)
            if "+" not in row or any(sent.values()):  # else it is an empty extra row
                data |= {row: []} | sent
                files |= sent_files
    return data, files


def _sent(request, start, row, names, base):
    data, files = {}, {}
    for name in [*names, REMOVED, *(f"{name}-clear" for name in names)]:
        key, html_name = row + name, start + name
        if html_name in request.FILES:
            data[key], files[key] = [NEW_FILE], request.FILES[html_name]
        elif html_name in request.POST:
            data[key] = _tidy(request.POST.getlist(html_name))
        elif name in names:
            data[key] = base.get(key, []) if is_file(base.get(key, [])) else []
    return data, files


def _rows(post, prefix):
    """Yield for each row sent the prefix of its HTML names and that of its keys."""
    total = post.get(f"{prefix}-TOTAL_FORMS", "")
    for place in range(min(int(total), MOST_ROWS) if is_key(total) else 0):
        number = post.get(f"{prefix}-{place}-id", "")
        row = number if number.isdecimal() else f"+{place}"
        yield f"{prefix}-{place}-", f"{prefix}:{row}:"


# To a form


def as_post(data, files, prefixes):
    """Return the fields and the files as a browser would send them."""
    post, sent_files, starts = QueryDict(mutable=True), MultiValueDict(), {"": ""}
    for prefix in prefixes:
        rows = [key for key in data if is_row(key) and key.startswith(f"{prefix}:")]
        rows.sort(key=lambda row: "+" in row)
        post[f"{prefix}-TOTAL_FORMS"] = len(rows)
        post[f"{prefix}-INITIAL_FORMS"] = sum("+" not in row for row in rows)
        for place, row in enumerate(rows):
            starts[row] = f"{prefix}-{place}-"
            number = row.split(":")[1]
            post[f"{starts[row]}id"] = "" if "+" in number else number
    for key, values in data.items():
        if row_of(key) in starts and not is_row(key) and not is_file(values):
            post.setlist(starts[row_of(key)] + name_of(key), values)
    for key, file in files.items():
        if row_of(key) in starts:
            sent_files[starts[row_of(key)] + name_of(key)] = file
    return post, sent_files


# Two colleagues' work on one form


@dataclass
class Merged:
    """The changes from `base` to `wanted`, rebased on the `current` data, field by field.

    In a clash the `wanted` value wins.
    """

    base: dict
    wanted: dict
    current: dict
    whole: dict = field(default_factory=dict)
    moved: list = field(default_factory=list)  # keys whose current value is not that of `base`
    both: list = field(default_factory=list)  # those of them wanted with a third value

    def __post_init__(self):
        gone = {key for key in self.base if is_row(key) and key not in self.current}
        for key in self.current | self.wanted:
            if row_of(key) not in gone:
                self._merge_field(key)
        for row in gone:
            self._merge_row_that_is_gone(row)

    def _merge_field(self, key):
        was, wanted, now = (data.get(key, []) for data in (self.base, self.wanted, self.current))
        if key in self.current and key not in self.wanted and row_of(key):
            wanted = was  # a row added later, or a field that the form did not have
        self.whole[key] = now if wanted == was else wanted
        if now != was:
            self.moved.append(key)
            if wanted not in (was, now):
                self.both.append(key)
        elif is_row(key) and key in self.current and key not in self.base:
            self.moved.append(key)

    def _merge_row_that_is_gone(self, row):
        """Leave out a row that was deleted, unless it was edited: then it becomes a new row."""
        self.moved.append(row)
        own = {key: self.wanted[key] for key in self.wanted if row_of(key) == row and key != row}
        touched = any(values != self.base.get(key, []) for key, values in own.items())
        if touched and not own.get(row + REMOVED):
            self.whole |= as_new({row: []} | own)
            self.both.append(new_key(row))


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
