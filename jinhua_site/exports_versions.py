"""The state that open data are in: when they last changed, and how many rows there are.

To ask is cheap: large tables are only counted. Small ones whose records do not
say when they changed are read whole.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Count, DateTimeField, Max, Min, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from .dates import PartialDate
from .exports import Dataset
from .exports_columns import labels
from .languages import CODES
from .publishing.models import Publishable
from .publishing.version import remembered

NEVER = Max(Cast(Value(None), DateTimeField()))


@dataclass(frozen=True)
class Version:
    """A state of a dataset: when it came about, and a tag that no other state has."""

    modified: datetime.datetime | None
    tag: str


@dataclass(frozen=True)
class Overview:
    """A dataset as it stands: its last change, its rows, and the time that they cover."""

    dataset: Dataset
    modified: datetime.datetime | None
    total: int
    first: PartialDate | None
    last: PartialDate | None

    @property
    def changed_on(self):
        return self.modified and timezone.localdate(self.modified)


@remembered
def version(dataset):
    states, choices = _states(dataset.draws_on), [column.choices for column in dataset.columns]
    told = [
        settings.SITE_URL,
        [column.name for column in dataset.columns],
        [labels(choice, code) for choice in choices if choice for code in CODES],
        sorted(repr(state) for rows in states.values() for state in rows),
        [_content(model) for model in dataset.draws_on if _tells_nothing(model)],
        dataset.daily and timezone.localdate(),
    ]
    return Version(_modified(dataset, states), sha256(repr(told).encode()).hexdigest()[:32])


def overviews(datasets):
    states = _states({model for dataset in datasets for model in dataset.draws_on})
    counted = [_counted(dataset) for dataset in datasets]
    counts = {
        name: (total, first and PartialDate(first), last and PartialDate(last))
        for name, total, first, last in counted[0].union(*counted[1:], all=True)
    }
    return [
        Overview(dataset, _modified(dataset, states), *counts[dataset.name]) for dataset in datasets
    ]


def _states(models):
    """By the label of each model: its records' number, last key and newest change.

    The admin's log adds the same of what was done to them. It knows of the
    changes that leave no mark on a record, such as its deletion.
    """
    logged = Concat("content_type__app_label", Value("."), "content_type__model")
    log = LogEntry.objects.annotate(model=logged).filter(model__in=map(_label, models))
    tables = [
        _state(
            _all(model).annotate(model=Value(_label(model), output_field=CharField())),
            Max("changed") if issubclass(model, Publishable) else NEVER,
        )
        for model in models
    ]
    states = defaultdict(list)
    for state in _state(log, Max("action_time")).union(*tables, all=True):
        states[state[0]].append(state)
    return states


def _state(records, newest):
    rows = records.order_by().values("model")
    return rows.annotate(total=Count("pk"), last=Max("pk"), newest=newest).values_list(
        "model", "total", "last", "newest"
    )


def _modified(dataset, states):
    changes = {
        newest for model in dataset.draws_on for *_, newest in states[_label(model)] if newest
    }
    if dataset.daily:
        changes.add(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
    return max(changes, default=None)


def _counted(dataset):
    rows = dataset.rows()
    first, last = (Min(dataset.period), Max(dataset.period)) if dataset.period else (NEVER, NEVER)
    return (
        _all(rows.model)
        .filter(pk__in=rows.values("pk"))
        .values(dataset=Value(dataset.name, output_field=CharField()))
        .annotate(total=Count("pk"), first=Cast(first, TextField()), last=Cast(last, TextField()))
        .values_list("dataset", "total", "first", "last")
    )


def _all(model):
    """Every record, read past modeltranslation: the same in every language, columns in order."""
    return QuerySet(model).order_by()


def _content(model):
    """All that stands in a small table."""
    return list(_all(model).order_by("pk").values_list())


def _tells_nothing(model):
    """Whether its records may change without a mark: they have no date, and are not just links."""
    return not (issubclass(model, Publishable) or model._meta.auto_created)


def _label(model):
    return model._meta.label_lower
