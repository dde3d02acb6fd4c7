"""What a database holds: a digest of each table's rows, and when any of them was last changed."""

from hashlib import sha256
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import Max
from django.utils import timezone

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
NUMBER = "SELECT number FROM publishing_contentnumber"
# What comes and goes by itself: nobody would miss it.
PASSING = {"office.presence", "staff.tries"}
PASSING_FIELDS = {"last_login"}


def digest(rows):
    count, sha = 0, sha256()
    for count, row in enumerate(rows, start=1):  # noqa: B007
        sha.update(repr(row).encode())
    return {"rows": count, "sha256": sha.hexdigest()}


def newest_change():
    """When a row was last written, by what the rows say; None where the database is empty."""
    if not connection.introspection.table_names():
        return None
    now, moments = timezone.now(), []
    for model in apps.get_models():
        if model._meta.label_lower in PASSING or model._meta.db_table == session_table():
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.DateTimeField) and field.name not in PASSING_FIELDS:
                rows = model._base_manager.filter(**{f"{field.name}__lte": now})
                moments.append(rows.aggregate(newest=Max(field.name))["newest"])
    return max(filter(None, moments), default=None)


def session_table():
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store.get_model_class()._meta.db_table


def after_restoring(execute, tables, number):
    """Sign everybody out, and let every cache find that the content is another.

    `number` is one that the content never stood at, not even in what was lost. In SQL,
    since the schema may be that of an earlier release.
    """
    if session_table() in tables:
        execute(f"DELETE FROM {session_table()}")  # noqa: S608
    execute(f"UPDATE publishing_contentnumber SET number = {int(number)}")  # noqa: S608
