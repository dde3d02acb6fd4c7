from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from jinhua_site.content.loader import ContentError, load


class Command(BaseCommand):
    help = "Loads the content that ships with the site; what staff have changed is kept."

    def handle(self, *args, **options):
        try:
            with override("en"):
                outcome = load()
        except ContentError as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        counts = ", ".join(f"{count} {what}" for what, count in sorted(outcome.items()))
        self.stdout.write(f"Content: {counts}.")
