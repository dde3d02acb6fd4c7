"""What documents staff may upload, and where those lie that no visitor is served."""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 20 * 1024 * 1024
HEAD, TAIL = b"%PDF-", b"%%EOF"
# Readers look for the end in the last kilobyte; mail and printers add a few bytes behind it.
TAIL_WITHIN = 1024


def validate_document(file):
    """Refuse anything but a whole PDF of bearable size, whatever its name says.

    A document that is stored already was checked then, and may be missing from
    the disk. Raises `ValidationError` in words for staff.
    """
    if getattr(file, "_committed", False):
        return
    if file.size > MOST_BYTES:
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


def public_document(record, name):
    """Where a public document is kept: under its own name, and always as a PDF."""
    return f"documents/{PurePath(name).stem}.pdf"


def private_document(record, name):
    """Where a private document is kept: under a name that tells nothing."""
    return f"{record._meta.model_name}/{secrets.token_hex(16)}.pdf"


class PrivateStorage(FileSystemStorage):
    """A folder that no visitor is served from. Its files have no address."""

    base_url = None


def private_storage():
    return PrivateStorage(
        settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )
