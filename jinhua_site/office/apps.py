from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.content import content_number


class OfficeConfig(AppConfig):
    name = "jinhua_site.office"
    verbose_name = _("office")

    def ready(self):
        from .proposals import review
        from .translations import texts

        content_number.every_second.connect(review.carry_out_what_is_due)
        texts.watch()


class OfficeAdminConfig(AdminConfig):
    """Uses the admin site that has the office's own pages."""

    default_site = "jinhua_site.office.site.OfficeSite"
