"""The public addresses of the site, for search engines and for the tests."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.urls import reverse

from jinhua_site.core.languages import bcp47
from jinhua_site.pages.context import college_with_lists
from jinhua_site.web.navigation import is_shown
from jinhua_site.web.page_cache import reads
from partnerships.models import AreaOfInterest, Partner, Practice
from profile.models import Fact, Faculty, Major

PAGES = [
    "home",
    "profile:facts",
    "profile:faculties",
    "profile:majors",
    "partnerships:home",
    "partnerships:partners",
    "profile_text",
    "data",
    "contact",
    "accessibility",
    "privacy",
]


class BilingualSitemap(Sitemap):
    """Both languages of each page, linked to each other, under `SITE_URL`."""

    i18n = True
    alternates = True

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def get_urls(self, page=1, site=None, protocol=None):
        """Name the languages as XML does, and English as the x-default: Django's redirects."""
        urls = super().get_urls(page)
        for url in urls:
            english = [link for link in url["alternates"] if link["lang_code"] == "en"]
            for link in url["alternates"]:
                link["lang_code"] = bcp47(link["lang_code"])
            url["alternates"] += [link | {"lang_code": "x-default"} for link in english]
        return urls


class Pages(BilingualSitemap):
    def items(self):
        college = college_with_lists()
        return [name for name in PAGES if is_shown(name, college)]

    def location(self, item):
        return reverse(item)


class Records(BilingualSitemap):
    """A page for each published record of `model`."""

    def __init__(self, model):
        self.model = model

    def items(self):
        return self.model.objects.published().order_by("pk")

    def lastmod(self, item):
        return getattr(item, "changed", None)


SITEMAPS = {"pages": Pages()} | {
    model._meta.model_name: Records(model)
    for model in (Fact, Faculty, Major, Partner, AreaOfInterest, Practice)
}


@reads("p")
def sitemap(request):
    return views.sitemap(request, SITEMAPS)
