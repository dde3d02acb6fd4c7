"""Files that staff upload: checked before they are stored, under names that nobody can guess."""

import errno
import logging
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .dry_run import writes_no_files

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
KEPT_FREE = 64 * MIB  # for the database, which cannot save anything on a full disk
UNSAFE = re.compile(r"[^\w-]+")
LONGEST_NAME = 40
MOST_OF_A_DOCUMENT = 20 * MIB
HEAD, TAIL = b"%PDF-", b"%%EOF"
# Readers look for the end in the last kilobyte; mail and printers append some bytes.
TAIL_WITHIN = 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


# Fields and folders


class UploadStorage(FileSystemStorage):
    """A folder in which a dry run writes nothing."""

    def _save(self, name, content):
        return name if writes_no_files.get() else super()._save(name, content)


class PrivateStorage(UploadStorage):
    """A folder that is never served to visitors; its files have no address."""

    base_url = None


def private_storage():
    return PrivateStorage(
        settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )


class UploadField(models.FileField):
    """A field that checks each file and stores it in a folder that nobody can guess."""

    accept = ""  # the media types that a browser offers to choose from

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
        # No longest name: `generate_filename` shortens it.
        field = super().formfield(**kwargs | {"max_length": None})
        field.widget.attrs.setdefault("accept", self.accept)
        return field


class Document(UploadField):
    """A PDF, offered as a download and never displayed within the site."""

    accept = "application/pdf"

    def look_into(self, file):
        if file.size > MOST_OF_A_DOCUMENT:
            raise ValidationError(_("The document is larger than 20 MB. Make it smaller first."))
        file.seek(0)
        head = file.read(len(HEAD))
        file.seek(max(0, file.size - TAIL_WITHIN))
        tail = file.read()
        file.seek(0)
        if head != HEAD:
            raise ValidationError(_("This is not a PDF. Scan the paper, or save the text, as one."))
        if TAIL not in tail:
            raise ValidationError(_("This PDF has lost its end. Save it or send it once more."))

    def generate_filename(self, instance, filename):
        """Give the file the suffix `.pdf`, whatever its name was."""
        return super().generate_filename(instance, f"{PurePath(filename).stem}.pdf")


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
