"""Finds every public address: by the sitemap, by a short list, by the links of the pages.

What a page links to is found whatever its query, such as the second page of a
list. What only a form can ask for is not: there is no end to it.
"""

import re
from collections import deque
from html import unescape
from urllib.parse import unquote_to_bytes, urljoin, urlsplit, urlunsplit
from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from jinhua_site.data import DATASETS, FORMATS
from jinhua_site.languages import CODES
from jinhua_site.lists import LISTS
from jinhua_site.page_cache.addresses import canonical

SITEMAP = "/sitemap.xml"
HTML = "text/html"
ROOT = "/"  # a redirect by the browser's languages: the mirror has a page of its own there
# Django's own escaping leaves no quotation mark within a value.
NAMED = re.compile(r'\b(href|src|srcset)="([^"]+)"')
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def crawl(ask):
    """Each public address once: the address, what `ask` gets there, how many are known by now."""
    queue = deque([SITEMAP, *unlinked()])
    known = set(queue)
    while queue:
        address = queue.popleft()
        answer = ask(address)
        if answer.static_file:
            answer = ask(answer.static_file)
        new = set(_found(address, answer)) - known
        known |= new
        queue.extend(sorted(new))
        yield address, answer, len(known)


def unlinked():
    """The addresses to which no link of a page needs to lead."""
    named = ("robots", "security", "favicon", "data_catalogue")
    addresses = [reverse(name) for name in named]
    for name in DATASETS:
        addresses.append(reverse("data_schema", args=[name]))
        addresses += [reverse("data_file", args=[name, suffix]) for suffix in FORMATS]
    for code in CODES:
        with override(code):
            addresses += [reverse("social_picture"), reverse("manifest"), *map(reverse, LISTS)]
    return addresses


def _found(address, answer):
    if not answer.is_there:
        return
    if address == SITEMAP:
        # The site's own answer, not a stranger's file.
        for location in ElementTree.fromstring(answer.body).iter(LOCATION):  # noqa: S314
            yield urlsplit(location.text).path
    elif answer.kind == HTML:
        yield from (link for link in links(address, answer.body.decode()) if not is_static(link))


def links(address, html):
    """The addresses of this site that the page at `address` names, but for its root."""
    for name, value in NAMED.findall(html):
        values = [each.split()[0] for each in value.split(",")] if name == "srcset" else [value]
        for link in filter(is_relative, map(unescape, values)):
            if (target := resolved(address, link)) != ROOT:
                yield target


def is_relative(link):
    """Whether it leads to another address of the site, wherever the site is."""
    return link.startswith(("/", "?")) and not link.startswith("//")


def is_static(address):
    return address.startswith(settings.STATIC_URL)


def resolved(address, link):
    """Where a link of the page at `address` leads; the first page of a list is the list.

    The query is as the page cache has it: pages link to each other in that order.
    """
    parts = urlsplit(urljoin(address, link))
    path = unquote_to_bytes(parts.path).decode("latin-1")
    query = canonical(path, parts.query) or ""
    query = "&".join(each for each in query.split("&") if each != "page=1")
    return urlunsplit(("", "", parts.path, query, ""))
