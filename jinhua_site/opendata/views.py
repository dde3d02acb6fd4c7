"""Open data: the page that explains the files, the files, and their descriptions."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import http_date
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import CODES, bcp47
from jinhua_site.web.headers import for_other_sites

from .datasets import CATALOGUE
from .files import FORMATS
from .schema import schema_of

ABOUT = {
    "title": _("Open data"),
    "summary": _(
        "What the college publishes here, as tables in English and in Chinese, with dates and "
        "sources."
    ),
    "formats": FORMATS,
}


def page(request):
    """Explain the files, column by column."""
    with_rows = [overview for overview in CATALOGUE.overviews() if overview["total"]]
    return render(request, "data.html", ABOUT | {"overviews": with_rows})


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
    content = schema_of(_named(CATALOGUE.datasets, name))
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _for_everybody(text, "application/schema+json")


def catalogue(request):
    """Describe every dataset with its files to machines, in the DCAT vocabulary."""
    overviews = CATALOGUE.overviews()
    modified = max(filter(None, (each["modified"] for each in overviews)), default=None)
    context = ABOUT | {"overviews": overviews, "modified": modified}
    text = render_to_string("catalogue.json", context, request)
    return _for_everybody(text, "application/ld+json")


def _named(things, name):
    try:
        return things[name]
    except KeyError:
        raise Http404 from None


def _for_everybody(text, media_type):
    """Return a file in both languages that pages of any site may fetch."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Content-Language": ", ".join(map(bcp47, CODES)),
        "X-Robots-Tag": "noindex",
    }
    content_type = f"{media_type}; charset=utf-8"
    return for_other_sites(HttpResponse(text, content_type=content_type, headers=headers))
