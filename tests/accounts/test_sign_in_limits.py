"""Nobody tries passwords for long, and nobody locks a colleague out from elsewhere."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from ipaddress import ip_network
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client, RequestFactory

from jinhua_site.accounts.models import AuditEntry
from jinhua_site.accounts.network import NOWHERE, address_of
from tests.support.accounts import ELSEWHERE, PASSWORD, SIGN_IN, enter, hire, is_in, words

REFUSED = "There were too many tries that failed."


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.support.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang")


def fail(times, name="wang", **where):
    """A stranger's tries; whether each of them is refused for being one too many."""
    return [REFUSED in words(enter(Client(), name, "wrong", **where)) for _ in range(times)]


def test_the_eleventh_try_is_refused_and_even_the_right_password_waits(wang, client):
    assert fail(11) == [False] * 10 + [True]
    enter(client, "wang")
    assert not is_in(client)


def test_after_five_minutes_it_may_be_tried_again(wang, client, monkeypatch):
    fail(10)
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    enter(client, "wang")
    assert is_in(client)


def test_what_has_succeeded_does_not_count(wang):
    fail(9)
    enter(Client(), "wang")
    assert fail(2) == [False, True]


def test_in_other_letters_it_is_the_same_user_name(wang):
    fail(5)
    fail(5, "WANG")
    assert fail(1, "ｗａｎｇ") == [True]


def test_others_and_other_places_go_on(wang, client):
    hire(username="li")
    fail(10)
    enter(client, "li")
    assert is_in(client)
    other = Client()
    enter(other, "wang", address=ELSEWHERE)
    assert is_in(other)


def test_a_network_of_ipv6_is_one_visitor(wang):
    for number in range(10):
        fail(1, address=f"2001:db8::{number}")
    assert fail(1, address="2001:db8::ffff") == [True]
    assert fail(1, address="2001:db8:0:1::1") == [False]


@pytest.mark.parametrize("times", [0, 10])
def test_the_answer_is_the_same_whether_the_user_exists_or_not(wang, times):
    hire(username="gone", is_active=False)
    told = []
    for name in ("wang", "nobody", "gone"):
        fail(times, name)
        response = enter(Client(), name, "wrong")
        told.append((response.status_code, words(response).replace(name, "NAME")))
    assert told[0] == told[1] == told[2]


def test_many_names_from_one_address_are_refused_at_a_hundred(db, settings):
    assert "100/5m/ip" in settings.ACCOUNT_RATE_LIMITS["login_failed"]
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "6/5m/ip,10/5m/key"}
    assert [fail(1, f"name-{number}") for number in range(7)] == [[False]] * 6 + [[True]]
    assert fail(1, "name-8", address=ELSEWHERE) == [False]


def test_a_page_that_is_asked_for_too_often_says_so_in_the_frame_of_the_site(wang, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/5m/ip"}
    enter(Client(), "wang", "wrong")
    response = enter(Client(), "wang", "wrong")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many tries" in words(response)


def test_a_limit_that_is_reached_is_noted_once(wang):
    fail(14)
    noted = AuditEntry.objects.filter(kind="limit")
    assert [entry.about for entry in noted] == ["wang"]
    assert AuditEntry.objects.filter(kind="refused").count() == 10


def test_tries_are_counted_for_all_processes_and_not_forgotten_for_others():
    assert isinstance(cache._connections["default"], DatabaseCache)
    assert site_settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


# Where somebody is


@pytest.mark.parametrize(
    ("peer", "told", "believed"),
    [
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),  # a visitor who writes it himself
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),  # nginx, by the loopback
        ("", "198.51.100.7", "198.51.100.7"),  # nginx, by the socket
        ("", "2001:db8::7", "2001:db8::7"),
        ("", "::ffff:198.51.100.7", "198.51.100.7"),
        ("", "1.2.3.4, 198.51.100.7", NOWHERE),  # nginx says exactly one
        ("127.0.0.1", "rubbish", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.0.0.9", "198.51.100.7", "198.51.100.7"),  # nginx on another machine
        ("10.0.1.9", "198.51.100.7", "10.0.1.9"),
    ],
)
def test_only_a_proxy_of_ours_says_where_a_visitor_is(settings, peer, told, believed):
    settings.TRUSTED_PROXIES = [ip_network(each) for each in ("127.0.0.1", "10.0.0.0/24")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=told)
    assert address_of(request) == believed


def test_without_a_proxy_not_even_the_machine_itself_is_believed(rf):
    assert site_settings.TRUSTED_PROXIES == []
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert address_of(request) == "127.0.0.1"


def test_who_comes_from_nowhere_can_sign_in(wang, client):
    enter(client, "wang", address="")
    assert client.get("/admin/", REMOTE_ADDR="").status_code == 200


def test_what_is_kept_tells_neither_name_nor_address(wang):
    fail(1, "somebody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache WHERE cache_key LIKE '%login_failed%'")
        kept = str(cursor.fetchall())
    assert "login_failed" in kept
    assert "somebody" not in kept


# At the same time


def one_try(site, number):
    """A wrong password from a browser of its own, which claims to be elsewhere."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    address = f"{site.address}{SIGN_IN}"
    form = {"login": "hurried", "password": PASSWORD}
    headers = {"X-Forwarded-For": f"198.51.100.{number}"}
    try:
        page = opener.open(address, timeout=60).read().decode()
        form["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        request = Request(address, urlencode(form).encode(), headers)
        with opener.open(request, timeout=60) as response:
            return REFUSED in response.read().decode()
    except HTTPError as refusal:
        return refusal.code  # 503: no thread of a busy machine was free for it


def test_of_many_tries_at_the_same_time_ten_are_let_through(site):
    with ThreadPoolExecutor(16) as pool:
        answers = [*pool.map(lambda number: one_try(site, number), range(16))]
    assert answers.count(False) <= 10
    assert {*answers} <= {True, False, 503}
