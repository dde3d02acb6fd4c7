from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from jinhua_site.accounts.models import AuditEntry


class Command(BaseCommand):
    help = (
        "Removes ended sessions, imports that nobody has confirmed within a day, and entries of "
        "the audit log that nobody has to keep any more."
    )

    def handle(self, *args, **options):
        call_command("clearsessions")
        # Django removes expired imports only once the cache is full.
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(tzinfo=None))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cache WHERE expires < %s", [now])
        days = settings.AUDIT_LOG_DAYS
        before = timezone.now() - timedelta(days=days)
        removed, _kinds = AuditEntry.objects.filter(at__lt=before).delete()
        self.stdout.write(f"Audit log: {removed} entries older than {days} days removed.")
