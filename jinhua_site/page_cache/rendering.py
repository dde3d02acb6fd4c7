"""Has Django render a page for nobody in particular."""

import sys
from io import BytesIO
from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings

from .answer import until

MOST = 4 * 1024 * 1024  # bytes; a longer answer is sent as it is made, and not kept


class Page:
    """What Django answered: its status and headers, its body, and the `rest` of a long one."""

    def __init__(self, status, headers, body, rest=None):
        self.status, self.headers, self.body, self._rest = status, headers, body, rest

    @property
    def is_whole(self):
        return self._rest is None

    @property
    def has_failed(self):
        return self.status.startswith("5")

    @property
    def may_be_kept(self):
        """Whether it may be given to others: a whole 200 that says nothing of one visitor."""
        told = {name.lower(): value for name, value in self.headers}
        private = {"private", "no-store"} & set(told.get("cache-control", "").split(", "))
        personal = private or "set-cookie" in told
        return self.status.startswith("200") and self.is_whole and not personal

    def send(self, environ, start_response):
        # In nginx it takes the place of the page that stood there, though nobody else may
        # keep it. Of two headers on that, nginx before 1.23 believes the first.
        gone = until(environ) if self.status.startswith("410") else []
        start_response(self.status, gone + self.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            self.close()
            return []
        return [self.body] if self.is_whole else self

    def __iter__(self):
        return chain([self.body], self._rest)

    def close(self):
        if not self.is_whole:
            self._rest.close()


def render(django, path, query=""):
    """The page at an address, as the WSGI application `django` gives it to everyone."""
    told = []
    response = django(_environ(path, query), lambda *args: told.extend(args))
    body, parts = bytearray(), iter(response)
    try:
        for part in parts:
            body += part
            if len(body) > MOST:
                return Page(*told[:2], bytes(body), _rest(parts, response))
    except Exception:
        _close(response)
        raise
    _close(response)
    return Page(*told[:2], bytes(body))


def _rest(parts, response):
    """The parts that are still to come; at their end, or when they are given up, all is closed."""
    try:
        yield from parts
    finally:
        _close(response)


def _close(response):
    """As WSGI wants it of whoever reads a response; a mere list has nothing to close."""
    getattr(response, "close", list)()


def _environ(path, query):
    """The request of a visitor who says nothing of themselves, at the site's own address."""
    site = urlsplit(settings.SITE_URL)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or {"http": 80, "https": 443}[site.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "REMOTE_ADDR": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
