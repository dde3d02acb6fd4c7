"""Open data: the page that explains the files, the files, and their descriptions."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import CODES, bcp47
from jinhua_site.web.headers import for_other_sites
from jinhua_site.web.structured_data import script

from . import catalogue as descriptions
from .datasets import CATALOGUE
from .files import FORMATS

TITLE = _("Open data")
SUMMARY = _(
    "What the college publishes here, as tables in English and in Chinese, with dates and sources."
)


def page(request):
    """Explain the files, column by column."""
    college = CATALOGUE.publisher()
    with_rows = [overview for overview in CATALOGUE.overviews() if overview["total"]]
    context = {
        "title": TITLE,
        "summary": SUMMARY,
        "formats": FORMATS,
        # The script is for search engines.
        "overviews": [
            (overview, script(descriptions.structured(college, **overview)))
            for overview in with_rows
        ],
    }
    return render(request, "data.html", context)


def download(request, name, suffix):
    """Return a file of a dataset."""
    dataset, file = _named(CATALOGUE.datasets, name), _named(FORMATS, suffix)
    modified = dataset.modified()
    response = _for_everybody(file.write(dataset, modified), file.media_type)
    college, day = slugify(CATALOGUE.publisher().name_en), timezone.localdate()
    response["Content-Disposition"] = f"attachment; filename={college}-{name}-{day}.{suffix}"
    response["Link"] = f'<{dataset.address("schema.json")}>; rel="describedby"'
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    return response


def schema(request, name):
    content = descriptions.schema(_named(CATALOGUE.datasets, name))
    return _for_everybody(_dumped(content), "application/schema+json")


def catalogue(request):
    overviews, college = CATALOGUE.overviews(), CATALOGUE.publisher()
    content = descriptions.catalogue(overviews, TITLE, SUMMARY, college)
    return _for_everybody(_dumped(content), "application/ld+json")


def _named(things, name):
    try:
        return things[name]
    except KeyError:
        raise Http404 from None


def _dumped(content):
    return json.dumps(content, ensure_ascii=False, indent=2)


def _for_everybody(text, media_type):
    """Return a file in both languages that pages of any site may fetch."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Content-Language": ", ".join(map(bcp47, CODES)),
        "X-Robots-Tag": "noindex",
    }
    content_type = f"{media_type}; charset=utf-8"
    return for_other_sites(HttpResponse(text, content_type=content_type, headers=headers))
