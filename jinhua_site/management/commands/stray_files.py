from django.core.management.base import BaseCommand, CommandError

from jinhua_site.uploads import strays

FOUND = 1
HOUR = 3600


class Command(BaseCommand):
    help = (
        "Lists uploaded files that no record, version or proposal names, as a crash leaves them, "
        "and records whose file is missing. With --remove it takes the former away. Exit code 1 "
        "when anything is left to be seen to."
    )

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="take the stray files away")
        parser.add_argument(
            "--older-than",
            metavar="HOURS",
            type=float,
            default=24,
            help="leave younger files alone, which may be about to be saved (default: 24)",
        )

    def handle(self, *, remove, older_than, **options):
        found = strays.find(older_than * HOUR)
        for path in found.strays:
            self.stdout.write(f"stray: {path}")
        for record in found.missing:
            self.stdout.write(f"missing: {record}")
        if remove and found.strays and not found.named:
            raise CommandError(
                "Nothing was removed: no record names any file. Is this the right database?"
            )
        if remove:
            strays.remove(found.strays)
        told = f"{len(found.strays)} stray files{' removed' if remove else ''}"
        told += f", {len(found.missing)} files missing, {found.named} named."
        if found.missing or (found.strays and not remove):
            raise CommandError(told, returncode=FOUND)
        self.stdout.write(told)
