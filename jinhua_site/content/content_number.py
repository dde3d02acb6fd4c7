"""One number says where the public content stands: a row in the database.

It is raised with each change that the public can see, so not with a change of a draft. Each
process polls it beside all requests, which empties its page cache.
"""

import logging
import time
from threading import Event, Lock, Thread

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

logger = logging.getLogger(__name__)

POLL_EVERY = 0.4  # seconds; with the rendering, an edit shows on every node within one
SILENT_AFTER = 3  # seconds without an answer: the database is away, or hangs
JOBS_EVERY = 1  # seconds

_raised = Event()  # wakes this process's poller
_owed = Event()  # the number could not be raised; the next poll does it
_jobs = []


def raise_number():
    """Tell every process that what the public sees has changed.

    Saves and deletions of watched models do it; whoever writes rows in bulk calls it after the
    commit.
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


def every_second(job):
    """Let each process that serves pages call `job()` again and again, beside the requests."""
    _jobs.append(job)


class Poller:
    """What the public content stands at, as this process knows it from its last poll."""

    cache_key = None  # the number, and the day in the college: what is current may follow from it

    def __init__(self):
        self._beginning, self._has_begun, self._has_polled = Lock(), False, Event()
        self._answered_at, self._has_failed = float("-inf"), False

    @property
    def is_silent(self):
        """Whether the database has not answered for a while."""
        return time.monotonic() - self._answered_at > SILENT_AFTER

    def begin(self):
        """Poll from now on. The first request calls it, since a fork takes no threads along."""
        with self._beginning:
            if not self._has_begun:
                self._has_begun = True
                for target in (self._poll_again_and_again, self._do_jobs_again_and_again):
                    Thread(target=target, daemon=True).start()
        if not self._has_polled.wait(SILENT_AFTER):
            self._has_polled.set()  # it hangs, and nobody else waits for it

    def poll(self):
        """Ask the database once. What it does not answer leaves all as it was."""
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

    def do_jobs(self):
        for job in _jobs:
            try:
                job()
            except Exception:  # the next time it may go well
                logger.exception("%s failed.", job.__qualname__)

    def _poll_again_and_again(self):
        while True:
            close_old_connections()
            self.poll()
            self._has_polled.set()
            _raised.wait(POLL_EVERY)
            _raised.clear()

    def _do_jobs_again_and_again(self):
        """Apart: a job may take its time over a picture, or wait for a locked record."""
        while True:
            time.sleep(JOBS_EVERY)
            if not self.is_silent:
                close_old_connections()
                self.do_jobs()


def watch(app):
    """Raise the number with every save and deletion in `app` that the public can see.

    It cannot see what `published()` of its model does not give, neither before nor after. The
    records of a model without `published()` are always public.
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
    """Whether this transaction raises the number in any case once it is committed."""
    return any(function is raise_number for _sid, function, *_rest in connection.run_on_commit)


def _is_public(record):
    """Whether the public can see the record, as it stands in the database now."""
    rows = type(record)._base_manager.all()
    if hasattr(type(record)._default_manager, "published"):
        rows = type(record)._default_manager.published()
    return record.pk is not None and rows.filter(pk=record.pk).exists()
