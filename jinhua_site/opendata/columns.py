"""The columns of open data, which follow from the model fields that they show."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import methodcaller

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from modeltranslation.translator import translator

from jinhua_site.content.models import Publishable
from jinhua_site.core.dates import PartialDateField
from jinhua_site.core.languages import CODES, in_each_language

IN_LANGUAGE = {"en": _("{what}, in English"), "zh-hans": _("{what}, in Chinese")}
CODE = models.SlugField(blank=True)
PARTIAL_DATE = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
# A cell's type and its JSON Schema; the first class that a field is an instance of counts.
TYPES = {
    models.SlugField: (pgettext_lazy("type", "code"), {"type": "string"}),
    models.URLField: (pgettext_lazy("type", "web address"), {"type": "string", "format": "uri"}),
    PartialDateField: (pgettext_lazy("type", "year, month or day"), PARTIAL_DATE),
    models.DateField: (pgettext_lazy("type", "date"), {"type": "string", "format": "date"}),
    models.BooleanField: (pgettext_lazy("type", "true or false"), {"type": "boolean"}),
    models.IntegerField: (pgettext_lazy("type", "whole number"), {"type": "integer"}),
    models.DecimalField: (pgettext_lazy("type", "number"), {"type": "number"}),
    models.Field: (pgettext_lazy("type", "text"), {"type": "string"}),
}


@dataclass(frozen=True)
class Column:
    """A column of a file; `read` returns a record's value, called in the `language`.

    Its values are of the type of the model field that they are `like`. A cell may be empty
    unless it is `always` filled, and may hold `several` values.
    """

    name: str
    meaning: str
    read: Callable
    like: models.Field
    always: bool = True
    several: bool = False
    language: str = CODES[0]

    def values(self, records):
        with override(self.language):
            return [plain(self.read(record)) for record in records]

    @property
    def codes(self):
        return [key for key, _label in self.like.flatchoices]

    @property
    def type(self):
        return _type_like(CODE if self.codes else self.like)[0]

    @property
    def schema(self):
        """The JSON Schema of a cell."""
        schema = _type_like(self.like)[1] | ({"enum": self.codes} if self.codes else {})
        if not self.always:
            schema["type"] = [schema["type"], "null"]
            if self.codes:
                schema["enum"].append(None)
        return {"type": "array", "items": schema} if self.several else schema


@dataclass(frozen=True)
class Field:
    """A field of a dataset, from which its columns follow.

    Its value is in the model's field at `path`, such as `country.code`, or else of its own name.
    A computed value is `like` such a field. Whether it is `always` filled follows from the path,
    unless the path leads through a relation that only drafts may leave empty.
    """

    name: str
    meaning: str
    path: str = ""
    like: models.Field | None = None
    always: bool = False

    def links(self, model):
        """Return the relations that its path follows from a record of `model`."""
        links = []
        for name in self.path.split(".")[:-1]:
            links.append(model._meta.get_field(name))
            model = links[-1].related_model
        return links

    def columns(self, model):
        """Return a column; or one in each language; or a code, and its label in each language."""
        links = self.links(model)
        model = links[-1].related_model if links else model
        *way, name = (self.path or self.name).split(".")
        field = self.like or model._meta.get_field(name)
        is_filled = not (field.blank or field.null or any(map(_may_lack, links)))
        more = {"always": self.always or is_filled, "several": any(map(_is_many, links))}
        if not self.like and name in translator.get_options_for_model(model).fields:
            reads = [partial(_follow, [*way, column]) for column in in_each_language(name)]
            return _in_each_language(self, reads, field, **more)
        read = partial(_follow, [*way, name])
        column = Column(self.name, self.meaning, read, field, **more)
        if not column.codes:
            return [column]
        reads = [partial(_label, dict(field.flatchoices), read)] * len(CODES)
        return [column, *_in_each_language(self, reads, models.CharField(), **more)]


@dataclass(frozen=True)
class Addresses:
    """The permanent address of a record in each language; `path` returns it without the host."""

    meaning: str
    path: Callable = methodcaller("get_absolute_url")
    name: str = "address"

    def links(self, model):
        return []

    def columns(self, model):
        reads = [lambda record: settings.SITE_URL + self.path(record)] * len(CODES)
        return _in_each_language(self, reads, models.URLField())


def sourced(name, path):
    """The fields of a source: its title in each language, and its web address."""
    address = _("Web address of the source, where it has one")
    return [
        Field(f"{name}_title", _("Title of the source"), f"{path}.title"),
        Field(f"{name}_address", address, f"{path}.address"),
    ]


def plain(value):
    """Return `value` as JSON has it; None if it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, Promise):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _type_like(field):
    return next(known for base, known in TYPES.items() if isinstance(field, base))


def _in_each_language(field, reads, like, **more):
    columns = zip(CODES, in_each_language(field.name), reads, strict=True)
    return [
        Column(
            name,
            format_lazy(IN_LANGUAGE[code], what=field.meaning),
            read,
            like,
            language=code,
            **more,
        )
        for code, name, read in columns
    ]


def _is_many(link):
    return link.many_to_many or link.one_to_many


def _may_lack(link):
    """Return whether a published record may lead to no record, or to one not published."""
    return not _is_many(link) and (link.null or issubclass(link.related_model, Publishable))


def _follow(names, record):
    for number, name in enumerate(names, start=1):
        try:
            record = getattr(record, name)
        except ObjectDoesNotExist:  # the related record is not published
            return None
        if isinstance(record, models.Manager):
            return [_follow(names[number:], related) for related in record.all()]
        if record is None:
            return None
    return record


def _label(labels, read, record):
    return labels.get(read(record))
