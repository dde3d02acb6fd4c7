"""One number that grows with every change of what the public sees.

What a process has built from the content it may keep for as long as the
number stands. It looks at the number at most once a second; when the
database does not answer, it goes on with what it has. The row that stands on
every page is read along with the number, and costs no query of its own.

A draft does not change the number: see `watch`.
"""

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from threading import Event, Lock

from django.db import Error, connection, transaction
from django.db.models import F, Subquery
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

logger = logging.getLogger(__name__)

LOOK_EVERY = 1  # second
MOST_KEPT = 64

_seen = {"number": 0, "row": None, "due": None, "at": float("-inf"), "answered": True}
_carries = []
_alarms = []
_listeners = []
_reading = Lock()  # what was read later is also written later
_owed = Event()
_aside = ContextVar("aside", default=False)


def current():
    """The number of the content, as it was at most a second ago."""
    return _look()["number"]


def stand():
    """What a page is good for: the number of the content, and the day in the college."""
    return current(), timezone.localdate()


def look():
    """Look at the number now, however long ago it was looked at; whether the database answered.

    As long as it stands, nothing else is read.
    """
    if _owed.is_set():
        _owed.clear()
        bump()
    _refresh(_read_if_changed)
    return _seen["answered"]


def on_bump(listen):
    """Let `listen()` be called as soon as this very process has changed the number."""
    _listeners.append(listen)


def carry(rows):
    """Let the first of what `rows()` finds be read along with the number, for `carried`."""
    _carries[:] = [rows]


def carried():
    """The row of `carry`, as it was at most a second ago; None when there is none."""
    return _look()["row"]


@contextmanager
def aside():
    """Within it nothing is remembered or taken from memory: what is read will be undone."""
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)


def on_due(carry_out):
    """Let `carry_out()` be called when the moment of `set_due` has come."""
    _alarms[:] = [carry_out]


def carry_out_what_is_due():
    """Do so if that moment has come; whether it had. What fails is tried again."""
    if not _seen["due"] or _seen["due"] > timezone.now():
        return False
    _seen["due"] = None
    for carry_out in _alarms:
        try:
            carry_out()
        except Exception:
            logger.exception("What is due could not be carried out.")
    return True


@contextmanager
def alarm():
    """Within it nobody else calls `set_due`, so that what is read before it still holds."""
    from .models import ContentVersion

    with transaction.atomic():
        yield list(ContentVersion.objects.select_for_update().filter(pk=1))


def set_due(moment):
    """Tell every process when something takes effect by itself; None for never."""
    from .models import ContentVersion

    if not ContentVersion.objects.filter(pk=1).update(due=moment):
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1, "due": moment})


def _look():
    if _aside.get():
        return _read()
    if time.monotonic() - _seen["at"] >= LOOK_EVERY:
        _refresh(_read)
        if not _listeners and carry_out_what_is_due():  # else it is done beside the requests
            _refresh(_read)
    return _seen


def _refresh(read):
    try:
        with _reading:
            _seen.update(read())
        _note(answered=True)
    except Error:
        _note(answered=False)
    _seen["at"] = time.monotonic()


def _note(answered):
    """Write into the log when the database goes away and when it is back."""
    if answered != _seen["answered"]:
        _seen["answered"] = answered
        told = "answers again" if answered else "does not answer; what is known goes on"
        logger.warning("The database %s.", told)


def _read_if_changed():
    from .models import ContentVersion

    now = ContentVersion.objects.values("number", "due").first()
    return now if now and _seen["row"] and now["number"] == _seen["number"] else _read()


def _read():
    from .models import ContentVersion

    numbers = ContentVersion.objects.values("number", "due")
    for rows in _carries:
        row = rows().annotate(
            content_version=Subquery(numbers.values("number")[:1]),
            content_due=Subquery(numbers.values("due")[:1]),
        )
        row = row.first()
        if row:
            number, due = row.content_version or 0, row.content_due
            return {"number": number, "row": row, "due": due}
    return {"number": 0, "due": None, **(numbers.first() or {}), "row": None}


def bump():
    """Tell every process that what the public sees has changed.

    Saves and deletions of watched models do it by themselves; whoever writes
    rows in bulk calls it after the commit. Where that fails, the next look does it.
    """
    from .models import ContentVersion

    try:
        if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1):
            ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1})
    except Error:
        if not _listeners:  # nobody in this process looks again
            raise
        _owed.set()
        return
    _seen["at"] = float("-inf")
    for listen in _listeners:
        listen()


def watch(app):
    """Let every save and deletion in `app` that the public may notice change the number.

    What its model's `published()` does not give, neither before nor after, is nothing to
    the public. The records of a model that has no such word are public always.
    """
    for model in app.get_models():
        if hasattr(model, "history_object"):
            continue  # a version of a record, whose own save says so
        for before, after in ((pre_save, post_save), (pre_delete, post_delete)):
            before.connect(_look_before, sender=model)
            after.connect(_changed, sender=model)
        for field in model._meta.many_to_many:
            m2m_changed.connect(_changed, sender=field.remote_field.through)


def _look_before(instance, **kwargs):
    instance._was_public = not _is_due() and _is_public(instance)


def _changed(instance, **kwargs):
    was_public = instance.__dict__.pop("_was_public", False)
    if not _is_due() and (was_public or _is_public(instance)):
        transaction.on_commit(bump)


def _is_due():
    """Whether the number grows in any case once this transaction is committed."""
    return any(function is bump for _sid, function, *_rest in connection.run_on_commit)


def _is_public(record):
    """Whether the public may see the record, as it stands in the database now."""
    rows = type(record)._base_manager.all()
    if hasattr(type(record)._default_manager, "published"):
        rows = type(record)._default_manager.published()
    return record.pk is not None and rows.filter(pk=record.pk).exists()


def remembered(build):
    """Keep what `build` makes of its arguments until the content or the day changes."""
    latest = None, {}

    @wraps(build)
    def remembering(*args):
        nonlocal latest
        if _aside.get():
            return build(*args)
        now = stand()
        if latest[0] != now or len(latest[1]) > MOST_KEPT:
            latest = now, {}
        # A thread that is overtaken by a change goes on with what it began with.
        kept = latest[1]
        if args not in kept:
            kept[args] = build(*args)
        return kept[args]

    return remembering
