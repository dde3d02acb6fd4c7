"""The columns of open data: what each is called, what it means, where its values come from."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from operator import methodcaller

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Choices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from jinhua_site.core import numbers
from jinhua_site.core.languages import CODES, in_each_language, same_page_in

IN_LANGUAGE = {"en": _("{what}, in English"), "zh-hans": _("{what}, in Chinese")}


@dataclass(frozen=True)
class Kind:
    """What a cell holds: in a word, and as JSON Schema has it."""

    label: str
    schema: dict


TEXT = Kind(pgettext_lazy("type", "text"), {"type": "string"})
CODE = Kind(pgettext_lazy("type", "code"), {"type": "string"})
NUMBER = Kind(pgettext_lazy("type", "number"), {"type": "number"})
WHOLE_NUMBER = Kind(pgettext_lazy("type", "whole number"), {"type": "integer"})
YES_OR_NO = Kind(pgettext_lazy("type", "true or false"), {"type": "boolean"})
DATE = Kind(pgettext_lazy("type", "date"), {"type": "string", "format": "date"})
PARTIAL_DATE = Kind(
    pgettext_lazy("type", "year, month or day"),
    {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
)
ADDRESS = Kind(pgettext_lazy("type", "web address"), {"type": "string", "format": "uri"})


@dataclass(frozen=True)
class Column:
    """A column of a file.

    `of` says where the value comes from: a path from the record, such as
    `country.code`, or a function of the record; without it, the column's name.
    With `several` values the path begins with a list of records. A cell may be
    empty in a column that is not `always` filled.
    """

    name: str
    meaning: str
    kind: Kind = TEXT
    of: str | Callable = ""
    always: bool = False
    several: bool = False
    choices: type[Choices] | None = None

    @cached_property
    def value(self):
        """The function that reads the value from a record."""
        if callable(self.of):
            return self.of
        return (_of_each if self.several else _at)(self.of or self.name)

    @property
    def schema(self):
        """The value as JSON Schema has it."""
        schema = dict(self.kind.schema)
        if self.choices:
            schema["enum"] = list(self.choices.values)
        if not self.always:
            schema["type"] = [schema["type"], "null"]
            if self.choices:
                schema["enum"].append(None)
        return {"type": "array", "items": schema} if self.several else schema


def public_address(path, code):
    """The permanent address of the page at `path`, in the language `code`."""
    return settings.SITE_URL + same_page_in(code, path)


# Columns of a sort, and columns that come in twos and threes


def key(name, meaning, of="slug"):
    """The short name by which a record is known for good."""
    return Column(name, meaning, CODE, of, always=True)


def code(name, meaning, of=""):
    """The short name or code of something else, where there is any."""
    return Column(name, meaning, CODE, of)


def each(name, kind, meaning, of):
    """A value of each related record, in one cell."""
    return Column(name, meaning, kind, of, always=True, several=True)


def each_in_both(name, meaning, of):
    return in_both(name, meaning, of, always=True, several=True)


def in_both(name, meaning, of="", **more):
    """A translated field, a column for each language."""
    columns = zip(CODES, in_each_language(name), in_each_language(of or name), strict=True)
    return [
        Column(column, _in_language(code, meaning), of=field, **more)
        for code, column, field in columns
    ]


def coded(name, choices, meaning, of="", always=False):
    """The code of a choice, and its label in each language."""
    choice = _at(of or name)
    return [
        Column(name, meaning, CODE, choice, always, choices=choices),
        *(
            Column(
                column,
                _in_language(code, meaning),
                of=lambda record, code=code: labels(choices, code).get(choice(record)),
                always=always,
            )
            for code, column in zip(CODES, in_each_language(name), strict=True)
        ),
    ]


def addresses(meaning, path=methodcaller("get_absolute_url")):
    """The permanent address of a record in each language."""
    return [
        Column(
            column,
            _in_language(code, meaning),
            ADDRESS,
            of=lambda record, code=code: public_address(path(record), code),
            always=True,
        )
        for code, column in zip(CODES, in_each_language("address"), strict=True)
    ]


def sourced(name, of, **more):
    """Where something stands: the title of the source in each language, and its address."""
    return [
        *in_both(f"{name}_title", _("Title of the source"), f"{of}.title", **more),
        Column(
            f"{name}_address",
            _("Web address of the source, where it has one"),
            ADDRESS,
            f"{of}.address",
            several=more.get("several", False),
        ),
    ]


def _in_language(code, meaning):
    return format_lazy(IN_LANGUAGE[code], what=meaning)


@cache
def labels(choices, code):
    """The label of each choice in the language `code`."""
    with override(code):
        return {value: str(label) for value, label in choices.choices}


# Values


def _at(path):
    """The function that follows `path` from a record, and ends where there is nothing to show."""
    names = path.split(".")

    def follow(record):
        for name in names:
            try:
                record = getattr(record, name)
            except ObjectDoesNotExist:  # read as published, and it is not
                return None
            if record is None:
                return None
        return record

    return follow


def _of_each(path):
    """The function that reads a value of each record in a list."""
    name, _dot, rest = path.partition(".")
    value = _at(rest)
    return lambda record: [value(related) for related in getattr(record, name)]


def plain(value):
    """`value` as JSON has it; None where nothing is known."""
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        digits = numbers.plain(value)
        return float(digits) if "." in digits else int(digits)
    return value.isoformat() if isinstance(value, datetime.date) else value
