"""A request body larger than its address allows is refused before it is read."""

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client

from jinhua_site.web.body_limits import FROM_ANYBODY, FROM_STAFF, KIB
from tests.support.makers import make_colleague

MIB = KIB * KIB


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


@pytest.mark.nginx
def test_behind_nginx_a_colleague_sends_a_scan_and_no_stranger_much(front, node):
    """With an invented cookie, the body does not reach the disk."""
    for cookie in ("sessionid=abc", "a=b; __Host-sessionid=" + "a" * 32):
        answer = front.get("/admin/", "POST", b"0" * MIB, Cookie=cookie)
        assert answer.status == 413
        assert "X-Served-By" not in answer.headers  # it never reached a node
        assert ("You have been signed out" in answer.text) == ("__Host-" in cookie)
    cookie = f"__Host-sessionid={node.shell(SIGN_IN)}"
    assert front.get("/admin/", "POST", b"0" * MIB, Cookie=cookie).status == 403  # bad token
    assert front.get("/admin/", "POST", b"0" * 33 * MIB, Cookie=cookie).status == 413
    assert front.get("/admin/", Cookie=cookie).status == 200


SIGN_IN = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.first())
print(client.session.session_key)
"""


@pytest.mark.nginx
def test_behind_nginx_a_stranger_is_led_to_the_page_to_sign_in(front):
    answer = front.get("/admin/partnerships/partner/?q=%E6%8A%A4&o=1")
    assert answer.status == 302
    assert (
        "next=/admin/partnerships/partner/%3Fq%3D%25E6%258A%25A4%26o%3D1"
        in (answer.headers["Location"])
    )
