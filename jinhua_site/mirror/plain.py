"""Makes files of the site's answers that a host without a program can serve.

Such a host knows no queries. An address with a query becomes a folder, so that
`partners/?page=2` is found at `partners/page=2/`, and links lead there. A form
would be asked in vain: it stands there disabled, showing what the page shows,
under a note that says so. All else is left byte for byte.
"""

import re
from html import unescape
from urllib.parse import quote, unquote

from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.translation import gettext, override

from jinhua_site.languages import CODES

from .crawl import HTML, is_relative, resolved

HREF = re.compile(r'\bhref="([^"]*\?[^"]*)"')
FORM = re.compile(r'<form\b[^>]*\bmethod="get".*?</form>', re.DOTALL)
CONTROL = re.compile(r"<(?:button|input|select)\b")
INDEX = "index.html"
PACKED = (".gz", ".br")


def file_name(address):
    """The file, below the mirror's root, that answers at `address`."""
    path, _, query = address.partition("?")
    path = unquote(path).removeprefix("/")
    path += _folder(query)
    return path + INDEX if path.endswith("/") or not path else path


def _folder(query):
    """In the alphabet's order, so that a visitor's own filter stands before its page."""
    return "&".join(sorted(query.split("&"))) + "/" if query else ""


def content(address, answer):
    """What stands in that file: the answer, a page's queries and forms made plain."""
    if answer.kind != HTML:
        return answer.body
    html = HREF.sub(lambda match: _linked(address, match), answer.body.decode())
    return FORM.sub(lambda match: _disabled(address, match[0]), html).encode()


def _linked(address, match):
    link = unescape(match[1])
    if not is_relative(link):
        return match[0]
    path, _, query = resolved(address, link).partition("?")
    fragment = link.partition("#")[1:]
    folder = quote(_folder(query), safe="=&/")
    return f'href="{escape(path + folder + "".join(fragment))}"'


def _disabled(address, form):
    code = address.split("/")[1]
    with override(code if code in CODES else settings.LANGUAGE_CODE):
        note = gettext(
            "This is a copy of the page, for when the website itself does not answer. Searching, "
            "filters and earlier dates work on the website only: {address}"
        )
    link = format_html('<a href="{0}">{0}</a>', settings.SITE_URL + address)
    note = format_html('<p class="notice">{}</p>', format_html(note, address=link))
    return f"{note}\n{CONTROL.sub(lambda control: f'{control[0]} disabled', form)}"
