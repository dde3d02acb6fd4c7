"""A request body larger than its address allows is refused before it is read."""

import socket
import time
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from jinhua_site.web.body_limits import FROM_ANYBODY, FROM_STAFF, KIB
from tests.support.makers import make_colleague

MIB = KIB * KIB
SENT_AT_ONCE = 64 * KIB


class Unread(BytesIO):
    """A body that must not be read."""

    def read(self, *_size):
        raise AssertionError("It was read.")

    readline = __iter__ = read


def post(browser, address, length, **meta):
    """Send a body of this length that must not be read; return the response."""
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length)}
    body |= {"CONTENT_TYPE": "multipart/form-data; boundary=x"} | meta
    return browser.generic("POST", address, **body)


@pytest.fixture
def visitor(db):
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def colleague(db):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_colleague("editor"))
    browser.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    return browser


def test_a_visitor_sends_64_kilobytes_at_most(visitor):
    outsider = Client()
    outsider.force_login(make_colleague("editor", is_staff=False))
    with_a_made_up_session = Client()
    with_a_made_up_session.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    for browser in (visitor, outsider, with_a_made_up_session):
        for address in ("/en/", "/", "/nothing", "/data/facts.csv", "/admin/", "/calendar/x/"):
            assert post(browser, address, FROM_ANYBODY + 1).status_code == 413


def test_a_length_that_is_not_told_is_not_waited_for(visitor):
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    for address in ("/en/", "/data/facts.csv", "/admin/"):
        assert post(visitor, address, 0, **chunked).status_code == 411


def test_a_colleague_sends_a_scan_but_no_more(colleague):
    assert post(colleague, "/admin/", FROM_STAFF + 1).status_code == 413
    assert post(colleague, "/en/", FROM_ANYBODY + 1).status_code == 413
    with pytest.raises(AssertionError, match="It was read"):  # because of its CSRF token
        post(colleague, "/admin/", FROM_STAFF)


def test_a_colleague_whose_session_has_ended_is_told_so(visitor):
    late = post(visitor, "/admin/", FROM_ANYBODY + 1)
    assert "You have been signed out" in late.content.decode()
    for address, length in (("/admin/", FROM_STAFF + 1), ("/en/", FROM_ANYBODY + 1)):
        assert "too much at once" in post(visitor, address, length).content.decode()


# gunicorn without nginx


def flood(site, head, most=8 * MIB):
    """Send zeros without end; return the response and the number of bytes accepted."""
    sent, response = 0, b""
    with socket.create_connection(("127.0.0.1", urlsplit(site.address).port), 10) as connection:
        connection.sendall(head.encode())
        try:
            while sent < most:
                sent += connection.send(b"0" * SENT_AT_ONCE)
        except OSError:  # connection closed
            pass
        connection.settimeout(5)
        try:
            while more := connection.recv(KIB):
                response += more
        except OSError:
            pass
    return response, sent


def head(method, address):
    return f"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {300 * MIB}\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/en/"), ("POST", "/en/"), ("POST", "/admin/login/")]
)
def test_without_nginx_a_flood_is_neither_kept_nor_read(site, method, address):
    before = files(site)
    begun = time.monotonic()
    response, sent = flood(site, head(method, address))
    assert sent < 8 * MIB
    assert time.monotonic() - begun < 2
    assert not response or response.startswith(
        b"HTTP/1.1 200" if method == "GET" else b"HTTP/1.1 413"
    )
    assert files(site) == before


def files(site):
    found = {file for file in site.var_dir.rglob("*") if file.is_file()}
    return {file for file in found if not file.name.startswith("db.sqlite3")}


def test_without_nginx_the_answer_is_there_before_the_body(site):
    with socket.create_connection(("127.0.0.1", urlsplit(site.address).port), 5) as connection:
        connection.sendall(head("POST", "/en/").encode())
        assert connection.recv(KIB).startswith(b"HTTP/1.1 413")


# nginx


@pytest.mark.nginx
def test_behind_nginx_no_stranger_sends_much(front):
    """With any invented cookie, the body does not reach the disk."""
    for cookie in ("", "sessionid=abc", "a=b; __Host-sessionid=" + "a" * 32):
        answer = front.get("/admin/", "POST", b"0" * MIB, Cookie=cookie)
        assert answer.status == 413
        assert "X-Served-By" not in answer.headers  # it never reached a node
        assert ("You have been signed out" in answer.text) == ("__Host-" in cookie)


@pytest.mark.nginx
def test_behind_nginx_a_colleague_sends_a_scan(front, node):
    code = (
        "from django.contrib.auth.models import User; from django.test import Client; "
        "c = Client(); c.force_login(User.objects.first()); print(c.session.session_key)"
    )
    cookie = f"__Host-sessionid={node.shell(code)}"
    assert front.get("/admin/", "POST", b"0" * MIB, Cookie=cookie).status == 403  # bad token
    assert front.get("/admin/", "POST", b"0" * 33 * MIB, Cookie=cookie).status == 413
    assert front.get("/admin/", Cookie=cookie).status == 200


@pytest.mark.nginx
def test_behind_nginx_a_stranger_is_led_to_the_page_to_sign_in(front):
    answer = front.get("/admin/partnerships/partner/?q=%E6%8A%A4&o=1")
    assert answer.status == 302
    assert (
        "next=/admin/partnerships/partner/%3Fq%3D%25E6%258A%25A4%26o%3D1"
        in (answer.headers["Location"])
    )
