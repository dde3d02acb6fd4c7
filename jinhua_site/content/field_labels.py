"""What the fields of a record hold, and the same in words as staff read it."""

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


def kept_fields(model):
    """The fields of `model` that a person fills in and its history keeps, links last."""
    fields = model.history.model.tracked_fields
    filled_in = [field for field in fields if field.editable and not field.primary_key]
    return [*filled_in, *model._meta.local_many_to_many]


def label(field):
    """The name of a field as the head of a line."""
    return str(capfirst(field.verbose_name))


def language(field):
    """The language of a field's text as HTML names it; none where it has no language."""
    return bcp47(field.language) if hasattr(field, "translated_field") else None


def contents(model, row, links=None):
    """What each kept field holds in `row`, a record or a version; `links` by field name."""
    links = links or {}
    return {
        field: tuple(sorted(links.get(field.name, ())))
        if field.many_to_many
        else _held(field, getattr(row, field.attname))
        for field in kept_fields(model)
    }


def nothing_in(model):
    """The contents of a record of `model` that is not there."""
    return {field: () if field.many_to_many else None for field in kept_fields(model)}


def links_of(record):
    """What a record links to by its many-to-many fields: numbers, by field name."""
    return {
        field.name: getattr(record, field.name).values_list("pk", flat=True).order_by()
        for field in record._meta.local_many_to_many
    }


def links_of_versions(model, numbers):
    """The same of each of these versions of a `model`, by the version's number."""
    fields = model._meta.local_many_to_many
    links = {number: {field.name: [] for field in fields} for number in numbers}
    for field in fields:
        rows = getattr(model.history.model, field.name).model.objects
        target = field.m2m_reverse_field_name()
        found = rows.filter(history__in=numbers).values_list("history_id", f"{target}_id")
        for version, number in found:
            links[version][field.name].append(number)
    return links


def _held(field, value):
    """The value without what nobody sees: a browser's line ends, no text but an empty one."""
    if isinstance(field, models.FileField):
        value = str(value or "")
    if isinstance(value, str):
        same = value.replace("\r\n", "\n")
        return (value if same == value else same) or None
    return value


def names_in(all_contents):
    """The names of the records that these contents point to, each kind read in one go.

    By model and number. What is gone goes by the name that it had, and says so.
    """
    wanted = defaultdict(set)
    for held in all_contents:
        for field, value in held.items():
            if field.is_relation and value:
                wanted[field.related_model].update(value if field.many_to_many else [value])
    names = {}
    for model, numbers in wanted.items():
        there, last = there_or_gone(model, numbers)
        for number in numbers:
            names[model, number] = str(there.get(number) or _gone(last.get(number)))
    return names


def there_or_gone(model, numbers):
    """The records of these numbers, and of those that are gone how they stood last."""
    above = [field.name for field in model._meta.fields if field.many_to_one]
    there = model._base_manager.select_related(*above).in_bulk(numbers)
    gone = {*numbers} - there.keys()
    if not gone:
        return there, {}
    versions = model.history.model.objects.filter(id__in=gone, history_type="-").order_by("pk")
    return there, {version.id: version.history_object for version in versions}


def held_by(versions):
    """The record that each version holds, with what it points to, so that it has its name."""
    records = [version.history_object for version in versions]
    for field in records[0]._meta.fields if records else ():
        if field.many_to_one:
            numbers = {getattr(record, field.attname) for record in records} - {None}
            there, gone = there_or_gone(field.related_model, numbers)
            for record in records:
                pointed = (gone | there).get(getattr(record, field.attname))
                if pointed:
                    setattr(record, field.name, pointed)
    return records


def _gone(record):
    return _("{record} (deleted)").format(record=record) if record else _("a deleted record")


def in_words(field, value, names):
    """What a field holds as staff read it in the active language; `names` as of `names_in`."""
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
