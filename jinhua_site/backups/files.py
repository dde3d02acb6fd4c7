"""What staff uploaded: which files there are, and how others are put in their place."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from jinhua_site.office import spreadsheet_waiting

from . import BackupError, NotPutBackError
from .archive import Hashed, sync

NEW = ".restoring"  # a folder in each root, from which whole files are renamed
PASSING = {spreadsheet_waiting.FOLDER, NEW}


def roots():
    """The folders of the files, by their name in an archive."""
    return {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}


def uploaded():
    """Every file, by its name in an archive, but those of a preview or of an import that waits."""
    found = {}
    for name, root in roots().items():
        for folder, folders, files in os.walk(root):
            if Path(folder) == root:
                folders[:] = [each for each in folders if each not in PASSING]
            for file in files:
                path = Path(folder, file)
                if path.is_file() and not path.is_symlink():
                    found[f"{name}/{path.relative_to(root).as_posix()}"] = path
    return dict(sorted(found.items()))


class Exchange:
    """Puts the files of an archive beside those that are there, and can take it back.

    Only when the database is exchanged too, those that it does not name are put aside.
    So neither database, the old one or the new, ever names a file that is not there.
    """

    def __init__(self, aside):
        self._aside, self._added, self._replaced = aside, [], []
        self._there = uploaded()  # what comes from now on may be the restored database's own

    def put(self, member, content, said):
        """The file as the manifest `said`, under its name."""
        target = self._place(member.name)
        if target.is_file() and _digest(target) == said:
            return
        new = roots()[member.name.partition("/")[0]] / NEW / "file"
        _make(new.parent, member.name)
        with new.open("wb") as out:
            if content.copy(out) != said:
                raise BackupError(f"{member.name} is no more what it was a moment ago.")
            out.flush()
            os.fsync(out.fileno())
        new.chmod(member.mode)
        os.utime(new, (member.mtime, member.mtime))
        _make(target.parent, member.name)
        if target.exists():
            kept = self._aside / member.name
            _make(kept.parent, member.name)
            shutil.copy2(target, kept)
            self._replaced.append((kept, target))
        else:
            self._added.append(target)
        new.replace(target)
        sync(target.parent)

    def undo(self):
        self.clear()
        for target in self._added:
            with suppress(OSError):  # one that stays does no harm
                target.unlink()
        failed = []
        for kept, target in self._replaced:
            try:
                shutil.move(kept, target)  # needs no room, as a copy would
            except OSError as error:
                failed.append(f"{target}: {error.strerror or error}")
        if failed:
            raise NotPutBackError(
                f"These files were not put back ({'; '.join(failed)}) and lie in {self._aside}."
            )

    def put_aside(self, names):
        """Move each file that was there and is not among `names` out of the way."""
        for name in self._there.keys() - names:
            kept = self._aside / name
            with suppress(OSError):  # one that stays does no harm
                _make(kept.parent, name)
                shutil.move(self._there[name], kept)

    def clear(self):
        for root in roots().values():
            shutil.rmtree(root / NEW, ignore_errors=True)

    def _place(self, name):
        folder, _, rest = name.partition("/")
        root = roots()[folder].resolve()
        target = root / rest
        if root not in target.resolve().parents:
            raise BackupError(f"{name} would be written outside of {root}.")
        return target


def _make(folder, name):
    private = name.startswith("private/")
    folder.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)


def _digest(path):
    with path.open("rb") as stream:
        return Hashed(stream).copy()
