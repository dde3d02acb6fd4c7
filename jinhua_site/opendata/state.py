"""The state that open data are in: when they last changed, and how many rows there are.

To ask is cheap: large tables are only counted. Small ones whose records do not
say when they changed are read whole. Of drafts nothing is looked at: by them no
file changes, and wherever the number of the content is the same the state is too.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import (
    CASCADE,
    CharField,
    Count,
    DateTimeField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.dates import PartialDate, begun_by
from jinhua_site.core.languages import CODES

from .columns import labels
from .datasets import Dataset

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
    """By the label of each model: its public records' number, last key and newest change.

    Their history adds the same of those that the public no longer sees; the
    admin's log, where all are public, of the changes that leave no mark on them.
    """
    logged = Concat("content_type__app_label", Value("."), "content_type__model")
    log = LogEntry.objects.annotate(model=logged)
    log = log.filter(model__in=[_label(model) for model in models if _tells_nothing(model)])
    tables = []
    for model in models:
        label = Value(_label(model), output_field=CharField())
        if issubclass(model, Publishable):
            tables.append(_state(_public(model).annotate(model=label), Max("changed")))
            tables.append(_state(_gone(model).annotate(model=label), Max("history_date")))
        else:
            tables.append(_state(_public(model).annotate(model=label), NEVER))
    states = defaultdict(list)
    for state in tables[0].union(*tables[1:], _state(log, Max("action_time")), all=True):
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


def _public(model):
    """The records that are published and whose day has come; parts and links of what is."""
    rows = _all(model)
    if hasattr(model, "DATED"):
        rows = rows.filter(begun_by(model.DATED, timezone.localdate()))
    if issubclass(model, Publishable):
        return rows.filter(status=Status.PUBLISHED)
    owners = [
        f"{field.name}__status"
        for field in model._meta.fields
        if field.many_to_one
        and field.remote_field.on_delete is CASCADE
        and issubclass(field.related_model, Publishable)
    ]
    return rows.filter(**dict.fromkeys(owners, Status.PUBLISHED))


def _gone(model):
    """The versions with which a record left the website, and the first of all, when it began."""
    versions = _all(model.history.model)
    first = Subquery(versions.order_by("history_id").values("history_id")[:1])
    earlier = versions.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    was = Subquery(earlier.order_by("-history_id").values("status")[:1])
    deleted = Q(status=Status.PUBLISHED, history_type="-")
    return versions.alias(was=was).filter(
        deleted | ~Q(status=Status.PUBLISHED) & Q(was=Status.PUBLISHED) | Q(history_id=first)
    )


def _content(model):
    """All that stands in a small table and is public."""
    return list(_public(model).order_by("pk").values_list())


def _tells_nothing(model):
    """Whether its records may change without a mark: they have no date, and are not just links."""
    return not (issubclass(model, Publishable) or model._meta.auto_created)


def _label(model):
    return model._meta.label_lower
