"""One number that grows with every change of the content.

What a process has built from the content it may keep for as long as the
number stands. It looks at the number at most once a second; when the
database does not answer, it goes on with what it has. The row that stands on
every page is read along with the number, and costs no query of its own.
"""

import logging
import time
from functools import wraps

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Subquery
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone

logger = logging.getLogger(__name__)

LOOK_EVERY = 1  # second
MOST_KEPT = 64

_seen = {"number": 0, "row": None, "at": float("-inf")}
_carries = []


def current():
    """The number of the content, as it was at most a second ago."""
    return _look()["number"]


def carry(rows):
    """Let the first of what `rows()` finds be read along with the number, for `carried`."""
    _carries[:] = [rows]


def carried():
    """The row of `carry`, as it was at most a second ago; None when there is none."""
    return _look()["row"]


def _look():
    if time.monotonic() - _seen["at"] >= LOOK_EVERY:
        try:
            _seen.update(_read())
        except DatabaseError:
            logger.warning("The content version cannot be read; the last one goes on.")
        _seen["at"] = time.monotonic()
    return _seen


def _read():
    from .models import ContentVersion

    numbers = ContentVersion.objects.values_list("number", flat=True)
    for rows in _carries:
        row = rows().annotate(content_version=Subquery(numbers[:1])).first()
        if row:
            return {"number": row.content_version or 0, "row": row}
    return {"number": numbers.first() or 0, "row": None}


def bump():
    """Tell every process that the content has changed.

    Saves and deletions of watched models do it by themselves; whoever writes
    rows in bulk calls it after the commit.
    """
    from .models import ContentVersion

    if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1):
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1})
    _seen["at"] = float("-inf")


def watch(app):
    """Let every save and deletion in `app` change the number once it is committed."""
    for model in app.get_models():
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model)
        for field in model._meta.many_to_many:
            m2m_changed.connect(_changed, sender=field.remote_field.through)


def _changed(**kwargs):
    if not any(function is bump for _sid, function, *_rest in connection.run_on_commit):
        transaction.on_commit(bump)


def remembered(build):
    """Keep what `build` makes of its arguments until the content or the day changes."""
    kept = {}

    @wraps(build)
    def remembering(*args):
        stand = (current(), timezone.localdate())
        if kept.get("stand") != stand or len(kept) > MOST_KEPT:
            kept.clear()
            kept["stand"] = stand
        if args not in kept:
            kept[args] = build(*args)
        return kept[args]

    return remembering
