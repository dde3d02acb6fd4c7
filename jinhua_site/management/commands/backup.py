from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from jinhua_site.backups import BackupError
from jinhua_site.backups.archive import BEFORE_UPDATE, NAME, verify
from jinhua_site.backups.making import make
from jinhua_site.backups.retention import USUAL, tidy, wish
from jinhua_site.management.telling import Progress


class Command(BaseCommand):
    help = (
        "Puts the database and all uploaded files into one archive, reads it back, and removes "
        "archives that are older than need be. With --check it reads one, and changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BACKUP_DIR)
        parser.add_argument("--check", metavar="ARCHIVE", type=Path, help="is it whole?")
        parser.add_argument("--keep", default=USUAL, help=f"{USUAL!r}, or 'all'")
        parser.add_argument("--before-update", action="store_true", help="this one stays 30 days")

    def handle(self, *, folder, check, keep, before_update, **options):
        progress = Progress(self.stdout)
        where = f"{check}: " if check else "No backup was made. "
        try:
            if check:
                self.check_one(check, progress)
            else:
                name = BEFORE_UPDATE if before_update else NAME
                self.make(folder, name, wish(keep), progress)
        except BackupError as error:
            raise CommandError(f"{where}{error}") from None
        except (Error, connection.Database.Error) as error:
            words = " ".join(str(error).split())
            raise CommandError(f"{where}The database cannot be copied: {words}.") from None
        except OSError as error:
            raise CommandError(f"{where}{in_words(error, folder)}.") from None

    def make(self, folder, name, wishes, progress):
        file, manifest = make(folder.absolute(), progress, name)
        size = file.stat().st_size / 1e6
        self.stdout.write(f"Backup: {file} ({size:.1f} MB), read back: {told(manifest)}.")
        try:
            stay, gone = tidy(file.parent, wishes)
        except OSError as error:
            raise CommandError(f"An older one stays: {in_words(error, folder)}.") from None
        self.stdout.write(f"Kept {stay} archives, removed {gone}.")

    def check_one(self, file, progress):
        manifest = verify(file, progress)
        self.stdout.write(f"{file} is whole: {told(manifest)}, made {manifest.made}.")


def in_words(error, where):
    """What the system refused, and of which file."""
    return f"{error.strerror or error} ({error.filename or where})"


def told(manifest):
    """What an archive holds, in a few words."""
    return (
        f"{manifest.rows} rows in {len(manifest.tables)} tables of {manifest.engine}, "
        f"{len(manifest.files) - 1} files, version {manifest.content_version} of the content"
    )
