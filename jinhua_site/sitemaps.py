"""The public addresses of the site, for search engines, and for the tests."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from partnerships.models import AreaOfInterest, Partner, Practice
from profile.models import Fact, Faculty, Major

from .languages import bcp47


class BilingualSitemap(Sitemap):
    """Both languages of each page, naming each other, under `SITE_URL`."""

    i18n = True
    alternates = True

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def get_urls(self, *args, **kwargs):
        """With language tags as XML wants them, and English for all other languages.

        Django's own x-default leads to a redirect.
        """
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            tags = [(bcp47(link["lang_code"]), link["location"]) for link in url["alternates"]]
            tags += [("x-default", location) for tag, location in tags if tag == "en"]
            url["alternates"] = [{"lang_code": tag, "location": link} for tag, link in tags]
        return urls


class Pages(BilingualSitemap):
    def items(self):
        return [
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
