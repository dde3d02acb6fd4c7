"""How much room uploads have: what the operator gives them, and what the disk has left."""

import errno
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

# A picture becomes several files; together they have not yet been larger than it twice.
TIMES = 2
# Left free for the database, which cannot save a word once the disk is full.
KEPT_FREE = 64 * 1024 * 1024
ERRORS = (OSError, DatabaseError)  # of which some say that it is full
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def used():
    """The bytes of all uploads, public and private."""
    return sum(map(_size_of, (settings.MEDIA_ROOT, settings.PRIVATE_ROOT)))


def make_sure_of(size):
    """Raise `ValidationError`, in words for staff, where a file of `size` has no room."""
    size *= TIMES
    if used() + size > settings.UPLOADS_MAX:
        most = filesizeformat(settings.UPLOADS_MAX)
        raise ValidationError(
            _(
                "There is no room for this file: all uploads together may take %(most)s. "
                "The administrator can raise that. Nothing was saved."
            )
            % {"most": most}
        )
    if free() < size + KEPT_FREE:
        raise ValidationError(disk_is_full())


def free():
    """The bytes that are free where uploads are kept."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def disk_is_full():
    return _(
        "The website’s disk is full, so nothing was saved. What you wrote still stands here: "
        "keep this page open, tell the administrator, and save again."
    )


def says_that_it_is_full(error):
    """Whether an error means that there is no room, on the disk or in the database."""
    if isinstance(error, OSError):
        return error.errno in FULL
    # SQLite's words, and PostgreSQL's: 53100 is its code for a full disk.
    cause = error.__cause__
    return "is full" in str(error) or getattr(cause, "sqlstate", "") == "53100"


def _size_of(folder):
    size, folders = 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue  # it has gone meanwhile
    return size
