"""Requests the site's pages, and reads them as a browser and a reader would."""

import csv
import datetime
import io
import json
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults
from xml.etree import ElementTree

import html5lib
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from tests.support.server import Answer

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
UNSEEN = {"script", "style", "title", "{http://www.w3.org/2000/svg}title"}


@dataclass
class Page:
    address: str
    response: HttpResponse
    queries: int

    @property
    def code(self):
        """Return the language code in the page's address."""
        return self.address.split("/")[1]

    @property
    def status(self):
        return self.response.status_code

    @cached_property
    def html(self):
        return self.response.content.decode()

    @cached_property
    def tree(self):
        """Return the page's elements; raise `ParseError` if the HTML is not well-formed."""
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(self.html)

    def all(self, path):
        return self.tree.findall(f".//{path}")

    @cached_property
    def text(self):
        """Return the visible text, with single spaces."""
        return " ".join("".join(text for text, _ in texts(self.tree.find("body"))).split())

    @property
    def dense_text(self):
        """Return the visible text without white space, as in Chinese."""
        return "".join(self.text.split())


def texts(element, lang=""):
    """Yield each visible text with its marked language."""
    if element.tag in UNSEEN or not isinstance(element.tag, str):
        return
    lang = element.get("lang", lang)
    if element.text:
        yield element.text, lang
    for child in element:
        yield from texts(child, lang)
        if child.tail:
            yield child.tail, lang


def ask(address, **headers):
    """Return the page at `address`; an exception is a 500, as for a visitor."""
    with CaptureQueriesContext(connection) as queries:
        response = Client(raise_request_exception=False).get(address, headers=headers)
    return Page(address, response, len(queries))


def wsgi_answer(application, address, method="GET", **headers):
    """Return a WSGI application's response at `address`, with its page cache if it has one."""
    path, _, query = address.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    started = []
    parts = application(environ, lambda *args: started.extend(args))
    body = b"".join(parts)
    getattr(parts, "close", list)()
    return Answer(int(started[0][:3]), dict(started[1]), body)


def in_sitemap(xml):
    """Return the paths in the sitemap, in its order."""
    locations = ElementTree.fromstring(xml).findall("s:url/s:loc", SITEMAP)  # noqa: S314
    return [urlsplit(location.text).path for location in locations]


def public_addresses():
    return in_sitemap(ask("/sitemap.xml").response.content)


def routes(entries=None, beginning=""):
    """Yield each route of the site in the active language, with its view."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        route = beginning + re.sub(r"[\^$\\]|\(\?[^)]*\)", "", str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from routes(entry.url_patterns, route)


def kind_of(address):
    """Return the kind of page: the part of its address shared by pages of one layout."""
    path = address.partition("?")[0]
    return path.rsplit("/", 2)[0] if path.count("/") > len(["", "en", "facts"]) else address


def wrong(pages, is_right):
    """Return the addresses of the pages for which `is_right` is false."""
    return [page.address for page in pages if not is_right(page)]


def squeeze(text):
    return re.sub(r"\s+", "", text)


def language_link(page):
    """Return the link to the same page in the other language."""
    links = [link for link in page.all("header//a[@hreflang]") if link.get("href")]
    assert len(links) == 1, page.address
    return links[0]


def in_other(address):
    """Return the address of the same page in the other language."""
    code = address.split("/")[1]
    other = next(language for language in LANGUAGES if language != code)
    return address.replace(f"/{code}/", f"/{other}/", 1)


# Open data


def body(address):
    response = Client().get(address)
    assert response.status_code == 200
    return response.content


def csv_rows(name):
    text = body(f"/data/{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def json_file(name):
    return json.loads(body(f"/data/{name}.json"))


def json_rows(name):
    return json_file(name)["rows"]


def stop_the_clock(monkeypatch, day):
    noon = datetime.datetime(day.year, day.month, day.day, 4, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
