"""The archive as a file: written beside its place, read to its last byte."""

import datetime
import gzip
import os
import re
import tarfile
import zlib
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

from . import BackupError
from .manifest import Manifest

NAME = "jinhua-%Y%m%dT%H%M%SZ.tar.gz"
BEFORE_UPDATE = "jinhua-%Y%m%dT%H%M%SZ-before-update.tar.gz"
NAMED = re.compile(r"jinhua-\d{8}T\d{6}Z(-before-update)?\.tar\.gz")
PART = ".part"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
FOLDERS = ("media", "private")
CHUNK = 1024 * 1024
COMPRESSION = 3  # pictures and PDFs are compressed already


def archives(folder):
    """The archives in a folder with the moment of each, newest first."""
    found = [path for path in folder.glob("jinhua-*") if NAMED.fullmatch(path.name)]
    return [(path, moment_of(path)) for path in sorted(found, reverse=True)]


def moment_of(path):
    name = BEFORE_UPDATE if is_before_update(path) else NAME
    return datetime.datetime.strptime(path.name, name).replace(tzinfo=datetime.UTC)


def is_before_update(path):
    return str(path).endswith("-before-update.tar.gz")


class Hashed:
    """A stream that is read, with the digest of what was read of it."""

    def __init__(self, stream):
        self._stream, self._sha, self.size = stream, sha256(), 0

    def read(self, size=-1):
        chunk = self._stream.read(size)
        self._sha.update(chunk)
        self.size += len(chunk)
        return chunk

    def copy(self, out=None):
        while chunk := self.read(CHUNK):
            if out:
                out.write(chunk)
        return self.said

    @property
    def said(self):
        return {"bytes": self.size, "sha256": self._sha.hexdigest()}


class Content(Hashed):
    """That of a member of an archive, which may be damaged just there."""

    def read(self, size=-1):
        with whole():
            return super().read(size)


@contextmanager
def whole():
    """`BackupError` for all that may come up in reading what is no whole archive."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, tarfile.TarError, zlib.error):
        raise BackupError("It is damaged or cut off, or no archive at all.") from None


class Writer:
    def __init__(self, tar):
        self._tar, self.files = tar, {}

    def add(self, name, path):
        """Take a file in; `FileNotFoundError` where it has gone."""
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            hashed = Hashed(stream)
            self._tar.addfile(_described(name, status.st_size, status), hashed)
        self.files[name] = hashed.said

    def close(self, manifest):
        text = manifest.as_bytes()
        self._tar.addfile(_described(MANIFEST, len(text)), BytesIO(text))


def _described(name, size, status=None):
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    if status:
        member.mtime, member.mode = status.st_mtime, status.st_mode & 0o777
    return member


@contextmanager
def writing(file):
    """A `Writer` for a new archive, which is there whole at the end or not at all."""
    part = file.with_name(f".{file.name}{PART}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with (
                gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writer(tar)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(file)
        sync(file.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise


def sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def members(file, progress):
    """Each member's description with its content, in order; `BackupError` if it is not whole."""
    size = file.stat().st_size
    with (
        whole(),
        file.open("rb") as raw,
        gzip.GzipFile(fileobj=raw) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|") as tar,
    ):
        for member in tar:
            if not (member.isreg() and is_ours(member.name)):
                raise BackupError(f"It holds {member.name!r}, which no archive of ours does.")
            yield member, Content(tar.extractfile(member))
            progress("Read", raw.tell(), size)
        while unpacked.read(CHUNK):  # its checksum stands at its very end
            pass


def is_ours(name):
    """Whether it is a name that an archive may hold: none leads out of its folder."""
    path = PurePosixPath(name)
    if "\0" in name or str(path) != name or ".." in path.parts or path.is_absolute():
        return False
    if len(path.parts) == 1:
        return name == MANIFEST or name in DATABASES.values()
    return path.parts[0] in FOLDERS


def verify(file, progress, into=None):
    """The manifest, once every member was found as it says.

    The copy of the database is left in the folder `into`, if one is named.
    """
    found, manifest = {}, None
    for member, content in members(file, progress):
        if manifest or member.name in found:
            raise BackupError(f"{member.name} stands in a place where it should not.")
        if member.name == MANIFEST:
            manifest = Manifest.of(content.read())
        elif into and member.name in DATABASES.values():
            with (into / member.name).open("wb") as out:
                found[member.name] = content.copy(out)
        else:
            found[member.name] = content.copy()
    if not manifest:
        raise BackupError("It has no manifest: it is cut off, or no archive of this site.")
    if found != manifest.files or DATABASES.get(manifest.engine) not in found:
        wrong = sorted(
            name
            for name in found.keys() | manifest.files.keys()
            if found.get(name) != manifest.files.get(name)
        )
        raise BackupError(
            f"It is not what its manifest says: {', '.join(wrong[:3]) or 'database'}."
        )
    return manifest
