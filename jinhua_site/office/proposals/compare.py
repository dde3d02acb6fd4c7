"""Differences and clashes between form data, in words."""

from django import forms
from django.template.defaultfilters import yesno
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.core.grammar import labelled, set_apart
from jinhua_site.office.choices import is_key
from jinhua_site.office.history.saves import Change, FieldChange, saves

from .form_data import FILE, NEW_FILE, REMOVED, changed, is_row, name_of, row_of
from .options import sign
from .replay import forms_of


class Words:
    """The fields of a form as staff read them."""

    def __init__(self, model_admin, request, record):
        form, formsets = forms_of(model_admin, request, record)
        self.formsets = {formset.prefix: formset for formset in formsets}
        self.fields = {"": form.fields}
        self.fields |= {formset.prefix: formset.empty_form.fields for formset in formsets}

    def change(self, key, before, after, both=()):
        field = self._field(key)
        label = capfirst(field.label if field else name_of(key))
        language = field.widget.attrs.get("lang") if field else None
        texts = (self.text(key, data.get(key, [])) for data in (before, after))
        return FieldChange(label, language, *texts, key in both)

    def choice(self, key, merged):
        """Return a change in a clash, with the value that can be chosen instead."""
        change = self.change(key, merged.base, merged.wanted, merged.both)
        other = merged.current if change.both else merged.wanted
        heading = self.heading(row_of(key))
        return {
            "key": key,
            "label": labelled(heading, change.label) if heading else change.label,
            "change": change,
            "theirs": self.text(key, merged.current.get(key, [])),
            # As form data, what the form does not hold: theirs if both changed it, else one's own.
            "other": sign({key: other.get(key, [])}),
        }

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

    def part(self, row):
        """Return the name and the kind of a row; both are empty for the record itself."""
        prefix, number, _end = row.split(":") if row else ("", "", "")
        if prefix not in self.formsets:
            return prefix, ""
        formset = self.formsets[prefix]
        names = {str(form.instance.pk): str(form.instance) for form in formset.initial_forms}
        return names.get(number, _("new")), formset.model._meta.verbose_name

    def heading(self, row):
        name, kind = self.part(row)
        return labelled(kind, name) if kind else name

    def _field(self, key):
        prefix = row_of(key).partition(":")[0]
        return self.fields.get(prefix, {}).get(name_of(key))


def side_by_side(review):
    """Return the changes of the current record, then of each of its rows."""
    before, after, both = review.proposal.base, review.proposal.wanted, []
    if review.proposal.is_open and not review.is_orphan:
        before, after, both = review.merged.current, review.merged.whole, review.merged.both
    words = Words(review.model_admin, review.request, review.record)
    keys, parts = changed(before, after), []
    for row in sorted(dict.fromkeys(map(row_of, keys)), key=bool):
        removed = row and (row not in after or after.get(row + REMOVED))
        kind, old, new = (_("To be taken out."), {}, before) if removed else ("", before, after)
        fields = [
            words.change(key, old, new, both)
            for key in (before if removed else keys)
            if row_of(key) == row and not is_row(key)
        ]
        parts.append(Change(kind, *words.part(row), fields))
    return parts


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
