"""Form data in words: what differs, and what clashes."""

import json
from dataclasses import dataclass, field

from django import forms
from django.template.defaultfilters import yesno
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.content.timeline import Timeline
from jinhua_site.core.grammar import labelled, set_apart
from jinhua_site.office.choices import is_key

from .form_data import FILE, NEW_FILE, REMOVED, is_row, name_of, row_of
from .merge import changed
from .replay import forms_of


@dataclass
class Difference:
    """One field in its earlier and its later words."""

    key: str
    label: str
    lang: str
    before: str
    after: str


@dataclass
class Choice(Difference):
    """The same with a colleague's words, to choose between."""

    theirs: str
    both: bool  # changed by both; the form then holds one's own words, else theirs
    other: str  # the words that the form does not hold, as data


@dataclass
class Part:
    """The record itself, or one of its rows, with what differs in it."""

    heading: str
    removed: bool = False
    differences: list = field(default_factory=list)


@dataclass
class Clash:
    """What a colleague, or a command, changed while a form was being written."""

    who: object
    when: object
    proposed: bool  # and not written just now
    fields: list
    rows: list  # the headings of those that came or went


class Words:
    """The fields of a form as staff read them."""

    def __init__(self, model_admin, request, record):
        form, formsets = forms_of(model_admin, request, record)
        self.formsets = {formset.prefix: formset for formset in formsets}
        self.fields = {"": form.fields}
        self.fields |= {formset.prefix: formset.empty_form.fields for formset in formsets}

    def difference(self, key, before, after):
        field = self._field(key)
        label = field.label if field else name_of(key)
        lang = field.widget.attrs.get("lang", "") if field else ""
        texts = (self.text(key, data.get(key, [])) for data in (before, after))
        return Difference(key, label, lang, *texts)

    def choice(self, key, merged):
        found = self.difference(key, merged.base, merged.wanted)
        if row_of(key):
            found.label = labelled(self.heading(row_of(key)), found.label)
        both, theirs = key in merged.both, merged.current.get(key, [])
        other = {key: theirs if both else merged.wanted.get(key, [])}
        text = self.text(key, theirs)
        return Choice(**vars(found), theirs=text, both=both, other=json.dumps(other))

    def text(self, key, values):
        """What a field holds, as its form shows it."""
        field = self._field(key)
        if isinstance(field, forms.BooleanField):
            return yesno(bool(values))
        if not values:
            return NOTHING
        if isinstance(field, forms.ModelChoiceField):
            found = field.queryset.filter(pk__in=[*filter(is_key, values)])
            labels = {str(record.pk): str(record) for record in found}
            return set_apart(labels.get(value, value) for value in values)
        if isinstance(field, forms.ChoiceField):
            labels = {str(value): label for value, label in field.choices}
            return set_apart(str(labels.get(value, value)) for value in values)
        if values == [NEW_FILE]:
            return _("a new file")
        return "\n".join(
            _("the file that is there") if FILE.fullmatch(value) else value for value in values
        )

    def heading(self, row):
        """What a row is called; nothing for the record itself."""
        prefix, number, _end = row.split(":") if row else ("", "", "")
        if prefix not in self.formsets:
            return prefix
        formset = self.formsets[prefix]
        kind = formset.model._meta.verbose_name
        for form in formset.initial_forms:
            if str(form.instance.pk) == number:
                return labelled(kind, form.instance)
        return _("New: %(kind)s") % {"kind": kind}

    def _field(self, key):
        prefix = row_of(key).partition(":")[0]
        return self.fields.get(prefix, {}).get(name_of(key))


def side_by_side(model_admin, request, record, before, after):
    """What differs between two forms, in the record first and then in its rows."""
    words, parts = Words(model_admin, request, record), {}
    for key in changed(before, after):
        row = row_of(key)
        part = parts.setdefault(row, Part(words.heading(row)))
        if name_of(key) == REMOVED or (is_row(key) and key not in after):
            part.removed = True
        elif not is_row(key):
            part.differences.append(words.difference(key, before, after))
    return [parts[row] for row in sorted(parts, key=bool)]


def clash(model_admin, request, record, merged, proposed=False):
    """Who changed what meanwhile; with what the form does not hold, to choose from."""
    words = Words(model_admin, request, record)
    there = {"", *merged.base.keys() & merged.current.keys()}
    fields = [key for key in merged.moved if not is_row(key) and row_of(key) in there]
    parts = [inline.model for inline in model_admin.inlines]
    newest = next(iter(Timeline(record, parts)[:1]), None)
    return Clash(
        who=newest and newest.user,
        when=newest and newest.moment,
        proposed=proposed,
        fields=[words.choice(key, merged) for key in fields],
        rows=[words.heading(key) for key in merged.moved if is_row(key)],
    )
