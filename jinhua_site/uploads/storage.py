"""Files that are there as a whole or not at all, and go again where their rows were not kept."""

import os
import secrets
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.db import connection, transaction

PART = ".part"  # the suffix of a file that is not yet whole
_kept = ContextVar("kept", default=None)


@contextmanager
def together():
    """A transaction whose files are gone again where it, or a part of it, is undone."""
    outer, kept = _kept.get(), []
    token = _kept.set(kept)
    try:
        with transaction.atomic():
            try:
                yield
            finally:
                # Django forgets what was to be done after a commit once that is undone.
                waiting = {done for _sid, done, *_rest in connection.run_on_commit}
                for each in kept:
                    each.stands = each in waiting and not connection.needs_rollback
    except BaseException:
        for each in kept:
            each.stands = False
        raise
    finally:
        _kept.reset(token)
        for each in kept:
            if not each.stands:
                each.path.unlink(missing_ok=True)
            elif outer is not None:
                outer.append(each)


class Kept:
    """A file that was written within a transaction; called when that is committed."""

    def __init__(self, path):
        self.path, self.stands = path, False

    def __call__(self):
        self.stands = True


class WholeFileStorage(FileSystemStorage):
    """Writes a file under another name, on to the disk, and names it when it is whole."""

    def _save(self, name, content):
        path = Path(self.path(name))
        self._make_folder(path.parent)
        part = path.with_name(f".{secrets.token_hex(8)}{PART}")
        try:
            self._write(part, content)
            while not _renamed(part, path):
                name = self.get_available_name(name)
                path = Path(self.path(name))
        finally:
            part.unlink(missing_ok=True)
        _onto_the_disk(path.parent)
        self._note(path)
        return path.relative_to(self.location).as_posix()

    def _make_folder(self, folder):
        mode = 0o777 if (given := self.directory_permissions_mode) is None else given
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            with suppress(FileExistsError):
                each.mkdir(mode)
            if given is not None:
                each.chmod(mode)

    def _write(self, part, content):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            if self.file_permissions_mode is not None:
                part.chmod(self.file_permissions_mode)
            file.flush()
            os.fsync(file.fileno())

    def _note(self, path):
        kept = _kept.get()
        if kept is not None:
            kept.append(Kept(path))
            transaction.on_commit(kept[-1])


def _renamed(part, path):
    """Give a whole file its name; False where another has it, which is left alone."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        part.rename(path)
    return True


def _onto_the_disk(folder):
    """Let the name outlive a power cut too."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
