from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from jinhua_site.backups import BackupError, NotPutBackError
from jinhua_site.backups.restoring import restore
from jinhua_site.management.telling import Progress

from .backup import in_words, told


class Command(BaseCommand):
    help = (
        "Puts an archive of `backup` in the place of the database and the uploaded files. All of "
        "it is verified before anything is touched; what was there is kept aside."
    )

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--over-newer-data",
            action="store_true",
            help="even where something was changed since the archive was made",
        )

    def handle(self, *, archive, over_newer_data, **options):
        try:
            manifest, aside = restore(archive, over_newer_data, Progress(self.stdout))
        except NotPutBackError as error:
            raise CommandError(f"{archive} was restored in part. {error}") from None
        except BackupError as error:
            raise CommandError(f"Nothing was restored from {archive}. {error}") from None
        except (Error, connection.Database.Error) as error:
            raise CommandError(f"Nothing was restored: {' '.join(str(error).split())}") from None
        except OSError as error:
            raise CommandError(f"Nothing was restored: {in_words(error, archive)}.") from None
        self.stdout.write(f"Restored {archive}: {told(manifest)}, all as it was.")
        self.stdout.write(f"What was there lies in {aside}; everybody has to sign in again.")
        if manifest.missing_migrations:
            self.stdout.write("The archive is of an earlier release. Now run: manage.py migrate")
