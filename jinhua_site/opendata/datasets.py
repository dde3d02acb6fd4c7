"""Open data: tables of public records, each described once.

A dataset names its public rows and the fields that it tells of them. Its columns, the files,
their schema, the catalogue and the page that explains them are drawn from it.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import CharField, Count, Max, Min, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.dates import PartialDate
from jinhua_site.core.languages import CODES, bcp47, same_page_in


@dataclass(frozen=True)
class Dataset:
    """A table of public records.

    `rows` gives them as `published()` does, in a lasting order. They are of the first of the
    `models`; a change of any of these may be seen in them. Some rows change with the day alone
    (`daily`); some cover the time that the dates in `period` span; some tell of the college
    where it stands (`at_college`).
    """

    name: str
    title: str
    summary: str
    rows: Callable
    models: tuple
    fields: tuple
    daily: bool = False
    period: str = ""
    at_college: bool = False

    @cached_property
    def columns(self):
        return [column for field in self.fields for column in field.columns(self.models[0])]

    def read(self):
        """Each row as the values of its columns."""
        records = list(self.rows())
        return list(zip(*(column.values(records) for column in self.columns), strict=True))

    def modified(self, changes):
        """When its rows last changed, if its models last did so at `changes`."""
        moments = [changes[model] for model in self.models if changes[model]]
        if self.daily:
            moments.append(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
        return max(moments, default=None)

    def address(self, suffix):
        """The permanent address of its file with this suffix: csv, json or schema.json."""
        return f"{settings.SITE_URL}/data/{self.name}.{suffix}"

    def page(self, code):
        """Where it is explained in the language `code`."""
        return f"{public_address(reverse('data'), code)}#{self.name}"


@dataclass(frozen=True)
class Overview:
    """A dataset as it stands: its last change, its rows, and the time that they cover."""

    dataset: Dataset
    modified: datetime.datetime | None
    total: int
    first: PartialDate | None = None
    last: PartialDate | None = None

    @property
    def changed_on(self):
        return self.modified and timezone.localdate(self.modified)


class Catalogue:
    """The datasets of the site, and in whose name. Applications fill it in their `apps.py`."""

    def __init__(self):
        self.datasets = {}
        self.publisher = None  # a function that gives the record

    def add(self, *datasets):
        """Offer these, in the order in which they are added."""
        self.datasets |= {dataset.name: dataset for dataset in datasets}

    def overviews(self):
        datasets = self.datasets.values()
        changes = last_changes({model for dataset in datasets for model in dataset.models})
        return [
            Overview(dataset, dataset.modified(changes), **_extent(dataset)) for dataset in datasets
        ]


CATALOGUE = Catalogue()


def last_changes(models):
    """When each of these models last changed before the public, as their histories tell.

    Records that never were public are left out.
    """
    tables = []
    for model in models:
        versions = QuerySet(model.history.model).order_by()
        if issubclass(model, Publishable):
            public = versions.filter(status=Status.PUBLISHED)
            versions = versions.filter(id__in=public.values("id"))
        rows = versions.values(model=Value(model._meta.label, output_field=CharField()))
        tables.append(rows.annotate(newest=Max("history_date")).values_list("model", "newest"))
    newest = dict(tables[0].union(*tables[1:]))
    return {model: newest[model._meta.label] for model in models}


def _extent(dataset):
    about = {"total": Count("pk")}
    if dataset.period:
        about |= {"first": Min(dataset.period), "last": Max(dataset.period)}
    return dataset.rows().aggregate(**about)


def public_address(path, code):
    """The permanent address of the page at `path`, in the language `code`."""
    return settings.SITE_URL + same_page_in(code, path)


def in_all_languages(text):
    """A translated text in every language, by the language's tag."""
    texts = {}
    for code in CODES:
        with override(code):
            texts[bcp47(code)] = str(text)
    return texts
