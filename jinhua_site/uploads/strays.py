"""Finds what does not belong together: files that nothing names, records without their file."""

import re
import time
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import FileField

from jinhua_site.pictures import Picture

VERSION = re.compile(r"\d+w\.(avif|webp)")


class Found(NamedTuple):
    strays: list  # the paths of files that nothing names
    missing: list  # sentences about records
    named: int  # how many files are named at all


def find(older_than):
    """Files that no record, version, proposal or picture names, and records without theirs.

    What is younger than so many seconds may be about to be saved, and is left out.
    """
    files = [*_files(time.time() - older_than)]  # before the names: what is saved meanwhile has one
    named, pictures, missing = set(), set(), []
    for field in _fields():
        rows = field.model._base_manager.exclude(**{field.name: ""})
        for number, name in rows.values_list("pk", field.name):
            path = Path(field.storage.path(name))
            if not path.exists():
                missing.append(f"{field.model._meta.label} {number}: {field.name} {name}")
        names = {*rows.values_list(field.name, flat=True), *_earlier_names(field)} - {"", None}
        paths = {Path(field.storage.path(name)) for name in names}
        named |= paths
        if isinstance(field, Picture):
            pictures |= {path.with_suffix("") for path in paths}
    strays = [
        path
        for path in files
        if path not in named and not (path.parent in pictures and VERSION.fullmatch(path.name))
    ]
    return Found(sorted(strays), missing, len(named))


def remove(strays):
    """Take the files away, and the folders that are empty then."""
    roots = {*map(Path, _roots())}
    for path in strays:
        path.unlink(missing_ok=True)
        folder = path.parent
        while folder not in roots and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _fields():
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                yield field


def _earlier_names(field):
    """The names in every version that is kept, so that it can be restored."""
    if not hasattr(field.model, "history"):
        return ()
    return field.model.history.model.objects.values_list(field.name, flat=True).distinct()


def _roots():
    return settings.MEDIA_ROOT, settings.PRIVATE_ROOT


def _files(before):
    for root in _roots():
        for path in Path(root).rglob("*"):
            try:
                if path.is_file() and path.stat().st_mtime <= before:
                    yield path
            except FileNotFoundError:
                continue  # it was a passing one
