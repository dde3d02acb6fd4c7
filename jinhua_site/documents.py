"""What documents staff may upload, and where those lie that no visitor is served."""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.grammar import set_apart
from jinhua_site.publishing.rehearsal import RehearsingStorage
from jinhua_site.uploads.field import Checked, checked
from jinhua_site.uploads.limited import FileRefused, in_words, look_into

MOST_BYTES = 20 * 1024 * 1024
HEAD, TAIL = b"%PDF-", b"%%EOF"
# Readers look for the end in the last kilobyte; mail and printers add a few bytes behind it.
TAIL_WITHIN = 1024


def validate_document(file):
    """Refuse at a glance what is not a whole PDF of bearable size, whatever its name says.

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


def made_of(file, field):
    """The document written anew, without metadata and without what a reader does not see.

    One with a digital signature, which that would break, stays as it is. One that would
    do something is refused rather than changed behind its author's back.
    """
    try:
        return look_into("document", file).files[0]
    except FileRefused as refusal:
        raise ValidationError(_refusal(refusal)) from None


def _refusal(refusal):
    if refusal.code == "active":
        reasons = {
            "script": gettext("a script or a program"),
            "form": gettext("a form that sends data"),
            "files": gettext("other files"),
            "media": gettext("sound or film"),
        }
        found = set_apart([reasons[reason] for reason in refusal.told["reasons"]])
        words = _(
            "This PDF has more in it than pages: %(found)s. Print it “to PDF”, which leaves "
            "that out, and upload the new file."
        )
        return words % {"found": found}
    if refusal.code == "password":
        return _("This PDF asks for a password. Save it without one.")
    return in_words(refusal.code) or _(
        "This PDF is damaged. Open it, save or print it “to PDF”, and upload the new file."
    )


class DocumentFile(FieldFile):
    def save(self, name, content, save=True):
        super().save(name, ContentFile(checked(content, self.field)), save)


class Document(Checked, models.FileField):
    """A PDF, kept as a clean copy."""

    attr_class = DocumentFile
    make = staticmethod(made_of)

    def deconstruct(self):
        """To the database it is a file like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs

    def formfield(self, **kwargs):
        field = super().formfield(**kwargs)
        field.widget.attrs.setdefault("accept", "application/pdf")
        return field


def public_document(record, name):
    """Where a public document is kept: under its own name, and always as a PDF."""
    return f"documents/{PurePath(name).stem}.pdf"


def private_document(record, name):
    """Where a private document is kept: under a name that tells nothing."""
    return f"{record._meta.model_name}/{secrets.token_hex(16)}.pdf"


class PrivateStorage(RehearsingStorage):
    """A folder that no visitor is served from. Its files have no address."""

    base_url = None


def private_storage():
    return PrivateStorage(
        settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )
