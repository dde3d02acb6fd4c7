"""The page cache: the final bytes of every public page, in each process, in front of Django.

A page is rendered once for each content number and day, for an anonymous visitor, and then
sent to everybody. Its key is its path and the parameters of the query that its view `@reads`.
"""

import gzip
import logging
import re
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from io import BytesIO
from threading import BoundedSemaphore, RLock
from urllib.parse import urlencode, urlsplit

import brotli
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseNotAllowed, QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve, reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language_from_path, override

from .headers import PRIVATE_PATHS

logger = logging.getLogger(__name__)

# Browsers and caches ask each time whether a page is current, which costs a few bytes, and may
# show an old one while the site does not answer.
FRESHNESS = "public, max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error=604800"
ABOUT_CACHING = [("Cache-Control", FRESHNESS), ("Vary", "Accept-Encoding")]
SAFE_METHODS = ("GET", "HEAD")
LONGEST_ADDRESS = 1024  # characters of path and query; no link is longer
LONGEST_PAGE = 4 * 1024 * 1024  # bytes; a longer answer is not kept
SPACE, SPACE_OF_QUERIES = 64 * 1024 * 1024, 16 * 1024 * 1024  # bytes in each process
OVERHEAD = 4096  # bytes of memory that a page takes besides its bodies, roughly
# A visitor waits for it: brotli's highest quality takes 37 ms longer and saves 10 %.
BROTLI_QUALITY, GZIP_LEVEL, SHORTEST_COMPRESSED = 5, 6, 500
COMPRESSED = ("text/", "application/", "image/svg+xml")
REPLACED_HEADERS = {"cache-control", "content-length", "etag", "vary"}
# Fewer than a process has threads: if the database hangs, and these threads with it, the
# others go on answering from memory.
PLACES = 5
WAIT = 1  # seconds to wait for a free place, or for another thread to render the page
NEEDS_NO_DATABASE = (settings.STATIC_URL, settings.MEDIA_URL, "/healthz", "/readyz")
NEVER_CACHED = (*PRIVATE_PATHS, "/__debug__/")


# What views declare


def reads(*names):
    """Declare the parameters of the query that a view reads; without this it reads none."""

    def declare(view):
        view.reads = names
        return view

    return declare


def bypass_cache(view):
    """Declare that a view's answer is for one visitor or one moment only."""
    view.bypasses_cache = True
    return view


def _declared(view, path):
    """The parameters that the view at `path` reads; None if it bypasses the cache."""
    if path.startswith(NEVER_CACHED) or hasattr(view, "bypasses_cache"):
        return None
    return getattr(view, "reads", ())


def _reduced(names, query):
    """Reduce a query string to the parameters `names`, in this order."""
    if not names or not query:
        return ""
    given = QueryDict(query.encode("latin-1"))
    return urlencode([(name, given[name]) for name in names if given.get(name)])


class PublicRequests(MiddlewareMixin):
    """Show a public view no more of a request than the page cache does.

    The test client and `runserver` bypass the page cache.
    """

    def process_view(self, request, view, args, kwargs):
        names = _declared(view, request.path_info)
        if names is None:
            return None
        if request.method not in SAFE_METHODS:
            return HttpResponseNotAllowed(SAFE_METHODS)
        query = _reduced(names, request.META.get("QUERY_STRING", ""))
        request.META["QUERY_STRING"], request.GET = query, QueryDict(query)
        return None


# Pages and answers


class Page:
    """A public page, ready to be sent in each encoding."""

    has_failed = False

    def __init__(self, cache_key, answer):
        self.cache_key = cache_key
        headers = [pair for pair in answer.headers if pair[0].lower() not in REPLACED_HEADERS]
        self._modified = dict(headers).get("Last-Modified")
        bodies = {"identity": answer.body}
        is_text = dict(headers)["Content-Type"].startswith(COMPRESSED)
        if is_text and len(answer.body) > SHORTEST_COMPRESSED:
            bodies["br"] = brotli.compress(answer.body, quality=BROTLI_QUALITY)
            bodies["gzip"] = gzip.compress(answer.body, GZIP_LEVEL, mtime=0)
        self.size = OVERHEAD + sum(map(len, bodies.values()))
        digest = sha256(answer.body).hexdigest()[:32]
        # By encoding: the headers of a 304, those of a 200, and the body.
        self._variants = {}
        for encoding, body in bodies.items():
            about = [("ETag", f'"{digest}-{encoding}"'), *ABOUT_CACHING]
            coded = [] if encoding == "identity" else [("Content-Encoding", encoding)]
            whole = [*headers, *about, *coded, ("Content-Length", str(len(body)))]
            self._variants[encoding] = about, whole, [body]

    def send(self, environ, start_response):
        encoding = _best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        about, whole, body = self._variants.get(encoding) or self._variants["identity"]
        fresh = _fresh_in_nginx(environ)
        if self._is_known(environ, tag=about[0][1]):
            start_response("304 Not Modified", about + fresh)
            return []
        start_response("200 OK", whole + fresh)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _is_known(self, environ, tag):
        """Whether the visitor already has this page, by its tag or else by its date."""
        if "HTTP_IF_NONE_MATCH" in environ:
            known = environ["HTTP_IF_NONE_MATCH"]
            return tag in known or known.strip() == "*"
        return self._modified and environ.get("HTTP_IF_MODIFIED_SINCE") == self._modified


@lru_cache(maxsize=256)
def _best_encoding(accepted):
    """The best of our encodings that an `Accept-Encoding` allows."""
    for encoding in ("br", "gzip"):
        if re.search(rf"\b{encoding}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", accepted, re.IGNORECASE):
            return encoding
    return "identity"


