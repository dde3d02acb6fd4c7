from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jinhua_site.accounts"
    verbose_name = _("sign-in")

    def ready(self):
        from . import audit, roles

        for signal, receiver in audit.RECEIVERS:
            signal.connect(receiver, weak=False)
        post_migrate.connect(roles.grant, sender=self)
