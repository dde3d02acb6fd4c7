"""Malformed requests break nothing: no address gives a 500 or delays others."""

import random
import re
import socket
import time
from contextlib import ExitStack
from functools import cache
from urllib.parse import quote, urlsplit

import pytest
from django.utils.translation import override

from jinhua_site.core.languages import CODES
from tests.support.pages import routes

SLOWEST = 20  # seconds; a few milliseconds on an idle machine
# Unexpected values.
ODD = [
    *("", "0", "-1", "1e9", "NaN", "None", "[]", "%", "%%s", "2018-13", "0000-00-00"),
    *("9" * 5_000, "٣", "²", "1_000", " 1 ", "1,x", "'", '"', "' OR 1=1 --", "{{ 7*7 }}"),
    *("<script>alert(1)</script>", "../../etc/passwd", "\x00", "a\x00b", "\r\nSet-Cookie: a=b"),
    *("\u202egnp.exe", "\ufeff", "\U0010ffff", "護理", "İ", "ß", "e\u0301" * 40, "😀" * 50),
    *("a" * 500, "%00", "%ff", "a&b=c", "a;b", "//", "..", "|"),
]
PUBLIC_NAMES = ["area", "as_of", "country", "faculty", "kind", "level", "p", "page", "q", "region"]
ADMIN_NAMES = ["q", "o", "p", "e", "_popup", "next", "status__exact", "id__in", "all", "areas"]
BROKEN = ["%ff", "%c0%af", "%ed%a0%80", "%00", "//", "/./", "/../", "%2f", ";x=1", "\\"]


@cache
def routes_of(is_admin):
    """Return the routes of the admin or of the rest, in both languages."""
    found = set()
    for code in CODES:
        with override(code):
            found.update(route for route, _view in routes())
    return sorted(route for route in found if route.startswith("admin/") is is_admin)


USUAL = ["partner", "university", "wintec", "en", "2019", "1", "FI"]


def addresses(is_admin, names, number):
    """Yield addresses with values of all sorts in their paths and queries; some are corrupt."""
    dice = random.Random(2026)

    def value():
        return quote(dice.choice(ODD + USUAL), safe="/", errors="replace")

    def argument(found):
        return str(dice.choice([1, 2, 3, 10**20])) if found[1] else value()

    for _ in range(number):
        path = "/" + re.sub("<(int:)?[^>]+>", argument, dice.choice(routes_of(is_admin)))
        if dice.random() < 0.25:
            place = dice.randint(1, len(path))
            path = path[:place] + dice.choice(BROKEN) + path[place:]
        query = "&".join(f"{dice.choice(names)}={value()}" for _ in range(dice.randint(0, 3)))
        yield f"{path}?{query}" if query else path


def test_no_public_address_is_too_much_for_the_site(site):
    for address in addresses(False, PUBLIC_NAMES, 300):
        begun = time.monotonic()
        assert site.get(address).status < 500 or "unavailable" in address, address
        assert time.monotonic() - begun < SLOWEST, address


def test_no_address_of_the_admin_is_too_much_for_the_site(admin_client):
    for address in addresses(True, ADMIN_NAMES, 80):
        begun = time.monotonic()
        assert admin_client.get(address).status_code < 500, address
        assert time.monotonic() - begun < SLOWEST, address


@pytest.mark.parametrize(
    ("number", "form", "history"), [("1,x", 200, 302), ("9" * 5_000, 400, 404)]
)
def test_a_number_that_is_none_is_told_in_words(admin_client, number, form, history):
    for path in ("agreement/add", "areaofinterest/add"):
        query = {"areas": number, "partners": number, "affinity_groups": number}
        assert admin_client.get(f"/admin/partnerships/{path}/", query).status_code == form
    # A redirect to the start page with a message; overlong numbers give a 404.
    answer = admin_client.get(f"/admin/partnerships/partner/{number}/history/")
    assert answer.status_code == history


# Raw requests; `HOST` stands for the site's name

SMUGGLED = b"GET /admin/ HTTP/1.1\r\nHost: HOST\r\n\r\n"
RAW = {
    "no Host": b"GET /en/ HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two Hosts": b"GET /en/ HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n",
    "another in the address": b"GET http://evil.example/en/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "TRACE": b"TRACE /en/ HTTP/1.1\r\nHost: HOST\r\nX: secret\r\nConnection: close\r\n\r\n",
    "a way out": b"GET /media/../../../etc/passwd HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a header of 60,000": b"GET /en/ HTTP/1.1\r\nHost: HOST\r\nX: " + b"y" * 60_000 + b"\r\n\r\n",
    "an address of 100,000": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a length and chunks": b"POST /en/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: %d\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (len(SMUGGLED) + 5) + SMUGGLED,
    "two lengths": b"POST /en/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n"
    b"Content-Length: 6\r\n\r\nq=abcd",
}


def answers(sent, port, host, trust=None):
    """Send a raw request; return the response, empty if the server hangs up."""
    response = b""
    with ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=1))
        if trust:
            connection = stack.enter_context(trust.wrap_socket(connection, server_hostname=host))
        try:
            connection.sendall(sent.replace(b"HOST", host.encode()))
            while more := connection.recv(65536):
                response += more
        except OSError:  # it hung up, or sends nothing more
            pass
    return response


def wrong(said):
    """Return what is wrong: two responses to one request, a 500, a foreign host, internals."""
    statuses = [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d{3})", said, re.MULTILINE)]
    telltales = (b"evil.example", b"root:x:", b"Traceback", b"X: secret")
    return (
        len(statuses) > 1
        or {500, 502, 503, 504} & set(statuses)
        or [word for word in telltales if word in said]
    )


def test_no_raw_request_is_too_much_for_gunicorn(site):
    port = urlsplit(site.address).port
    assert [case for case in RAW if wrong(answers(RAW[case], port, "127.0.0.1"))] == []
    assert site.answers("/healthz")


@pytest.mark.nginx
def test_no_raw_request_is_too_much_for_nginx(front):
    place = urlsplit(front.address).port, front.name, front.trust
    assert [case for case in RAW if wrong(answers(RAW[case], *place))] == []
    assert front.get("/healthz").status == 200
