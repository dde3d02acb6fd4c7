from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.publishing import version


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self):
        version.watch(self)
