from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from jinhua_site.accounts.roles import name_of
from jinhua_site.core.languages import in_both_languages
from jinhua_site.office.dashboard import waiting_for


class Command(BaseCommand):
    help = "Mails each colleague what waits on their dashboard, in both languages."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="print, and send nothing")

    def handle(self, *, dry_run, **options):
        failed = []
        staff = get_user_model().objects.filter(is_active=True, is_staff=True)
        for user in staff.exclude(email=""):
            mail = digest(user)
            if not mail:
                continue
            if dry_run:
                self.stdout.write(f"{user.email}\n{mail.subject}\n\n{mail.body}\n")
                continue
            try:
                mail.send()
            except (SMTPException, OSError, ValueError) as error:
                failed.append(f"{user.get_username()}: {error}")
        if failed:
            raise CommandError("Not sent to\n" + "\n".join(failed))


def digest(user):
    """Return the mail that tells `user` what waits, or None if nothing does."""
    waiting = [(number, tile) for number, tile in waiting_for(user) if number]
    if not waiting:
        return None
    subject = in_both_languages(lambda: gettext("What waits on the college’s website"))
    body = in_both_languages(lambda: _text(user, waiting), between="\n\n\n")
    return EmailMessage(subject, body, to=[user.email])


def _text(user, waiting):
    lines = [gettext("Dear %(name)s, this waits for you:") % {"name": name_of(user)}]
    lines += [
        f"{number} · {tile.title}\n{settings.SITE_URL}{tile.address}" for number, tile in waiting
    ]
    return "\n\n".join(lines)
