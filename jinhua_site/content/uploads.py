"""Files that staff upload: checked before they are stored, under names that nobody can guess."""

import errno
import logging
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path, PurePath

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection, models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
KEPT_FREE = 64 * MIB  # for the database, which cannot save anything on a full disk
UNSAFE = re.compile(r"[^\w-]+")
LONGEST_NAME = 40
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_uncommitted = ContextVar("uncommitted", default=None)


# Files and transactions


@contextmanager
def together(keep_files=False):
    """Open a transaction that removes the files stored in it if it is rolled back."""
    is_part_of_another = connection.in_atomic_block
    files, committed = set(), []
    token = _uncommitted.set(None if keep_files else files)
    try:
        with transaction.atomic():
            transaction.on_commit(partial(committed.append, True))
            yield
        if is_part_of_another:  # which decides later whether to commit
            files.clear()
    except BaseException:
        if committed:  # only a function called after the commit has failed
            files.clear()
        raise
    finally:
        _uncommitted.reset(token)
        for path in files:
            remove(path)


class UploadStorage(FileSystemStorage):
    """A folder whose new files `together` can remove again."""

    def _save(self, name, content):
        files = _uncommitted.get()
        if files is not None:
            path = Path(self.path(name))
            files.add(path)
            transaction.on_commit(partial(files.discard, path))
        return super()._save(name, content)


class PrivateStorage(UploadStorage):
    """A folder that is never served to visitors; its files have no address."""

    base_url = None


def private_storage():
    return PrivateStorage(
        settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )


def remove(path):
    """Remove a file and its own folder."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # a picture's renditions are still in it
        path.parent.rmdir()


# Fields


class UploadField(models.FileField):
    """A field that checks each file and stores it in a folder that nobody can guess."""

    def look_into(self, file):
        """Raise `ValidationError`, with a message for staff, if the file is unacceptable."""

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if value and not value._committed:
            try:
                make_sure_of_room(value.size)
                self.look_into(value.file)
            except ValidationError as refusal:
                logger.warning("An upload was refused as %s: %s", self, refusal.messages)
                value.file.refused = True
                raise
        return value

    def generate_filename(self, instance, filename):
        """Return a random folder and the file's name, shortened and limited to safe characters."""
        path = PurePath(filename)
        stem = UNSAFE.sub("-", path.stem)[:LONGEST_NAME].strip("-") or "file"
        name = f"{secrets.token_hex(16)}/{stem}{path.suffix}"
        return super().generate_filename(instance, name)

    def deconstruct(self):
        """Let migrations see a plain `FileField`."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**kwargs | {"max_length": None})  # `generate_filename` shortens it


def was_refused(file):
    """Whether a field has checked the file and refused it."""
    return getattr(file, "refused", False)


# Room


def make_sure_of_room(size):
    """Raise `ValidationError` if a file of `size` exceeds the upload limit or the free space."""
    if used() + size > settings.UPLOADS_MAX:
        message = _(
            "There is no room for this file: all uploads together may take %(most)s. "
            "The administrator can raise that. Nothing was saved."
        )
        raise ValidationError(message % {"most": filesizeformat(settings.UPLOADS_MAX)})
    root = Path(settings.MEDIA_ROOT)
    disk = next(folder for folder in (root, *root.parents) if folder.exists())
    if shutil.disk_usage(disk).free < size + KEPT_FREE:
        raise ValidationError(disk_is_full())


def used():
    """The size of all uploads in bytes, public and private."""
    return sum(status.st_size for _path, status in files())


def files():
    """Yield the path and the `stat` of each upload, public and private."""
    for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        for folder, _folders, names in os.walk(root):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):  # removed in the meantime
                    yield path, path.stat()


def disk_is_full():
    return _(
        "The website’s disk is full, so nothing was saved. What you wrote still stands here: "
        "keep this page open, tell the administrator, and save again."
    )


@contextmanager
def full_disk_told(request, message):
    """Show the message to the user if something cannot be stored because the disk is full."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        is_full = getattr(error, "errno", None) in FULL
        # SQLite's message, and PostgreSQL's error code.
        is_full |= "is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
        if not is_full:
            raise
        messages.error(request, message)
