"""Renders each kind of page in this process, as if it were asked for right after an edit.

`python -m tests.bench.render`, in the site's environment, prints as JSON what each
address costs: milliseconds of processor time (`ms`), and queries.
"""

import json
import os
import sys
from statistics import median
from time import thread_time

TIMES = 15
MORE = (
    "/zh-hans/",
    "/en/partnerships/partners/?kind=polytechnic&q=college",
    "/data/partners.csv",
    "/data/partners.json",
    "/sitemap.xml",
)


def costs(addresses):
    """The cost of each address, in turns."""
    from jinhua_site.wsgi import application

    told = {address: [] for address in addresses}
    for _time in range(TIMES):
        for address, times in told.items():
            times.append(_render(application, address))
    return {
        address: {"ms": median(times), "queries": _queries(application, address)}
        for address, times in told.items()
    }


def _render(application, address):
    """Milliseconds of processor time for a page that is not ready."""
    _edit(application)
    start = thread_time()
    assert _ask(application, address)[0] == "200 OK", address
    return (thread_time() - start) * 1000


def _queries(application, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _edit(application)
    with CaptureQueriesContext(connection) as queries:
        _ask(application, address)
    return len(queries)


def _edit(application):
    from jinhua_site.content.content_number import raise_number

    raise_number()
    application.poller.poll()


def _ask(application, address):
    """The status and the body of what the WSGI application answers."""
    from django.conf import settings
    from django.test import RequestFactory

    request = RequestFactory().get(address, headers={"host": settings.SITE_HOST})
    told = []
    response = application(request.environ, lambda status, headers: told.append(status))
    body = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    return told[0], body


def one_of_each_kind():
    """English addresses, one of each kind of page, and some more."""
    from jinhua_site.wsgi import application
    from tests.pages import in_sitemap, kind_of

    kinds = {}
    for address in in_sitemap(_ask(application, "/sitemap.xml")[1]):
        if address.startswith("/en/"):
            kinds.setdefault(kind_of(address), address)
    return [*kinds.values(), *MORE]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "jinhua_site.settings"
    sys.stdout.write(json.dumps(costs(one_of_each_kind())))
