from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jinhua_site.accounts"
    verbose_name = _("sign-in")

    def ready(self):
        from . import events, roles

        for signal, receiver in events.RECEIVERS:
            signal.connect(receiver, weak=False)
        post_migrate.connect(make_cache_table, sender=self)
        post_migrate.connect(roles.grant, sender=self)


def make_cache_table(using, **kwargs):
    """Create the cache table, in which failed tries are counted, if it is missing."""
    call_command("createcachetable", database=using, verbosity=0)
