from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "jinhua_site.web"
    verbose_name = _("site")

    def ready(self):
        from . import checks  # noqa: F401
