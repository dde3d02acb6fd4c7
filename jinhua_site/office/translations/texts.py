"""Which texts lack one of their languages, and which did not follow the other.

A text is stale when the other language has changed since it was last written or
confirmed. An empty text beside a written one is missing, and never stale.
"""

from functools import cache
from hashlib import sha256

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from jinhua_site.core.languages import CODES, in_each_language
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import tidy

MISSING, STALE, COMPLETE = "missing", "stale", "complete"
STATES = {MISSING: _("missing"), STALE: _("stale"), COMPLETE: _("complete")}
LANGUAGES = dict(zip(CODES, (_("English"), _("Chinese")), strict=True))


@cache
def translated_fields(model):
    """The names of the fields that have two languages, in the model's order."""
    if model not in translator.get_registered_models():
        return []
    translated = translator.get_options_for_model(model).all_fields
    return [field.name for field in model._meta.fields if field.name in translated]


def translated_models():
    """The models with such fields, in the order of their applications."""
    return [model for model in apps.get_models() if translated_fields(model)]


@cache
def wanted_in_both(model):
    """Those of them that are missing where they stand in one language only."""
    alone = getattr(translator.get_options_for_model(model), "in_one_language", ())
    return [field for field in translated_fields(model) if field not in alone]


@cache
def texts_by_column(model):
    """Each column of a translated field, with the field's name and the language's code."""
    return {
        column(field, code): (field, code) for field in translated_fields(model) for code in CODES
    }


def column(field, code):
    return dict(zip(CODES, in_each_language(field), strict=True))[code]


def texts(record, field):
    """A translated field in each language, by its code."""
    return {code: tidy(getattr(record, column(field, code))) for code in CODES}


def fingerprint(record, field):
    """What a colleague has seen of a text in both languages, in short."""
    return sha256(repr(texts(record, field)).encode()).hexdigest()[:16]


def other(code):
    return next(each for each in CODES if each != code)


def stale_texts(records):
    """The stale texts of records of any kind, in one query: by record, by field and language."""
    found = {record: {} for record in records if record.pk}
    kinds = {record: ContentType.objects.get_for_model(record).pk for record in found}
    chosen = Q()
    for kind in set(kinds.values()):
        numbers = [record.pk for record in found if kinds[record] == kind]
        chosen |= Q(model=kind, record_id__in=numbers)
    rows = StaleText.objects.filter(chosen) if found else ()
    by_number = {(kind, record.pk): found[record] for record, kind in kinds.items()}
    for row in rows:
        by_number[row.model_id, row.record_id][row.field, row.language] = row
    return found


def states(record, stale):
    """What there is to do in each language: the names of its missing and of its stale fields.

    `stale` is what `stale_texts` found of the record.
    """
    missing = {code: [] for code in CODES}
    for field in wanted_in_both(type(record)):
        written = texts(record, field)
        for code in CODES:
            if not written[code] and written[other(code)]:
                missing[code].append(field)
    return {
        code: {
            MISSING: missing[code],
            STALE: [field for field, language in stale if language == code],
        }
        for code in CODES
    }


def in_state(model, state, codes=CODES):
    """Chooses the records with a text in this state in one of these languages.

    Those that are complete are so in all of them.
    """
    if state == COMPLETE:
        return ~in_state(model, MISSING, codes) & ~in_state(model, STALE, codes)
    if state == STALE:
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
