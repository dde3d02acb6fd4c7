"""Which texts lack one of their languages, and which are out of date.

A text is out of date when the other language has changed since it was last written
or confirmed. An empty text beside a written one is missing, not out of date.
"""

from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth import get_permission_codename
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import post_save, pre_save
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname as column

from jinhua_site.core.languages import CODES, in_each_language
from jinhua_site.office.models import OutdatedText
from jinhua_site.office.text_diff import tidy

MISSING, OUTDATED, COMPLETE = "missing", "outdated", "complete"
STATES = {MISSING: _("missing"), OUTDATED: _("out of date"), COMPLETE: _("complete")}
LANGUAGES = dict(zip(CODES, (_("English"), _("Chinese")), strict=True))


@cache
def translated_fields(model):
    """Return the names of the translated fields, in the model's order."""
    if model not in translator.get_registered_models():
        return []
    translated = translator.get_options_for_model(model).all_fields
    return [field.name for field in model._meta.fields if field.name in translated]


def translated_models():
    """Return the models with such fields, in the order of their applications."""
    return [model for model in apps.get_models() if translated_fields(model)]


@cache
def wanted_in_both(model):
    """Return those of them that count as missing if one language is empty."""
    alone = getattr(translator.get_options_for_model(model), "in_one_language", ())
    return [field for field in translated_fields(model) if field not in alone]


def unwritten(model, is_written):
    """Return the first column of each required text that is written in no language."""
    required = [name for name in translated_fields(model) if not model._meta.get_field(name).blank]
    columns = [in_each_language(name) for name in required]
    return [names[0] for names in columns if not any(map(is_written, names))]


def other(code):
    return next(other for other in CODES if other != code)


def texts(record, field):
    """Return a field's texts by the code of their language."""
    return {code: tidy(getattr(record, column(field, code))) for code in CODES}


def outdated_texts(records):
    """Return the outdated texts of records of any model: by record, then field and language."""
    by_key = {
        (ContentType.objects.get_for_model(record).pk, record.pk): record
        for record in records
        if record.pk
    }
    outdated = {record: {} for record in by_key.values()}
    types, numbers = ({key[part] for key in by_key} for part in (0, 1))
    for row in OutdatedText.objects.filter(model__in=types, record_id__in=numbers):
        record = by_key.get((row.model_id, row.record_id))
        if record:
            outdated[record][row.field, row.language] = row
    return outdated


def states(record, outdated):
    """Name the fields that are missing and those that are outdated, by language.

    `outdated` is what `outdated_texts` returned for the record.
    """
    written = {field: texts(record, field) for field in wanted_in_both(type(record))}

    def label(field):
        return str(record._meta.get_field(field).verbose_name)

    return {
        code: {
            MISSING: [
                label(field)
                for field, text in written.items()
                if not text[code] and text[other(code)]
            ],
            OUTDATED: [label(field) for field, language in outdated if language == code],
        }
        for code in CODES
    }


def in_state(model, state, codes=CODES):
    """Return a filter for records with a text in this state in one of these languages.

    A complete record is complete in all of them.
    """
    if state == COMPLETE:
        return ~in_state(model, MISSING, codes) & ~in_state(model, OUTDATED, codes)
    if state == OUTDATED:
        rows = OutdatedText.objects.filter(
            model=ContentType.objects.get_for_model(model), language__in=codes
        )
        return Q(pk__in=rows.values("record_id"))
    chosen = Q()
    for field in wanted_in_both(model):
        for code in codes:
            chosen |= _empty(column(field, code)) & ~_empty(column(field, other(code)))
    return chosen


def _empty(name):
    return Q(**{name: ""}) | Q(**{f"{name}__isnull": True})


# Their records


