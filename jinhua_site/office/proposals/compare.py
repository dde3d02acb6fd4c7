"""Differences and clashes between form data, in words."""

from dataclasses import dataclass, field

from django import forms
from django.template.defaultfilters import yesno
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.core.grammar import labelled, set_apart
from jinhua_site.office.choices import is_key
from jinhua_site.office.history.saves import saves

from .form_data import FILE, NEW_FILE, REMOVED, changed, is_row, name_of, row_of
from .options import sign
from .replay import forms_of


@dataclass
class Difference:
    """A field before and after; in a clash, with a colleague's value too."""

    key: str
    label: str
    lang: str
    before: str
    after: str
    both: bool  # changed by both; if so the form holds one's own words, else theirs
    theirs: str = ""
    other: str = ""  # as form data, the words that the form does not hold


@dataclass
class Part:
    """The record itself, or one of its rows, with its differences."""

    heading: str
    removed: bool = False
    differences: list = field(default_factory=list)


class Words:
    """The fields of a form as staff read them."""

    def __init__(self, model_admin, request, record):
        form, formsets = forms_of(model_admin, request, record)
        self.formsets = {formset.prefix: formset for formset in formsets}
        self.fields = {"": form.fields}
        self.fields |= {formset.prefix: formset.empty_form.fields for formset in formsets}

    def difference(self, key, before, after, both=()):
        field = self._field(key)
        label = field.label if field else name_of(key)
        lang = field.widget.attrs.get("lang", "") if field else ""
        texts = (self.text(key, data.get(key, [])) for data in (before, after))
        return Difference(key, label, lang, *texts, both=key in both)

    def choice(self, key, merged):
        """Return a difference, with the value that can be chosen instead."""
        difference = self.difference(key, merged.base, merged.wanted, merged.both)
        if row_of(key):
            difference.label = labelled(self.heading(row_of(key)), difference.label)
        other = merged.current if difference.both else merged.wanted
        difference.other = sign({key: other.get(key, [])})
        difference.theirs = self.text(key, merged.current.get(key, []))
        return difference

    def text(self, key, values):
        """Return a field's values as its form shows them."""
        field = self._field(key)
        if isinstance(field, forms.BooleanField):
            return yesno(bool(values))
        if isinstance(field, forms.ModelChoiceField):
            records = field.queryset.filter(pk__in=[*filter(is_key, values)])
            labels = {str(record.pk): str(record) for record in records}
        elif isinstance(field, forms.ChoiceField):
            labels = {str(value): str(label) for value, label in field.choices}
        else:
            texts = (FILE.sub(_("the file that is there"), value) for value in values)
            return _("a new file") if values == [NEW_FILE] else "\n".join(texts) or NOTHING
        return set_apart(labels.get(value, value) for value in values) or NOTHING

    def heading(self, row):
        """Return the name of a row; empty for the record itself."""
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


def side_by_side(review):
    """Return the differences from the current record, then from each of its rows."""
    before, after, both = review.proposal.base, review.proposal.wanted, []
    if review.proposal.is_open and not review.is_orphan:
        before, after, both = review.merged.current, review.merged.whole, review.merged.both
    words, parts = Words(review.model_admin, review.request, review.record), {}
    for key in changed(before, after):
        row = row_of(key)
        part = parts.setdefault(row, Part(words.heading(row)))
        if name_of(key) == REMOVED or (is_row(key) and key not in after):
            part.removed = True
        elif not is_row(key):
            part.differences.append(words.difference(key, before, after, both))
    return [parts[row] for row in sorted(parts, key=bool)]


def clash(model_admin, request, record, merged, proposed=False):
    """Return who (None for a command) changed what meanwhile, and what to choose from."""
    words = Words(model_admin, request, record)
    rows = {"", *merged.base.keys() & merged.current.keys()}
    fields = [key for key in merged.moved if not is_row(key) and row_of(key) in rows]
    parts = [inline.model for inline in model_admin.inlines]
    newest = next((save.last for save in saves(type(record), record.pk, parts)), None)
    return {
        "newest": newest,
        "proposed": proposed,  # not typed just now
        "fields": [words.choice(key, merged) for key in fields],
        "rows": [words.heading(key) for key in merged.moved if is_row(key)],
    }
