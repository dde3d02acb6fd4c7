"""Writes the mirror into a new folder, and lets it take the old one's place in one step.

In the mirror's folder `current` is a link to the newest one, which a web server
takes for its root, and beside each stands a file that says when and from what
it was made. The one before is kept until the next run, for those still reading it.
"""

import datetime
import fcntl
import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils._os import safe_join
from whitenoise.compress import Compressor

from jinhua_site.languages import CODES
from jinhua_site.publishing.models import ContentVersion
from jinhua_site.web.errors import bare
from profile.context import get_college

from . import MirrorError
from .asking import Application
from .crawl import HTML, crawl, is_static, links
from .plain import content, file_name

CURRENT = "current"
OWN_PAGES = ("index.html", "404.html")  # which the site does not have
NAME = "%Y%m%dT%H%M%S.%fZ"
NAMED = re.compile(r"\d{8}T\d{6}\.\d{6}Z(?:\.json)?")


@dataclass(frozen=True)
class Manifest:
    """When a mirror was made, from which version of the content, and of which site."""

    made: datetime.datetime
    content_version: int
    site: str
    addresses: int

    def write(self, file):
        said = vars(self) | {"made": self.made.isoformat(timespec="seconds")}
        file.write_text(json.dumps(said, indent=2) + "\n")

    @classmethod
    def of_current(cls, folder):
        """That of the mirror in use; `MirrorError` when there is none."""
        try:
            release = (folder / CURRENT).readlink().name
            said = json.loads((folder / f"{release}.json").read_text())
        except (OSError, ValueError):
            raise MirrorError(f"There is no mirror in {folder}; run `manage.py mirror`.") from None
        return cls(**said | {"made": datetime.datetime.fromisoformat(said["made"])})


def make(folder):
    """Make a new mirror in `folder`; yields how many addresses are done of how many known.

    Returns its `Manifest`. Raises `MirrorError`, or `OSError` where the disk
    is full or closed; the old mirror then stays as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _remove_all_but_current(folder)
        moment = datetime.datetime.now(datetime.UTC)
        release = folder / moment.strftime(NAME)
        version = ContentVersion.objects.values_list("number", flat=True).first() or 0
        try:
            release.mkdir()
            total = yield from _fill(release)
            manifest = Manifest(moment, version, settings.SITE_URL, total)
            manifest.write(release.with_name(f"{release.name}.json"))
            _flush(folder, release)
        except BaseException:  # an interrupt too leaves nothing half-done
            shutil.rmtree(release, ignore_errors=True)
            raise
        _swap_in(folder, release)
    return manifest


@contextmanager
def _alone(folder):
    """The lock falls with the process, however that ends."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MirrorError(f"Another run is making the mirror in {folder}.") from None
        yield


def _remove_all_but_current(folder):
    link = folder / CURRENT
    kept = link.readlink().name if link.is_symlink() else None
    for file in folder.iterdir():
        if NAMED.fullmatch(file.name) and kept not in (file.name, file.stem):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


def _fill(release):
    _copy_static_files(release / settings.STATIC_URL.strip("/"))
    failed, known = [], 0
    for done, (address, answer, known) in enumerate(crawl(Application()), start=1):
        if answer.is_there:
            _write(release, file_name(address), content(address, answer))
            failed += _missing_static_files(release, address, answer)
        else:
            failed.append(f"{address} answers {answer.status}")
        yield done, known
    if failed:
        raise MirrorError("\n".join(["The site is not whole, and no mirror was made:", *failed]))
    context = {"college": get_college(), "codes": CODES}
    own = render_to_string("mirror/index.html", context), bare(404)
    for name, page in zip(OWN_PAGES, own, strict=True):
        _write(release, name, page.encode())
    return known


def _copy_static_files(folder):
    """All of them, since a page that somebody has open may need those of an earlier release."""
    files = [file for file in settings.STATIC_ROOT.rglob("*.*") if file.is_file()]
    if not files:
        raise MirrorError("There are no static files; run `manage.py collectstatic` first.")
    for file in files:
        if file.name != "staticfiles.json":  # the list of them, for the application
            copy = folder / file.relative_to(settings.STATIC_ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def _missing_static_files(release, address, answer):
    if answer.kind == HTML:
        for link in filter(is_static, links(address, answer.body.decode())):
            if not (release / file_name(link)).is_file():
                yield f"{address} needs {link}, which is not there"


def _write(release, name, body):
    file = Path(safe_join(release, name))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    packer = Compressor(quiet=True)
    if packer.should_compress(file.name):
        packer.compress(str(file))


def _flush(folder, release):
    """Have all of it on the disk before anybody is led there."""
    for root, _folders, files in os.walk(release):
        for name in (*files, "."):
            _sync(Path(root, name))
    _sync(release.with_name(f"{release.name}.json"))
    _sync(folder)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap_in(folder, release):
    new = folder / f".{CURRENT}"
    new.unlink(missing_ok=True)
    new.symlink_to(release.name)
    new.replace(folder / CURRENT)
    _sync(folder)
