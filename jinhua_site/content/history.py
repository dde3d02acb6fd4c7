"""The history: every version of every record, with who changed it and why."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

import simple_history
from django.db import transaction
from django.db.models import CASCADE, Exists, OuterRef
from modeltranslation.translator import translator
from simple_history.models import HistoricalRecords

# How far apart the deletions of a record and of its parts may be.
IN_ONE_GO = timedelta(minutes=1)
_cause = ContextVar("cause", default=(None, None))


@contextmanager
def because(reason, user):
    """Give every version saved within the block this reason and this user."""
    token = _cause.set((reason, user))
    try:
        yield
    finally:
        _cause.reset(token)


class Records(HistoricalRecords):
    def finalize(self, sender, **kwargs):
        super().finalize(sender, **kwargs)
        sender.history_records = self

    def get_change_reason_for_object(self, instance, history_type, using):
        reason, _user = _cause.get()
        return reason or super().get_change_reason_for_object(instance, history_type, using)

    def get_history_user(self, instance):
        _reason, user = _cause.get()
        return user or super().get_history_user(instance)


def register(model, *texts, **options):
    """Give these fields of a model a column in every language, and keep its history."""
    translator.register(model, fields=texts, **options)
    links = [field.name for field in model._meta.local_many_to_many]
    # The column without a language repeats one of the others.
    simple_history.register(
        model, records_class=Records, excluded_fields=[*texts], m2m_fields=links
    )


def note(record, user, reason):
    """Add a remark to the history of a record that does not change."""
    with because(reason, user):
        record.history_records.create_historical_record(record, "~")


def deleted(model):
    """Return the last version of each deleted record of `model`, newest first."""
    versions = model.history.model.objects
    later = versions.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    existing = model._base_manager.filter(pk=OuterRef("id"))
    return versions.filter(~Exists(later), ~Exists(existing), history_type="-")


@transaction.atomic
def bring_back(version):
    """Restore a deleted record under its old key, with its relations and its parts.

    Its history continues where it ended. Raise `IntegrityError` if another record has
    taken its place, or if a record that it refers to is gone.
    """
    record = version.instance
    record.save(force_insert=True)
    whole = version.prev_record or version
    for field in record._meta.local_many_to_many:
        rows = getattr(whole, field.name).values_list(field.m2m_reverse_field_name(), flat=True)
        getattr(record, field.name).set(rows)
    for part in record._meta.related_objects:
        if part.on_delete is CASCADE and hasattr(part.related_model, "history"):
            since = version.history_date - IN_ONE_GO
            parts = deleted(part.related_model).filter(history_date__gte=since)
            for part_version in parts.filter(**{part.field.name: record.pk}):
                bring_back(part_version)
    return record
