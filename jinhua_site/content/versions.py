"""How a record once stood, with its parts.

A version is a row of the record's history. It holds until the next one, and so does
what was saved of the record's parts meanwhile: a form saves the record first.
"""

from typing import Any, NamedTuple

from django.db.models import CASCADE, OuterRef, Q, Subquery

from .field_labels import links_of_versions
from .history import IN_ONE_GO


class State(NamedTuple):
    record: Any  # the instance, as it stood
    links: dict  # the numbers of what it linked to, by many-to-many field name
    parts: dict  # the instances of its parts, by their model


def state_at(record, model, moment):
    """How a record, or the one of that number, stood at `moment`; none before it was there.

    Of what was deleted by then: how it stood last.
    """
    number = getattr(record, "pk", record)
    version = model.history.filter(id=number, history_date__lte=moment).first()
    return version and _state(version, Q(history_date__lte=moment), version)


def state_of(version):
    """How the record stood while `version` held."""
    later = version.next_record
    if later is None:
        return _state(version, Q(), version)
    deletion = version if version.history_type == "-" else later
    return _state(version, Q(history_date__lt=later.history_date), deletion)


def parts_of(model):
    """The relations to what is deleted along with a record of `model`: its parts."""
    related = model._meta.related_objects
    return [
        part
        for part in related
        if part.on_delete is CASCADE and hasattr(part.related_model, "history")
    ]


def _state(version, until, deletion):
    """What `version` holds, and the last of each part `until` then.

    What went along with the record in its `deletion`, where it is one, was still there.
    """
    model = version.instance_type
    there = ~Q(history_type="-")
    whole = version
    if deletion.history_type == "-":
        there |= Q(history_date__gte=deletion.history_date - IN_ONE_GO)
    if version.history_type == "-":
        whole = version.prev_record or version
    parts = {part.related_model: _parts(part, version.id, until, there) for part in parts_of(model)}
    links = links_of_versions(model, [whole.pk])[whole.pk]
    return State(version.history_object, links, parts)


def _parts(part, number, until, there):
    versions = part.related_model.history.model.objects
    last = versions.filter(until, id=OuterRef("id")).order_by("-history_date", "-history_id")
    rows = versions.filter(
        there, **{part.field.attname: number}, history_id=Subquery(last.values("history_id")[:1])
    )
    order = ["id" if name == "pk" else name for name in part.related_model._meta.ordering]
    return [row.history_object for row in rows.order_by(*order)]
