from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "jinhua_site.staff"
    verbose_name = _("sign-in")

    def ready(self):
        from . import publications, sessions

        sessions.watch()
        publications.watch()