@dataclass(frozen=True)
class RecordType:
    """A model with translated texts: its form, and who may see and change its records."""

    model: type[models.Model]

    @property
    def key(self):
        return self.model._meta.label_lower

    @property
    def label(self):
        return capfirst(self.model._meta.verbose_name)

    @cached_property
    def parent(self):
        """Return the foreign key to the record whose form edits this one, if it has none."""
        if admin.site.is_registered(self.model):
            return None
        keys = (field for field in self.model._meta.fields if field.many_to_one)
        return next(key for key in keys if key.remote_field.on_delete is models.CASCADE)

    def may(self, action, user):
        codename = get_permission_codename(action, self.model._meta)
        return user.has_perm(f"{self.model._meta.app_label}.{codename}")

    def address(self, record):
        """Return the address of the form that edits a record."""
        opts = (self.parent.related_model if self.parent else self.model)._meta
        number = getattr(record, self.parent.attname) if self.parent else record.pk
        return reverse(admin_urlname(opts, "change"), args=[number])

    def status(self, record):
        """Return the status of a record, or of the one whose form edits it."""
        owner = getattr(record, self.parent.name) if self.parent else record
        return owner.get_status_display() if hasattr(owner, "status") else gettext("always public")

    def records(self):
        """Return all records in the order of their list, with those that their names need."""
        keys = [field.name for field in self.model._meta.fields if field.many_to_one]
        rows = self.model._default_manager.select_related(*keys)
        return rows.order_by(*self.model._meta.ordering, "pk")


def record_types_for(user):
    """Return the types that a user may see, in the order of the applications."""
    types = map(RecordType, translated_models())
    return [each for each in types if each.may("view", user) or each.may("change", user)]


# What falls behind and what catches up


def watch():
    """Note on each save of a translated record which texts are outdated.

    The notes on a deleted record stay: it may be brought back.
    """
    for model in translated_models():
        pre_save.connect(_remember, sender=model)
        post_save.connect(_follow, sender=model)


def _remember(sender, instance, raw, using, update_fields, **kwargs):
    """Remember the texts before this save, if it may change one."""
    columns = [name for field in translated_fields(sender) for name in in_each_language(field)]
    is_written = update_fields is None or not {*columns}.isdisjoint(update_fields)
    instance._texts_before = None
    if is_written and instance.pk and not raw:
        # Bypasses modeltranslation, which would choose columns by the active language.
        rows = QuerySet(sender, using=using).filter(pk=instance.pk)
        instance._texts_before = rows.values(*columns).first()


def _follow(sender, instance, update_fields, **kwargs):
    """Note which texts fell behind with this save, and which caught up."""
    before = instance.__dict__.pop("_texts_before", None) or {}
    written = before.keys() if update_fields is None else before.keys() & update_fields
    was = {name: tidy(text) for name, text in before.items()}
    now = was | {name: tidy(getattr(instance, name)) for name in written}
    if was == now:
        return
    known = outdated_texts([instance])[instance]
    caught_up, behind = [], []
    for field in translated_fields(sender):
        changed = [code for code in CODES if was[column(field, code)] != now[column(field, code)]]
        caught_up += [(field, code) for code in changed]
        if len(changed) == 1:
            mine, theirs = (field, changed[0]), (field, other(changed[0]))
            if theirs in known and tidy(known[theirs].other_was) == now[column(*mine)]:
                caught_up.append(theirs)
            # A text that was outdated or missing has caught up; the other is not outdated by it.
            elif mine not in known and was[column(*mine)] and now[column(*theirs)]:
                behind.append((*theirs, was[column(*mine)]))
    _write(instance, [known[text].pk for text in caught_up if text in known], behind)


def _write(record, caught_up, behind):
    model = ContentType.objects.get_for_model(record)
    rows = [
        OutdatedText(model=model, record_id=record.pk, field=field, language=code, other_was=was)
        for field, code, was in behind
    ]
    with transaction.atomic():
        OutdatedText.objects.filter(pk__in=caught_up).delete()
        # An existing row knows the older text.
        OutdatedText.objects.bulk_create(rows, ignore_conflicts=True)
