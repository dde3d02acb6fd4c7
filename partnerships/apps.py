from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.content import content_number
from jinhua_site.web.navigation import add_list


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self):
        from jinhua_site.opendata.datasets import CATALOGUE

        from .datasets import AGREEMENTS, PARTNERS, PRACTICES
        from .models import Partner

        content_number.watch(self)
        CATALOGUE.add(PARTNERS, AGREEMENTS, PRACTICES)
        add_list("partnerships:partners", Partner.objects.published)
