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
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from modeltranslation.translator import translator

from jinhua_site.content.models import Publishable
from jinhua_site.core import numbers
from jinhua_site.core.dates import PartialDateField
from jinhua_site.core.languages import CODES, in_each_language

IN_LANGUAGE = {"en": _("{what}, in English"), "zh-hans": _("{what}, in Chinese")}


@dataclass(frozen=True)
class Kind:
    """The type of a cell: its label, and its JSON Schema."""

    label: str
    schema: dict


TEXT = Kind(pgettext_lazy("type", "text"), {"type": "string"})
CODE = Kind(pgettext_lazy("type", "code"), {"type": "string"})
PARTIAL_DATE = Kind(
    pgettext_lazy("type", "year, month or day"),
    {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
)
ADDRESS = Kind(pgettext_lazy("type", "web address"), {"type": "string", "format": "uri"})
# The first class that a field is an instance of counts.
KINDS = {
    models.SlugField: CODE,
    models.URLField: ADDRESS,
    PartialDateField: PARTIAL_DATE,
    models.DateField: Kind(pgettext_lazy("type", "date"), {"type": "string", "format": "date"}),
    models.BooleanField: Kind(pgettext_lazy("type", "true or false"), {"type": "boolean"}),
    models.IntegerField: Kind(pgettext_lazy("type", "whole number"), {"type": "integer"}),
    models.DecimalField: Kind(pgettext_lazy("type", "number"), {"type": "number"}),
    models.Field: TEXT,
}


@dataclass(frozen=True)
class Column:
    """A column of a file; `read` returns a record's value, called in the `language`.

    A cell may be empty unless it is `always` filled, and may hold `several` values. `codes` are
    the keys of a field with choices.
    """

    name: str
    meaning: str
    read: Callable
    kind: Kind
    always: bool = True
    several: bool = False
    codes: tuple = ()
    language: str = CODES[0]

    def values(self, records):
        with override(self.language):
            return [plain(self.read(record)) for record in records]

    @property
    def schema(self):
        """The JSON Schema of a cell."""
        schema = dict(self.kind.schema)
        if self.codes:
            schema["enum"] = list(self.codes)
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
    kind: Kind | None = None
    always: bool = False

    def columns(self, model):
        """Return a column; or one in each language; or a code, and its label in each language."""
        path = Path(self.path or self.name, model, self.like)
        labels = dict(path.field.flatchoices)
        kind = self.kind or (CODE if labels else _kind_of(path.field))
        more = {"always": self.always or path.always, "several": path.several}
        if path.is_translated:
            reads = map(path.reader, in_each_language(path.name))
            return _in_each_language(self, reads, kind=kind, **more)
        read = path.reader(path.name)
        column = Column(self.name, self.meaning, read, kind, codes=tuple(labels), **more)
        if not labels:
            return [column]
        reads = [partial(_label, labels, read)] * len(CODES)
        return [column, *_in_each_language(self, reads, kind=TEXT, **more)]


@dataclass(frozen=True)
class Addresses:
    """The permanent address of a record in each language; `path` returns it without the host."""

    meaning: str
    path: Callable = methodcaller("get_absolute_url")
    name: str = "address"

    def columns(self, model):
        reads = [partial(_address, self.path)] * len(CODES)
        return _in_each_language(self, reads, kind=ADDRESS)


def sourced(name, path):
    """The fields of a source: its title in each language, and its web address."""
    address = _("Web address of the source, where it has one")
    return [
        Field(f"{name}_title", _("Title of the source"), f"{path}.title"),
        Field(f"{name}_address", address, f"{path}.address"),
    ]


def _in_each_language(field, reads, **more):
    columns = zip(CODES, in_each_language(field.name), reads, strict=True)
    return [
        Column(
            name, format_lazy(IN_LANGUAGE[code], what=field.meaning), read, language=code, **more
        )
        for code, name, read in columns
    ]


def _kind_of(field):
    return next(kind for base, kind in KINDS.items() if isinstance(field, base))


class Path:
    """A path from a record of `model` to a field: its own, or one of a related record."""

    def __init__(self, path, model, like=None):
        *links, self.name = path.split(".")
        self.links, self.always, self.several = [], True, False
        for name in links:
            link = model._meta.get_field(name)
            model = link.related_model
            if link.many_to_many or link.one_to_many:
                self.several, name = True, LISTED.format(name)
            elif link.null or issubclass(model, Publishable):  # which may be a draft
                self.always = False
            self.links.append(name)
        self.field = like or model._meta.get_field(self.name)
        self.always = self.always and not (self.field.blank or self.field.null)
        translated = translator.get_options_for_model(model).fields
        self.is_translated = not like and self.name in translated

    def reader(self, name):
        """Return a function that reads the field or column `name` at the end of this path."""
        return partial(_follow, [*self.links, name])


# Values

# The attribute with the prefetched related records that a path leads through: only public ones,
# read in one query.
LISTED = "listed_{}"


def listed(name, rows):
    """Prefetch the related records that are among `rows`, for paths that lead through them."""
    return Prefetch(name, rows, to_attr=LISTED.format(name))


def _follow(names, record):
    for number, name in enumerate(names, start=1):
        try:
            record = getattr(record, name)
        except ObjectDoesNotExist:  # the related record is not published
            return None
        if isinstance(record, list):
            return [_follow(names[number:], related) for related in record]
        if record is None:
            return None
    return record


def _address(path, record):
    return settings.SITE_URL + path(record)


def _label(labels, read, record):
    return labels.get(read(record))


def plain(value):
    """Return `value` as JSON has it; None if it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        digits = numbers.plain(value)
        return float(digits) if "." in digits else int(digits)
    if isinstance(value, Promise):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
