"""Which texts lack one of their languages, and which are out of date.

A text is out of date when the other language has changed since it was last written
or confirmed. An empty text beside a written one is missing, not out of date.
"""

from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname as column

from jinhua_site.core.languages import CODES
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import tidy

MISSING, OUTDATED, COMPLETE = "missing", "outdated", "complete"
STATES = {MISSING: _("missing"), OUTDATED: _("stale"), COMPLETE: _("complete")}
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
    models, numbers = ({key[part] for key in by_key} for part in (0, 1))
    for row in StaleText.objects.filter(model__in=models, record_id__in=numbers):
        record = by_key.get((row.model_id, row.record_id))
        if record:
            outdated[record][row.field, row.language] = row
    return outdated


def states(record, outdated):
    """Name the fields that are missing and those that are outdated, by language.

    `outdated` is what `outdated_texts` returned for the record.
    """
    written = {field: texts(record, field) for field in wanted_in_both(type(record))}
    return {
        code: {
            MISSING: [
                field for field, text in written.items() if not text[code] and text[other(code)]
            ],
            OUTDATED: [field for field, language in outdated if language == code],
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
        rows = StaleText.objects.filter(
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
