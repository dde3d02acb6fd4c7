import time
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import FileField

from jinhua_site.content import uploads

DAY = 24 * 3600


class Command(BaseCommand):
    help = (
        "Removes uploaded files older than a day that no record, version or proposal names, as a "
        "failed save or a preview leaves them, and lists records whose file is missing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only list them")

    def handle(self, *, dry_run, **options):
        # Younger files may be about to be saved.
        before = time.time() - DAY
        # List the files before the names, so that a file saved in between is no stray.
        old = [path for path, status in uploads.files() if status.st_mtime <= before]
        named, missing = names()
        folders = {path.parent for path in named}  # a picture's renditions lie beside it
        strays = sorted(path for path in old if path.parent not in folders)
        for path in strays:
            self.stdout.write(f"stray: {path}")
        for record in missing:
            self.stdout.write(f"missing: {record}")
        if strays and not named:
            raise CommandError("Nothing was removed: no record names a file. The right database?")
        for path in () if dry_run else strays:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # other files are still in its folder
                path.parent.rmdir()
        summary = (
            f"{len(strays)} stray files{'' if dry_run else ' removed'}, {len(missing)} missing."
        )
        if missing:
            raise CommandError(summary)
        self.stdout.write(summary)


def names():
    """Return the paths that records and versions name, and the records whose file is missing."""
    named, missing = set(), []
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    for field in fields:
        if isinstance(field, FileField):
            for key, name in _filled_in(field.model._base_manager, field):
                path = Path(field.storage.path(name))
                named.add(path)
                if not path.exists():
                    missing.append(f"{field.model._meta.label} {key}: {field.name} {name}")
            if hasattr(field.model, "history"):
                versions = _filled_in(field.model.history, field)
                named |= {Path(field.storage.path(name)) for _key, name in versions}
    return named, missing


def _filled_in(records, field):
    return records.exclude(**{field.name: ""}).values_list("pk", field.name)
