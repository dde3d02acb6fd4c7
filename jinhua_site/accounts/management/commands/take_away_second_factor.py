from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from jinhua_site.accounts.credentials import take_away_second_factor


class Command(BaseCommand):
    help = "Lets a colleague in with the password alone, for when no administrator can do it."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if not user:
            raise CommandError(f"There is no user named {username!r}.")
        if not take_away_second_factor(user):
            raise CommandError(f"{username} has no second factor.")
        self.stdout.write(f"{username} signs in with the password alone now.")
