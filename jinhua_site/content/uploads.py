"""Files that staff upload: looked into before they are kept, under names that nobody can guess."""

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
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection, models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
KEPT_FREE = 64 * MIB  # for the database, which cannot save a word once the disk is full
STORAGE_ERRORS = (OSError, DatabaseError)  # of which some mean that the disk is full
UNSAFE = re.compile(r"[^\w-]+")
LONGEST_NAME = 40
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_uncommitted = ContextVar("uncommitted", default=None)


# Files and transactions


@contextmanager
def together(keep_files=False):
    """A transaction whose files go again where it, or a part of it, is rolled back."""
    is_part_of_another = connection.in_atomic_block
    files, committed = set(), []
    token = _uncommitted.set(None if keep_files else files)
    try:
        with transaction.atomic():
            transaction.on_commit(partial(committed.append, True))
            yield
        if is_part_of_another:  # whose end is not known here
            files.clear()
    except BaseException:
        if committed:  # only what is done after a commit has failed
            files.clear()
        raise
    finally:
        _uncommitted.reset(token)
        for path in files:
            remove(path)


class UploadStorage(FileSystemStorage):
    """A folder of files that `together` can take back."""

    def _save(self, name, content):
        files = _uncommitted.get()
        if files is not None:
            path = Path(self.path(name))
            files.add(path)
            transaction.on_commit(partial(files.discard, path))
        return super()._save(name, content)


class PrivateStorage(UploadStorage):
    """A folder that no visitor is served from. Its files have no address."""

    base_url = None


def private_storage():
    return PrivateStorage(
        settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )


def remove(path):
    """Remove a file, and the folder that it had for itself."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # other files are in it
        path.parent.rmdir()


# Fields


class UploadField(models.FileField):
    """A field whose files are looked into first; each lies in a folder nobody can guess."""

    def look_into(self, file):
        """Raise `ValidationError`, in words for staff, where the file is not to be kept."""

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
        """A folder of its own and, as far as any disk can bear it, the name it came with."""
        path = PurePath(filename)
        stem = UNSAFE.sub("-", path.stem)[:LONGEST_NAME].strip("-") or "file"
        name = f"{secrets.token_hex(16)}/{stem}{path.suffix}"
        return super().generate_filename(instance, name)

    def deconstruct(self):
        """To the database it is a file like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**kwargs | {"max_length": None})  # it gets a name of its own


def was_refused(file):
    """Whether a field has looked into the file and did not take it."""
    return getattr(file, "refused", False)


# Room


def make_sure_of_room(size):
    """Raise `ValidationError` where a file of `size` is too much for the disk or its share."""
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
    """The bytes of all uploads, public and private."""
    return sum(status.st_size for _path, status in files())


def files():
    """Each upload, public and private: its path and what the disk says of it."""
    for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        for folder, _folders, names in os.walk(root):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):  # it has gone meanwhile
                    yield path, path.stat()


def disk_is_full():
    return _(
        "The website’s disk is full, so nothing was saved. What you wrote still stands here: "
        "keep this page open, tell the administrator, and save again."
    )


def means_that_the_disk_is_full(error):
    if isinstance(error, OSError):
        return error.errno in FULL
    # SQLite's words, and PostgreSQL's code for it.
    return "is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