def _fresh_in_nginx(environ):
    """Tell nginx that a page is fresh until the current second ends.

    nginx counts whole seconds, so a page that is fresh for one second might last nearly two.
    """
    second = environ.get("HTTP_X_NGINX_TIME", "").partition(".")[0]
    return [("X-Accel-Expires", f"@{second}")] if second else []


@dataclass
class Answer:
    """An answer of Django that is not cached."""

    status: str
    headers: list
    body: bytes

    @property
    def has_failed(self):
        return self.status.startswith("5")

    @property
    def may_be_kept(self):
        """Whether it may be cached: a page of a usual length, with nothing personal in it."""
        by_name = {name.lower(): value for name, value in self.headers}
        return (
            self.status.startswith("200")
            and len(self.body) <= LONGEST_PAGE
            and "set-cookie" not in by_name
            and not re.search("private|no-store", by_name.get("cache-control", ""))
        )

    def send(self, environ, start_response):
        # In nginx a 410 replaces the old copy, though no other cache may store it. Of two
        # headers that disagree on this, nginx before 1.23 believes the first.
        gone = _fresh_in_nginx(environ) if self.status.startswith("410") else []
        start_response(self.status, gone + self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class Memory(dict):
    """Pages by their keys, of up to `space` bytes in all; the oldest are dropped first."""

    def __init__(self, space):
        super().__init__()
        self.space, self.size, self._lock = space, 0, RLock()

    def keep(self, key, page):
        with self._lock:
            self.drop(key)
            self[key] = page
            self.size += page.size
            while self.size > self.space:
                self.drop(next(iter(self)))

    def drop(self, key):
        with self._lock:
            page = self.pop(key, None)
            self.size -= page.size if page else 0


class PageCache:
    """The WSGI application in front of `django`, Django's own.

    `poller` has the current `cache_key`, and knows whether the database `is_silent`.
    """

    def __init__(self, django, poller):
        self.django, self.poller = django, poller
        # Pages with a query, of which there is no end, never displace those without.
        self._pages, self._queries = Memory(SPACE), Memory(SPACE_OF_QUERIES)
        self._places = BoundedSemaphore(PLACES)
        self._being_rendered = {}

    def __call__(self, environ, start_response):
        key = _key(environ)
        page = key and self.memory(key).get(key)
        if page and page.cache_key == self.poller.cache_key:
            return page.send(environ, start_response)
        self.poller.begin()
        if not key:
            return self._bypass(environ, start_response)
        answer = self._render_once(key)
        # nginx has an old page of its own, which may be newer than this one.
        if page and answer.has_failed and "HTTP_X_NGINX_TIME" not in environ:
            logger.warning("%s: an older copy was sent instead of %s", key[0], answer.status)
            answer = page
        return answer.send(environ, start_response)

    def memory(self, key):
        return self._queries if key[1] else self._pages

    def _bypass(self, environ, start_response):
        if environ["PATH_INFO"].startswith(NEEDS_NO_DATABASE):
            return self.django(environ, start_response)
        if not self._places.acquire(timeout=self._patience):
            return self._unavailable.send(environ, start_response)
        try:
            return self.django(environ, start_response)
        finally:
            self._places.release()

    @property
    def _patience(self):
        """Seconds to wait for other threads, which may be waiting for the database."""
        return 0 if self.poller.is_silent else WAIT

    def _render_once(self, key):
        """Render a page once for all requests that ask for it at the same time."""
        own = Future()
        first = self._being_rendered.setdefault(key, own)
        if first is not own:
            try:
                return first.result(self._patience)
            except TimeoutError:
                return self._unavailable
        try:
            own.set_result(self._render(key))
        finally:
            del self._being_rendered[key]
        return own.result()

    def _render(self, key):
        cache_key, memory = self.poller.cache_key, self.memory(key)
        page = memory.get(key)
        if page and page.cache_key == cache_key:  # another thread has rendered it
            return page
        if self.poller.is_silent or not self._places.acquire(timeout=WAIT):
            return self._unavailable
        try:
            answer = _rendered(self.django, *key)
        finally:
            self._places.release()
        if answer.may_be_kept:
            answer = Page(cache_key, answer)
            memory.keep(key, answer)
        elif not answer.has_failed:
            memory.drop(key)  # withdrawn, and not to be shown again
        return answer

    @cached_property
    def _unavailable(self):
        return _rendered(self.django, reverse("unavailable"))


def _key(environ):
    """The path and query under which the answer to a request is cached; None if it is not."""
    path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
    if (
        environ["REQUEST_METHOD"] not in SAFE_METHODS
        or not _is_ours(environ.get("HTTP_HOST", ""), environ.get("HTTP_X_FORWARDED_PROTO"))
        or len(path) + len(query) > LONGEST_ADDRESS
    ):
        return None
    names = _names_read_at(path)
    try:
        return None if names is None else (path, _reduced(names, query))
    except SuspiciousOperation:  # too many parameters
        return None


@lru_cache(maxsize=256)
def _is_ours(host, scheme):
    """Whether this `Host` is the site's, asked over https where the site uses it."""
    if settings.SITE_URL.startswith("https://") and scheme != "https":
        return False
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=4096)
def _names_read_at(path):
    try:
        path = path.encode("latin-1").decode()
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return _declared(resolve(path).func, path)
    except (Resolver404, UnicodeDecodeError):
        return None


def _rendered(django, path, query=""):
    """Return Django's answer to an anonymous visitor at the site's own address."""
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
    }
    started = []
    with closing(django(environ, lambda *args: started.extend(args))) as response:
        return Answer(*started[:2], b"".join(response))
