from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jinhua_site.content import content_number
from jinhua_site.web.navigation import add_list


class ProfileConfig(AppConfig):
    name = "profile"
    verbose_name = _("College profile")

    def ready(self):
        from jinhua_site.opendata.datasets import CATALOGUE

        from . import checks  # noqa: F401
        from .context import get_college
        from .datasets import FACTS, FACULTIES, MAJORS
        from .models import Faculty, Figure, Major

        content_number.watch(self)
        CATALOGUE.publisher = get_college
        CATALOGUE.add(FACTS, FACULTIES, MAJORS)
        add_list("profile:facts", Figure.objects.published)
        add_list("profile:faculties", Faculty.objects.published)
        add_list("profile:majors", Major.objects.published)
