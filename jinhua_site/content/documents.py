"""PDFs that staff upload: checked for type and size, and stored unchanged."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .uploads import MIB, UploadField

MOST_BYTES = 20 * MIB
HEAD, TAIL = b"%PDF-", b"%%EOF"
# Readers look for the end in the last kilobyte; mail and printers append some bytes.
TAIL_WITHIN = 1024


class Document(UploadField):
    """A PDF, offered as a download and never displayed within the site."""

    accept = "application/pdf"

    def look_into(self, file):
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

    def generate_filename(self, instance, filename):
        """Give the file the suffix `.pdf`, whatever its name was."""
        return super().generate_filename(instance, f"{PurePath(filename).stem}.pdf")
