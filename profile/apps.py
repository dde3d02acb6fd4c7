from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.content import content_number


class ProfileConfig(AppConfig):
    name = "profile"
    verbose_name = _("College profile")

    def ready(self):
        content_number.watch(self)
