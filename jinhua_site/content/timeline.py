"""Who changed what of a record and of its parts, and from what to what."""

from collections import defaultdict
from datetime import timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _

from .field_labels import (
    NOTHING,
    contents,
    in_words,
    label,
    language,
    links_of_versions,
    names_in,
    nothing_in,
)

# The rows that one save writes follow each other within this time.
ONE_SAVE = timedelta(seconds=1)


class Kind(models.TextChoices):
    CREATED = "+", _("created")
    CHANGED = "~", _("changed")
    DELETED = "-", _("deleted")
    BROUGHT_BACK = "back", _("brought back")
    FIRST_KEPT = "first", _("first version on record")


class Change(NamedTuple):
    label: str
    language: str | None  # as HTML names it, of a text in one language
    old: str
    new: str

    @property
    def only(self):
        """The one value there is, of what was created or deleted."""
        return self.old if self.new == NOTHING else self.new


class Deed(NamedTuple):
    """What one save did to the record or to one of its parts."""

    kind: Kind
    part: str | None  # none for the record itself
    part_kind: str
    changes: list

    @property
    def is_compared(self):
        """Whether there is a before and an after of it."""
        return self.kind in (Kind.CHANGED, Kind.BROUGHT_BACK)


class Entry(NamedTuple):
    """One save, as the timeline tells it."""

    moment: Any
    user: Any
    reason: str
    about: type  # the kind of record that it is the reason of
    version: int | None  # the record's own version that it made
    deeds: list

    @property
    def is_of_the_whole(self):
        """Whether it made or deleted the record with all its parts."""
        return any(deed.part is None and not deed.is_compared for deed in self.deeds)


class Step(NamedTuple):
    """A row of history, as far as it says when it was written, by whom and of what."""

    model: type
    number: int
    record: int
    moment: Any
    user: int | None
    reason: str | None
    kind: str
    before: Any  # the step before it of the same record
    link: Any  # of a part to its record


class Timeline:
    """The saves of a record and of those of its `parts`, newest first.

    Only what a slice asks for is read in full, in as many queries for one save as
    for fifty.
    """

    def __init__(self, record, parts=()):
        self.record = record
        steps = [*_steps(type(record), record.pk)]
        for related in record._meta.related_objects:
            if related.related_model in parts:
                steps += _steps(related.related_model, record.pk, related.field)
        self._saves = _saves(sorted(steps, key=attrgetter("moment")))[::-1]

    def __len__(self):
        return len(self._saves)

    def __getitem__(self, asked):
        saves = self._saves[asked]
        ends = [[*_ends(save)] for save in saves]
        read = (step for save in ends for first, last in save for step in (first.before, last))
        rows = _rows(filter(None, read))
        names = names_in(held for _row, held in rows.values())
        users = get_user_model().objects.in_bulk({save[-1].user for save in saves} - {None})
        entries = []
        for save, pairs in zip(saves, ends, strict=True):
            own = [step for step in save if not step.link]
            told = next((step for step in save if step.reason), save[-1])
            entries.append(
                Entry(
                    moment=save[-1].moment,
                    user=users.get(save[-1].user),
                    reason=told.reason or "",
                    about=told.model,
                    version=own[-1].number if own else None,
                    deeds=self._deeds(pairs, rows, names),
                )
            )
        return entries

    def _deeds(self, pairs, rows, names):
        """What one save did, without the record itself where only its parts changed."""
        deeds = []
        for first, last in pairs:
            deed = self._deed(first, last, rows, names)
            if deed.changes or deed.kind != Kind.CHANGED:
                deeds.append(deed)
        return deeds

    def _deed(self, first, last, rows, names):
        kind, link, nothing = _kind(first, last), last.link, nothing_in(last.model)
        row, new = rows[_key(last)]
        old = rows[_key(first.before)][1] if first.before else nothing
        part = None
        if kind == Kind.DELETED:
            new = nothing
        if link:
            part = row.history_object
            setattr(part, link.name, self.record)
            if None in (old[link], new[link]):  # it goes without saying
                old, new = old | {link: None}, new | {link: None}
        changes = [
            Change(
                label=label(field),
                language=language(field),
                old=in_words(field, old[field], names),
                new=in_words(field, new[field], names),
            )
            for field in nothing
            if old[field] != new[field]
        ]
        return Deed(kind, part and str(part), str(last.model._meta.verbose_name), changes)


def _kind(first, last):
    if last.kind == "-":
        return Kind.DELETED
    if first.kind == "+":
        return Kind.BROUGHT_BACK if first.before else Kind.CREATED
    return Kind.CHANGED if first.before else Kind.FIRST_KEPT


def _key(step):
    return step.model, step.number


def _steps(model, number, link=None):
    """The steps of the record `number` or, with their `link` to it, those of its parts."""
    rows = model.history.model.objects
    chosen = {"id": number}
    if link:
        chosen = {"id__in": rows.filter(**{link.attname: number}).values("id")}
    owner = link.attname if link else "id"
    last = {}
    for owned_by, *values in (
        rows.filter(**chosen)
        .order_by("history_date", "history_id")
        .values_list(
            *(owner, "history_id", "id", "history_date"),
            *("history_user_id", "history_change_reason", "history_type"),
        )
    ):
        step = Step(model, *values, before=None, link=link)
        before, owned_before = last.get(step.record, (None, None))
        last[step.record] = step, owned_by
        # A part may have come from another record, or gone to one.
        if number in (owned_by, owned_before):
            yield step._replace(before=before)


def _saves(steps):
    """The steps, oldest first, in groups: those that one save wrote."""
    saves = []
    for step in steps:
        if not (saves and _goes_with(step, saves[-1])):
            saves.append([])
        saves[-1].append(step)
    return saves


def _goes_with(step, save):
    reasons = {other.reason for other in save if not other.link}
    return (
        step.user == save[-1].user
        and step.moment - save[-1].moment <= ONE_SAVE
        and (step.link or not reasons or step.reason in reasons)
    )


def _ends(save):
    """The first and the last step in a save, of the record and then of each part."""
    ends = {}
    for step in sorted(save, key=lambda step: bool(step.link)):
        ends.setdefault((step.model, step.record), [step, step])[1] = step
    return ends.values()


def _rows(steps):
    """The row of each step, and what it holds, by `_key`."""
    numbers = defaultdict(set)
    for step in steps:
        numbers[step.model].add(step.number)
    rows = {}
    for model, wanted in numbers.items():
        links = links_of_versions(model, wanted)
        for number, row in model.history.model.objects.in_bulk(wanted).items():
            rows[model, number] = row, contents(model, row, links[number])
    return rows
