from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jinhua_site.web"

    def ready(self):
        from . import checks  # noqa: F401
