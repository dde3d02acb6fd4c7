"""Where the rows of a spreadsheet wait, out of the public's reach, until they are confirmed."""

import json
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from .files import Row

FOLDER = "imports"
KEPT = 24 * 3600  # seconds
KEY = re.compile(r"[\w-]{32}", re.ASCII)


def keep(sheet, rows):
    """Keep the rows that were tried, and how their records stood; returns a key to them."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # also one that was there before
    forget()
    key = secrets.token_urlsafe(24)
    kept = {
        "whose": _whose(sheet),
        "file_name": sheet.file_name,
        "rows": [(row.number, row.cells) for row in rows],
        "stood": {line.number: line.stood for line in sheet.lines},
    }
    path = folder / f"{key}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept), encoding="utf-8")
    return key


def take(sheet, key):
    """The name of the file, its rows and how their records stood; None when they are gone.

    They can be taken once, and only by the colleague who left them there.
    """
    forget()
    if not KEY.fullmatch(key):
        return None
    path = _folder() / f"{key}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["whose"] != _whose(sheet):
            return None
        path.unlink()  # of two that come at once, one finds it
    except FileNotFoundError:
        return None
    rows = [Row(number, cells) for number, cells in kept["rows"]]
    return kept["file_name"], rows, kept["stood"]


def forget():
    """Remove what nobody has confirmed in time."""
    for old in _folder().glob("*.json"):
        with suppress(FileNotFoundError):  # somebody takes it just now
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink()


def _folder():
    return Path(settings.PRIVATE_ROOT) / FOLDER


def _whose(sheet):
    return [sheet.user.pk, sheet._meta.model._meta.label_lower]
