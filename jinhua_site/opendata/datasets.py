"""Open data: tables of public records, each described once.

A dataset names its public rows and their fields. Its columns, its files, their schema, the
catalogue and the page that explains them follow from these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Max, Min, Prefetch, QuerySet, Value
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.languages import CODES, bcp47


@dataclass(frozen=True)
class Dataset:
    """A table of public records.

    `rows` returns the published records, sorted by `order`. A change of their model, of a model
    that a field leads to, or of one that they `also` depend on may show in them. `daily` says
    that rows change with the date alone; `period` names the date that tells which time they
    cover; `at_college` says that they describe the college at its location.
    """

    name: str
    title: str
    summary: str
    rows: Callable
    fields: tuple
    order: tuple = ("slug",)
    also: tuple = ()
    daily: bool = False
    period: str = ""
    at_college: bool = False

    @cached_property
    def columns(self):
        return [column for field in self.fields for column in field.columns(self.rows().model)]

    @cached_property
    def links(self):
        """The relations that its fields lead through, by their lookups."""
        return {
            "__".join(link.name for link in links[:depth]): links[depth - 1]
            for links in (field.links(self.rows().model) for field in self.fields)
            for depth in range(1, len(links) + 1)
        }

    def read(self):
        """Return each row as the values of its columns."""
        related = [
            Prefetch(lookup, link.related_model.objects.published())
            for lookup, link in self.links.items()
        ]
        records = list(self.rows().order_by(*self.order).prefetch_related(*related))
        return list(zip(*(column.values(records) for column in self.columns), strict=True))

    def overview(self):
        """Return its last change, the number of its rows, and the time that they cover."""
        about = {"total": Count("pk")}
        if self.period:
            about |= {"first": Min(self.period), "last": Max(self.period)}
        modified = self.modified()
        return {
            "dataset": self,
            "modified": modified,
            "changed_on": modified and timezone.localdate(modified),
            **self.rows().aggregate(**about),
        }

    def modified(self):
        """Return when its rows last changed, or None."""
        models = {self.rows().model, *self.also}
        # A part of a record changes with it.
        models |= {link.related_model for link in self.links.values() if not link.one_to_many}
        changes = [_last_change(model) for model in models]
        moments = [*filter(None, changes[0].union(*changes[1:]))]
        if self.daily:
            moments.append(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
        return max(moments).replace(microsecond=0) if moments else None

    def address(self, suffix):
        """The permanent address of its file with this suffix: csv, json or schema.json."""
        return f"{settings.SITE_URL}/data/{self.name}.{suffix}"


class Catalogue:
    """The datasets of the site and their publisher, set by the applications' `apps.py`."""

    def __init__(self):
        self.datasets = {}
        self.publisher = None  # a function that returns the college

    def add(self, *datasets):
        """Add datasets; they are listed in the order of their addition."""
        self.datasets |= {dataset.name: dataset for dataset in datasets}

    def overviews(self):
        return [dataset.overview() for dataset in self.datasets.values()]


CATALOGUE = Catalogue()


def _last_change(model):
    """Return a query for the last change of records that have ever been public."""
    versions = QuerySet(model.history.model).order_by()
    if issubclass(model, Publishable):
        public = versions.filter(status=Status.PUBLISHED)
        versions = versions.filter(id__in=public.values("id"))
    whole = versions.values(table=Value(1)).annotate(newest=Max("history_date"))
    return whole.values_list("newest", flat=True)


def in_all_languages(text):
    """A translated text in every language, by the language's tag."""
    texts = {}
    for code in CODES:
        with override(code):
            texts[bcp47(code)] = str(text)
    return texts
