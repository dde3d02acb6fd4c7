"""The public addresses of the site, for search engines and for the tests."""

from itertools import chain
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


MODELS = [Fact, Faculty, Major, Partner, AreaOfInterest, Practice]


class BilingualSitemap(Sitemap):
    """Both languages of each page and each published record, linked to each other."""

    i18n = alternates = True
    protocol = urlsplit(settings.SITE_URL).scheme

    def items(self):
        college = college_with_lists()
        pages = [name for name in PAGES if is_shown(name, college)]
        return chain(pages, *(model.objects.published().order_by("pk") for model in MODELS))

    def location(self, item):
        return reverse(item) if item in PAGES else item.get_absolute_url()

    def lastmod(self, item):
        return getattr(item, "changed", None)

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


@reads("p")
def sitemap(request):
    return views.sitemap(request, {"pages": BilingualSitemap})
