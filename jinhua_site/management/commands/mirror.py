from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import override

from jinhua_site.mirror import MirrorError
from jinhua_site.mirror.asking import Website
from jinhua_site.mirror.checking import compare
from jinhua_site.mirror.making import CURRENT, Manifest, make

DRIFTED, NOT_DONE = 1, 2
TOLD = 10  # times, where no one watches


class Command(BaseCommand):
    help = (
        "Writes the whole public site as plain files, for when the site itself is away. "
        "With --check it compares them with the site: exit code 1 when any differs, 2 when "
        "it cannot tell."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.VAR_DIR / "mirror")
        parser.add_argument("--check", action="store_true", help="compare, and write nothing")
        parser.add_argument(
            "--against",
            metavar="ADDRESS",
            default=settings.SITE_URL,
            help="where the site to compare with answers, when not at SITE_URL",
        )

    def handle(self, *, folder, check, against, **options):
        try:
            (self.compare if check else self.make)(folder.absolute(), against)
        except MirrorError as error:
            raise CommandError(str(error), returncode=NOT_DONE) from None
        except OSError as error:
            reason = f"{error.strerror or error} ({error.filename or folder})"
            stays = "" if check else " The mirror that was there stays."
            raise CommandError(f"{reason}.{stays}", returncode=NOT_DONE) from None

    def make(self, folder, _against):
        manifest = self._told(make(folder), "Written")
        self.stdout.write(
            f"Mirror: {manifest.addresses} addresses and the static files, from version "
            f"{manifest.content_version} of the content, in {folder / CURRENT}."
        )

    def compare(self, folder, against):
        manifest = Manifest.of_current(folder)
        self.stdout.write(_described(manifest))
        drift = self._told(compare(folder, Website(against)), "Compared")
        for state, addresses in drift.found.items():
            for address in addresses:
                self.stdout.write(f"{state}: {address}")
        if drift.number:
            raise CommandError(
                f"{drift.number} addresses have drifted; {drift.total} were compared with "
                f"{against}.",
                returncode=DRIFTED,
            )
        self.stdout.write(f"No drift: {drift.total} addresses are as {against} answers them.")

    def _told(self, work, what):
        """What the generator `work` returns, having told how far it is as it goes on."""
        watched, tenth = self.stdout.isatty(), 0
        while True:
            try:
                done, total = next(work)
            except StopIteration as end:
                return end.value
            if watched:
                self.stdout.write(f"\r{what} {done} of {total}", ending="")
                if done == total:
                    self.stdout.write()
                self.stdout.flush()
            elif done * TOLD // total > tenth:
                tenth = done * TOLD // total
                self.stdout.write(f"{what} {done} of {total}")


def _described(manifest):
    """How old the mirror is, and whether its age alone makes its pages differ."""
    made = timezone.localtime(manifest.made)
    with override("en"):
        age = timesince(made).replace("\xa0", " ")
    said = (
        f"The mirror was made {age} ago, on {made:%Y-%m-%d at %H:%M}, from version "
        f"{manifest.content_version} of the content."
    )
    if made.date() != timezone.localdate():
        said += " Citations name the day of their page: those of another day differ by it."
    return said
