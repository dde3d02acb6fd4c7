"""Doing something to see what would come of it, and undoing it again: rows and files."""

import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jinhua_site.uploads.storage import WholeFileStorage

FOLDER = "rehearsals"
KEEP_FOR = 3600  # seconds; as long as somebody may look at the pictures of a preview
_folder = ContextVar("folder", default=None)


@contextmanager
def rehearsal(keep_files=False):
    """All that is written within is undone at its end.

    The files are gone too or, with `keep_files`, an hour later: a page that was made
    within may show them.
    """
    folder = f"{FOLDER}/{secrets.token_urlsafe(16)}"
    token = _folder.set(folder)
    try:
        with transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)
    finally:
        _folder.reset(token)
        _clear_away(None if keep_files else folder)


class RehearsingStorage(WholeFileStorage):
    """A folder of files, in which a rehearsal leaves the real ones alone."""

    def generate_filename(self, filename):
        folder = _folder.get()
        return super().generate_filename(f"{folder}/{filename}" if folder else filename)

    def delete(self, name):
        folder = _folder.get()
        if not folder or name.startswith(folder):
            super().delete(name)

    def _note(self, path):
        if not _folder.get():  # else the rehearsal itself clears away
            super()._note(path)


def _clear_away(folder):
    for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        if folder:
            shutil.rmtree(Path(root, folder), ignore_errors=True)
        with suppress(FileNotFoundError):
            for old in Path(root, FOLDER).iterdir():
                if old.stat().st_mtime < time.time() - KEEP_FOR:
                    shutil.rmtree(old, ignore_errors=True)
