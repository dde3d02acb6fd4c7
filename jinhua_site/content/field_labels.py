"""The labels and values of a record's fields, as staff read them."""

import datetime
from collections import defaultdict
from decimal import Decimal
from pathlib import PurePath

from django.db import models
from django.template.defaultfilters import yesno
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from jinhua_site.core.dates import PartialDate, readable_date
from jinhua_site.core.grammar import set_apart
from jinhua_site.core.languages import bcp47
from jinhua_site.core.numbers import plain

NOTHING = "—"


def label(field):
    """The name of a field with a capital."""
    return str(capfirst(field.verbose_name))


def language(field):
    """The language tag of a translated column; None for any other field."""
    return bcp47(field.language) if hasattr(field, "translated_field") else None


def in_words(field, value, names):
    """Return a field's value as text in the active language; `names` comes from `names_in`."""
    if value in (None, ()):
        return NOTHING
    if field.many_to_many:
        return set_apart(sorted(names[field.related_model, number] for number in value))
    if field.is_relation:
        return names[field.related_model, value]
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.FileField):
        return PurePath(value).name
    if isinstance(value, bool):
        return yesno(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime.datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, (datetime.date, PartialDate)):
        return readable_date(value)
    return str(value)


def names_in(all_contents):
    """Return the names of the records that these field values refer to, by model and key.

    A deleted record keeps its last name, marked as deleted.
    """
    wanted = defaultdict(set)
    for contents in all_contents:
        for field, value in contents.items():
            if field.is_relation and value:
                wanted[field.related_model].update(value if field.many_to_many else [value])
    names = {}
    for model, numbers in wanted.items():
        existing, deleted = there_or_gone(model, numbers)
        for number in numbers:
            names[model, number] = str(existing.get(number) or _gone(deleted.get(number)))
    return names


def _gone(record):
    return _("{record} (deleted)").format(record=record) if record else _("a deleted record")


def there_or_gone(model, numbers):
    """Return the records with these keys, and the last state of those that are deleted."""
    above = [field.name for field in model._meta.fields if field.many_to_one]
    existing = model._base_manager.select_related(*above).in_bulk(numbers)
    missing = set(numbers) - existing.keys()
    deleted = model.history.filter(id__in=missing, history_type="-").order_by("history_id")
    return existing, {version.id: version.history_object for version in deleted}


def records_of(versions):
    """Return the record in each version of a model, with the related records that name it."""
    records = [version.history_object for version in versions]
    for field in records[0]._meta.fields if records else ():
        if field.many_to_one:
            numbers = {getattr(record, field.attname) for record in records} - {None}
            existing, deleted = there_or_gone(field.related_model, numbers)
            for record in records:
                related = (deleted | existing).get(getattr(record, field.attname))
                if related:
                    setattr(record, field.name, related)
    return records
