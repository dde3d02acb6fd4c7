"""Load the content that ships with the site from each application's `content` folder.

A file is TOML: a table for each record, under the name of its model. A
translated field holds a table of its languages, a foreign key the key of the
record it refers to, a many-to-many relation a list of such keys. Files and records
are loaded in order.
"""

import datetime
import json
import tomllib
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models, transaction

from jinhua_site.core.languages import CODES, in_each_language

from .models import LoadedRecord


class ContentError(Exception):
    """An error in a content file, in words for its author."""


@transaction.atomic
def load():
    """Load all files, or none if one has an error; return how many records had which outcome.

    A new record is created. A record that was loaded before is updated if its file
    has changed and staff have not changed the record. Otherwise it stays as staff
    left it, deleted records included.
    """
    known = {(row.model, row.key): row for row in LoadedRecord.objects.all()}
    outcome, places = Counter(), {}
    for file, model, number, row in _rows():
        place = f"{file.name}: {model._meta.model_name} {number}"
        key = json.dumps([row.get(name) for name in identity(model)], ensure_ascii=False)
        if (model, key) in places:
            raise ContentError(f"{place} {key} stands there already, as {places[model, key]}")
        places[model, key] = place
        outcome[_load_record(model, key, row, known, place)] += 1
    return outcome


def _rows():
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "content").glob("*.toml")):
            try:
                tables = _plain(tomllib.loads(file.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ContentError(f"{file.name}: {error}") from None
            for name, rows in tables.items():
                try:
                    model = app.get_model(name)
                except LookupError:
                    raise ContentError(f"{file.name}: there is no model {name!r}") from None
                if not isinstance(rows, list):
                    raise ContentError(f"{file.name}: write [[{name}]], in double brackets")
                for number, row in enumerate(rows, start=1):
                    yield file, model, number, row


def _plain(value):
    """Return the content of a file, with its dates as text."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _load_record(model, key, row, known, place):
    label = model._meta.label_lower
    loaded = known.get((label, key))
    if loaded and loaded.shipped == row:
        return "unchanged"
    values = _values(model, row, place)
    known_by = {name: values.get(name) for name in identity(model)}
    existing = model._base_manager.filter(**known_by).first()
    if bool(loaded) != bool(existing) or (loaded and loaded.version != _last_version(existing)):
        return "kept"
    record = _store(model, values, existing, f"{place} {key}")
    now = {"shipped": row, "version": _last_version(record)}
    LoadedRecord.objects.update_or_create(model=label, key=key, defaults=now)
    return "updated" if loaded else "new"


def _last_version(record):
    return record.history.latest().history_id


def _store(model, values, existing, place):
    """Store a record with these values, and with the default of every other field."""
    links = {field.name: values.pop(field.name, []) for field in model._meta.many_to_many}
    record = model(**values)
    if existing:
        record.pk, record._state.adding = existing.pk, False
    try:
        record.full_clean()
    except ValidationError as error:
        raise ContentError(f"{place}: {'; '.join(_messages(error))}") from None
    record.save()
    for name, related in links.items():
        getattr(record, name).set(related)
    return record


def _values(model, row, place):
    """Return the values that `row` sets, by column or relation."""
    values = {}
    for name, value in row.items():
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
            if isinstance(value, dict):
                columns = dict(zip(CODES, in_each_language(name), strict=True))
                values |= {columns[code]: text.strip() for code, text in value.items()}
            elif isinstance(field, models.ForeignKey):
                values[name] = _by_key(field.related_model, value)
            elif isinstance(field, models.ManyToManyField):
                values[name] = [_by_key(field.related_model, key) for key in value]
            else:
                values[name] = value
        except FieldDoesNotExist:
            raise ContentError(f"{place}: there is no field {name!r}") from None
        except KeyError as error:
            raise ContentError(f"{place}: {name} is in an unknown language {error}") from None
        except ObjectDoesNotExist:
            raise ContentError(f"{place}: there is no {name} {value!r}") from None
    return values


def _by_key(model, key):
    return model._base_manager.get(**dict.fromkeys(identity(model), key))


def identity(model):
    """Return the fields that identify a record of `model` in the files."""
    for field in model._meta.fields:
        if field.unique and not field.primary_key:
            return (field.name,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            return constraint.fields
    return ("pk",)


def _messages(error):
    for name, messages in error.message_dict.items():
        yield f"{name}: {' '.join(messages)}"
