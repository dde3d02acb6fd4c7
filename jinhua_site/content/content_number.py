"""The content number: a counter in the database, raised by each change of the public content.

A change of a draft does not raise it. Each process polls the number in a thread of its own;
with a new number, the pages in its cache are outdated.
"""

import logging
import time
from threading import Event, Lock, Thread

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import Signal
from django.utils import timezone

logger = logging.getLogger(__name__)

POLL_EVERY = 0.4  # seconds; an edit shows on every node within one, rendering included
SILENT_AFTER = 3  # seconds without an answer, after which the database counts as away

_raised = Event()  # wakes this process's poller
_owed = Event()  # the number could not be raised; the next poll does it
every_second = Signal()  # sent in a thread of each process that serves pages


def raise_number():
    """Tell every process that what the public sees has changed.

    Saving or deleting a record of a watched model does this. Code that writes rows in bulk has to
    call it after the commit.
    """
    from .models import ContentNumber

    try:
        ContentNumber.objects.update_or_create(
            pk=1, defaults={"number": F("number") + 1}, create_defaults={"number": 1}
        )
    except Error:
        _owed.set()
        raise
    _raised.set()


def read_number():
    from .models import ContentNumber

    return ContentNumber.objects.values_list("number", flat=True).first() or 0


class Poller:
    """The content number as of this process's last poll."""

    cache_key = None  # the number, and the date at the college, since pages may depend on it

    def __init__(self):
        self._beginning, self._has_begun, self._has_polled = Lock(), False, Event()
        self._answered_at, self._has_failed = float("-inf"), False

    @property
    def is_silent(self):
        """Whether the database has not answered for a while."""
        return time.monotonic() - self._answered_at > SILENT_AFTER

    def begin(self):
        """Start polling. The first request calls this, since threads do not survive a fork."""
        with self._beginning:
            if not self._has_begun:
                self._has_begun = True
                for target in (self._poll_again_and_again, self._send_every_second):
                    Thread(target=target, daemon=True).start()
        if not self._has_polled.wait(SILENT_AFTER):
            self._has_polled.set()  # the database hangs; later requests do not wait

    def poll(self):
        """Read the number once; if the database does not answer, keep the last one."""
        try:
            if _owed.is_set():
                _owed.clear()
                raise_number()
            self.cache_key = read_number(), timezone.localdate()
        except Exception as error:
            if not self._has_failed:
                logger.warning("The database does not answer; what is known goes on: %s", error)
            self._has_failed = True
        else:
            if self._has_failed:
                logger.warning("The database answers again.")
            self._answered_at, self._has_failed = time.monotonic(), False

    def _poll_again_and_again(self):
        while True:
            close_old_connections()
            self.poll()
            self._has_polled.set()
            _raised.wait(POLL_EVERY)
            _raised.clear()

    def _send_every_second(self):
        """Run in a thread of its own, since a receiver may be slow or wait for a locked record."""
        while True:
            time.sleep(1)
            if not self.is_silent:
                close_old_connections()
                every_second.send_robust(Poller)


def watch(app):
    """Raise the number whenever a public record of `app` is saved or deleted.

    A record is public if its model's `published()` contains it before or after the change.
    Records of a model without `published()` are always public.
    """
    for model in app.get_models():
        if hasattr(model, "history_object"):
            continue  # a version of a record, which is saved with the record
        for before, after in ((pre_save, post_save), (pre_delete, post_delete)):
            before.connect(_before_change, sender=model)
            after.connect(_after_change, sender=model)
        for field in model._meta.many_to_many:
            m2m_changed.connect(_after_change, sender=field.remote_field.through)


def _before_change(instance, **kwargs):
    instance._was_public = not _will_be_raised() and _is_public(instance)


def _after_change(instance, **kwargs):
    was_public = instance.__dict__.pop("_was_public", False)
    if not _will_be_raised() and (was_public or _is_public(instance)):
        transaction.on_commit(raise_number, robust=True)


def _will_be_raised():
    """Whether the commit of this transaction already raises the number."""
    return any(function is raise_number for _sid, function, *_rest in connection.run_on_commit)


def _is_public(record):
    """Whether the public can see the record as it is in the database now."""
    rows = type(record)._base_manager.all()
    if hasattr(type(record)._default_manager, "published"):
        rows = type(record)._default_manager.published()
    return record.pk is not None and rows.filter(pk=record.pk).exists()
