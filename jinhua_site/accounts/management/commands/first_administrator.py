import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

NAME = "admin"


class Command(BaseCommand):
    help = "Makes one administrator with a random password when there is none, and prints it once."

    def handle(self, *args, **options):
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(16)
        # Print before the commit, so that no account exists whose password nobody has seen.
        with transaction.atomic():
            users.create_superuser(NAME, password=password)
            self.stdout.write(
                f"Administrator: {NAME}   password: {password}\n"
                "It is shown this once; change it in the admin."
            )
            self.stdout.flush()
