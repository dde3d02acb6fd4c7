"""Open data: tables of public records, each described once.

A dataset names its public rows and their fields. Its columns, its files, their schema, the
catalogue and the page that explains them follow from these.
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

    `rows` returns the published records in a stable order. They belong to the first of `models`;
    a change of any of these models may show in them. `daily` says that rows change with the date
    alone; `period` names the date that tells which time they cover; `at_college` says that they
    describe the college at its location.
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
        """Return each row as the values of its columns."""
        records = list(self.rows())
        return list(zip(*(column.values(records) for column in self.columns), strict=True))

    def modified(self, changes):
        """Return when its rows last changed; `changes` has the last change of each model."""
        moments = [changes[model] for model in self.models if changes[model]]
        if self.daily:
            moments.append(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
        return max(moments, default=None)

    def address(self, suffix):
        """The permanent address of its file with this suffix: csv, json or schema.json."""
        return f"{settings.SITE_URL}/data/{self.name}.{suffix}"

    def page(self, code):
        """The address that explains it in the language `code`."""
        return f"{public_address(reverse('data'), code)}#{self.name}"


@dataclass(frozen=True)
class Overview:
    """The state of a dataset: its last change, how many rows it has, which time they cover."""

    dataset: Dataset
    modified: datetime.datetime | None
    total: int
    first: PartialDate | None = None
    last: PartialDate | None = None

    @property
    def changed_on(self):
        return self.modified and timezone.localdate(self.modified)


class Catalogue:
    """The datasets of the site and their publisher, set by the applications' `apps.py`."""

    def __init__(self):
        self.datasets = {}
        self.publisher = None  # a function that returns the college

    def add(self, *datasets):
        """Add datasets; they are listed in the order of their addition."""
        self.datasets |= {dataset.name: dataset for dataset in datasets}

    def overviews(self):
        datasets = self.datasets.values()
        changes = last_changes({model for dataset in datasets for model in dataset.models})
        return [
            Overview(dataset, dataset.modified(changes), **_extent(dataset)) for dataset in datasets
        ]


CATALOGUE = Catalogue()


def last_changes(models):
    """Return when each of these models last changed, according to its history.

    Records that have never been public do not count.
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
