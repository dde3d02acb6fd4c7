import mimetypes

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "jinhua_site.web"
    verbose_name = _("site")

    def ready(self):
        # Python 3.11 does not know these, and browsers show no picture of an unknown type.
        mimetypes.add_type("image/avif", ".avif")
        mimetypes.add_type("image/webp", ".webp")

        from . import checks  # noqa: F401
