from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from jinhua_site.publishing import version


class OfficeConfig(AppConfig):
    name = "jinhua_site.office"
    verbose_name = _("office")

    def ready(self):
        from . import due, roles, stale

        version.on_due(due.carry_out_what_is_due)
        stale.watch()
        post_migrate.connect(roles.grant, sender=self)


class OfficeAdminConfig(AdminConfig):
    """Django's admin, on the site that has the office's own pages."""

    default_site = "jinhua_site.office.site.OfficeSite"
