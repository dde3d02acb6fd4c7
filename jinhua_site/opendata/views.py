"""Open data: the page that explains the files, the files, and what machines are told of them."""

import json
from functools import partial, wraps
from hashlib import sha256

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import ResponseHeaders
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import CODES, bcp47
from jinhua_site.web.headers import for_other_sites
from jinhua_site.web.page_cache import FRESHNESS
from jinhua_site.web.structured_data import script

from . import catalogue as descriptions
from .catalogue import structured
from .files import FORMATS, in_blocks
from .registry import DATASETS, get_publisher
from .state import overviews, version

TITLE = _("Open data")
SUMMARY = _(
    "What the college publishes here, as tables in English and in Chinese, with dates and sources."
)


class OpenHeaders(ResponseHeaders):
    """Headers without the `Vary` that the locale middleware adds at addresses of no language.

    The files hold both languages, and are the same for everybody.
    """

    def __setitem__(self, name, value):
        if name.lower() != "vary":
            super().__setitem__(name, value)


def open_data(view):
    """Whoever asks, from whatever site, gets the same answer, and may keep it for a while."""

    @wraps(view)
    def opened(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers = OpenHeaders(dict(response.headers))
        response["Access-Control-Allow-Origin"] = "*"
        response["Content-Language"] = ", ".join(map(bcp47, CODES))
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = FRESHNESS
        return for_other_sites(response)

    return opened


def page(request):
    """What the files hold, column by column."""
    college = get_publisher()
    with_rows = [overview for overview in overviews(DATASETS.values()) if overview.total]
    context = {
        "title": TITLE,
        "summary": SUMMARY,
        "formats": FORMATS,
        # The second is for search engines.
        "overviews": [(each, script(structured(each, college))) for each in with_rows],
    }
    return render(request, "data.html", context)


@open_data
def download(request, name, suffix):
    """A file of a dataset, sent as it is read; nothing to those who have it already."""
    dataset, file = _named(DATASETS, name), _named(FORMATS, suffix)
    state = version(dataset)

    def whole():
        text = in_blocks(file.write(dataset, state.modified)) if request.method != "HEAD" else ()
        college, day = slugify(get_publisher().name_en), timezone.localdate()
        return StreamingHttpResponse(
            text,
            content_type=f"{file.media_type}; charset=utf-8",
            headers={
                "Content-Disposition": f"attachment; filename={college}-{name}-{day}.{suffix}",
                "Link": f'<{dataset.address("schema.json")}>; rel="describedby"',
            },
        )

    return _unless_known(request, f"{state.tag}-{suffix}", state.modified, whole)


@open_data
def schema(request, name):
    return _json(request, _dumped(descriptions.schema(_named(DATASETS, name))), "schema+json")


@open_data
def catalogue(request):
    standing = overviews(DATASETS.values())
    text = _dumped(descriptions.catalogue(standing, TITLE, SUMMARY, get_publisher()))
    return _json(request, text, "ld+json")


def _dumped(content):
    return json.dumps(content, ensure_ascii=False, indent=2)


def _named(things, name):
    try:
        return things[name]
    except KeyError:
        raise Http404 from None


def _json(request, text, kind):
    tag = sha256(text.encode()).hexdigest()[:32]
    whole = partial(HttpResponse, text, content_type=f"application/{kind}; charset=utf-8")
    return _unless_known(request, tag, None, whole)


def _unless_known(request, tag, modified, whole):
    """The `whole` response, or word that nothing has changed since the asker had it."""
    tag, moment = f'"{tag}"', modified and int(modified.timestamp())
    response = get_conditional_response(request, tag, moment) or whole()
    response["ETag"] = tag
    if moment:
        response["Last-Modified"] = http_date(moment)
    return response
