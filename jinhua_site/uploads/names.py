"""The names that files come with: made safe as they arrive, before anything shows them."""

import re
import unicodedata
from pathlib import PurePath

from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParserError

LONGEST = 44  # characters; folders and a mark of its own have to fit beside it
LONGEST_FIELD = 200
# Letters of every script, digits, and what joins them.
UNSAFE = re.compile(r"[^\w.+-]+")
# What Windows takes for a device, whatever follows its first full stop.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
NAMELESS = "file"


def safe(name):
    """A name that any disk, log and page can bear, as near as can be to `name`."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(letter for letter in name if letter.isprintable() or letter.isspace())
    path = PurePath(UNSAFE.sub("-", name).strip(".-_ ") or NAMELESS)
    stem, suffix = path.stem.rstrip(".-"), path.suffix[:10]
    stem = stem[: LONGEST - len(suffix)].rstrip(".-") or NAMELESS
    return f"{'_' if RESERVED.match(stem) else ''}{stem}{suffix}"


class SafelyNamed:
    """Takes a file under a safe name, and none under the name of no field."""

    def new_file(self, field_name, file_name, *args, **kwargs):
        if len(field_name) > LONGEST_FIELD:
            raise MultiPartParserError("A field has too long a name.")
        return super().new_file(field_name, safe(file_name), *args, **kwargs)


class InMemory(SafelyNamed, MemoryFileUploadHandler):
    pass


class OnDisk(SafelyNamed, TemporaryFileUploadHandler):
    pass
