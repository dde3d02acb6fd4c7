"""Renders each kind of page in this process, as if it were asked for the first time.

`python -m tests.bench.render`, in the site's environment, prints as JSON what each
address costs: milliseconds of processor time, in a process that has seen the page
before (`ms`) and for the first page after an edit (`ms_after_edit`); and queries.
"""

import json
import os
import sys
from statistics import median
from time import thread_time

TIMES = 15
EMPTY = "/en/empty/"
MORE = (
    "/zh-hans/",
    "/en/partnerships/partners/?kind=university&q=a",
    "/data/partners.csv",
    "/data/partners.json",
    "/sitemap.xml",
)


def costs(addresses):
    """The cost of each address, and of an empty page, in turns."""
    from jinhua_site.wsgi import application

    told = {address: {"ms": [], "ms_after_edit": []} for address in (EMPTY, *addresses)}
    for _time in range(TIMES):
        for address, cost in told.items():
            cost["ms"].append(_render(application, address))
    for _time in range(TIMES // 3):
        for address, cost in told.items():
            _edit(application)
            cost["ms_after_edit"].append(_render(application, address))
    for address, cost in told.items():
        cost |= {name: median(times) for name, times in cost.items()}
        cost["queries"] = _queries(application, address)
    return told


def _render(application, address):
    """Milliseconds of processor time for a page that is not ready."""
    from jinhua_site.page_cache.store import Memory

    application.memory = Memory()
    start = thread_time()
    assert _ask(application, address)[0] == "200 OK", address
    return (thread_time() - start) * 1000


def _queries(application, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _edit(application)
    with CaptureQueriesContext(connection) as queries:
        _render(application, address)
    return len(queries)


def _edit(application):
    from jinhua_site.publishing import version

    version.bump()
    application.watch.look()


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
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.bench.empty"
    import django

    django.setup()
    sys.stdout.write(json.dumps(costs(sys.argv[1:] or one_of_each_kind())))
