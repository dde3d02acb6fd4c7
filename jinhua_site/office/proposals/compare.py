"""Submissions in words: what differs, what clashes, and what the public would see."""

from dataclasses import dataclass, field

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.template.defaultfilters import yesno
from django.utils import translation
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.core.grammar import labelled, set_apart
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.choices import is_key
from jinhua_site.office.history.saves import saves
from jinhua_site.office.models import Proposal

from .form_data import FILE, NEW_FILE, REMOVED, changed, name_of, row_of
from .replay import forms_of, standing


@dataclass
class Difference:
    """One field in its earlier and its later words, and in a colleague's if they differ."""

    key: str
    label: str
    lang: str
    before: str
    after: str
    theirs: str = ""
    both: bool = False
    is_field: bool = False  # else a row that came or went


@dataclass
class Part:
    """The record itself, or one of its rows, with what differs in it."""

    heading: str
    removed: bool = False
    differences: list = field(default_factory=list)


@dataclass
class Clash:
    """What a colleague changed while a form was being written."""

    who: object
    when: object
    differences: list
    mine: dict
    proposed: bool = False  # else written in the form


class Words:
    """The fields of a form as staff read them."""

    def __init__(self, model_admin, request, record):
        form, formsets = forms_of(model_admin, request, record)
        self.form = form
        self.formsets = {formset.prefix: formset for formset in formsets}

    def difference(self, key, before, after, **more):
        name = name_of(key)
        bound = self._field(key)
        label = bound.label if bound else name
        lang = bound.widget.attrs.get("lang", "") if bound else ""
        return Difference(key, label, lang, self.text(key, before), self.text(key, after), **more)

    def text(self, key, values):
        """What a field holds, as its form shows it."""
        bound = self._field(key)
        if isinstance(bound, forms.BooleanField):
            return yesno(bool(values))
        if not values:
            return NOTHING
        if isinstance(bound, forms.ModelChoiceField):
            return set_apart(self._names(bound, values))
        if isinstance(bound, forms.ChoiceField):
            labels = {str(value): label for value, label in bound.choices}
            return set_apart(str(labels.get(value, value)) for value in values)
        if values == [NEW_FILE]:
            return _("a new file")
        return "\n".join(
            _("the file that is there") if FILE.fullmatch(value) else value for value in values
        )

    def heading(self, row):
        """What a row is called; nothing for the record itself."""
        if not row:
            return ""
        prefix, number, _end = row.split(":")
        formset = self.formsets.get(prefix)
        if not formset:
            return prefix
        kind = formset.model._meta.verbose_name
        for each in formset.initial_forms:
            if str(each.instance.pk) == number:
                return labelled(kind, each.instance)
        return _("New: %(kind)s") % {"kind": kind}

    def _field(self, key):
        prefix, _colon, _rest = row_of(key).partition(":")
        fields = self.formsets[prefix].empty_form.fields if prefix in self.formsets else {}
        return (fields if row_of(key) else self.form.fields).get(name_of(key))

    def _names(self, bound, values):
        numbers = [value for value in values if is_key(value)]
        names = {str(each.pk): str(each) for each in bound.queryset.filter(pk__in=numbers)}
        return [names.get(value, value) for value in values]


def side_by_side(model_admin, request, record, before, after):
    """What differs between two submissions, the record first and then its rows."""
    words, parts = Words(model_admin, request, record), {}
    for key in changed(before, after):
        row = row_of(key)
        part = parts.setdefault(row, Part(words.heading(row)))
        if name_of(key) == REMOVED or (key == row and key not in after):
            part.removed = True
        elif key != row:
            was, now = before.get(key, []), after.get(key, [])
            part.differences.append(words.difference(key, was, now))
    return [parts[row] for row in sorted(parts, key=bool)]


def clash(model_admin, request, record, base, sent, now, merged):
    """Who changed what meanwhile; with what the form had instead, to choose from."""
    words, differences, mine = Words(model_admin, request, record), [], {}
    for key in merged.theirs:
        row = row_of(key)
        if key == row and row:
            differences.append(Difference(key, words.heading(row), "", "", ""))
        elif not row or (row in base and row in now):
            own = sent.get(key, [])
            theirs = words.text(key, now.get(key, []))
            each = words.difference(key, base.get(key, []), own, theirs=theirs)
            each.label = labelled(words.heading(row), each.label) if row else each.label
            each.both = key in merged.both
            each.is_field = True
            differences.append(each)
            if not each.both:
                mine[key] = own
    parts = [inline.model for inline in model_admin.inlines]
    newest = next((save.last for save in saves(type(record), record.pk, parts)), None)
    who, when = newest and newest.history_user, newest and newest.history_date
    return Clash(who, when, differences, mine)


def clash_with(proposal, model_admin, request, record, merged):
    """The same of a proposal; none where nobody has changed what it changes."""
    if not (record and merged.both):
        return None
    now = standing(model_admin, request, record)
    found = clash(model_admin, request, record, proposal.base, proposal.wanted, now, merged)
    found.proposed = True
    return found


def without_gaps(model, submission):
    """The submission with a word where one language of a text is still to be written."""
    filled = dict(submission)
    for name in translator.get_options_for_model(model).fields:
        columns = in_each_language(name)
        if any(submission.get(column) for column in columns):
            for column in columns:
                if column in submission and not submission[column]:
                    filled[column] = [_("(not written yet)")]
    return filled


def page_in(model_admin, record, code):
    """The address of the public page that shows a record, in one language; `Http404` for none."""
    with translation.override(code):
        page = model_admin.public_page(model_admin.model._base_manager.get(pk=record.pk))
    if not page:
        raise Http404
    return page


def open_proposals(model, record):
    """What is proposed for a record and not yet decided."""
    if not record:
        return Proposal.objects.none()
    kind = ContentType.objects.get_for_model(model)
    waiting = Proposal.objects.filter(model=kind, record_id=record.pk, state__in=Proposal.OPEN)
    return waiting.select_related("author")
