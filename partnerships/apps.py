from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.content import content_number


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self):
        content_number.watch(self)
