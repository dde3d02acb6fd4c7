"""Guessing passwords is limited, and an attacker cannot lock a colleague out."""

import time

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.test import Client

from jinhua_site.accounts.models import AuditEntry
from tests.support.accounts import ELSEWHERE, enter, hire, is_in, words

REFUSED = "Too many failed login attempts."


def fail(times, name="wang", **where):
    """Sign in wrongly several times; return for each try whether the limit refused it."""
    return [REFUSED in words(enter(Client(), name, "wrong", **where)) for _ in range(times)]


def test_the_eleventh_try_is_refused_for_five_minutes_and_noted_once(wang, client, monkeypatch):
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    assert fail(13) == [False] * 10 + [True] * 3
    enter(client, "wang")
    assert not is_in(client)
    kinds = [entry.kind for entry in AuditEntry.objects.filter(about="wang")]
    assert sorted(kinds) == ["limit"] + ["refused"] * 10
    monkeypatch.setattr("time.time", lambda: now + 301)
    enter(client, "wang")
    assert is_in(client)


def test_others_and_other_places_go_on(wang, client):
    hire(username="li")
    fail(4)
    enter(Client(), "wang")  # what has succeeded does not count
    fail(5, "ＷＡＮＧ")  # the same name in full-width capitals
    assert fail(2) == [False, True]
    enter(client, "li")
    assert is_in(client)
    other = Client()
    enter(other, "wang", address=ELSEWHERE)
    assert is_in(other)


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
    assert "100/5m/ip" in settings.ACCOUNT_RATE_LIMITS["password_failed"]
    settings.ACCOUNT_RATE_LIMITS = {"password_failed": "6/5m/ip,10/5m/key"}
    assert [fail(1, f"name-{number}") for number in range(7)] == [[False]] * 6 + [[True]]
    assert fail(1, "name-8", address=ELSEWHERE) == [False]


def test_a_page_that_is_asked_for_too_often_says_so_in_the_frame_of_the_site(wang, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/5m/ip"}
    enter(Client(), "wang", "wrong")
    response = enter(Client(), "wang", "wrong")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many tries" in words(response)


def test_tries_are_counted_for_all_processes_and_not_forgotten_for_others(settings):
    assert isinstance(cache._connections["default"], DatabaseCache)
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "198.51.100.7")])
def test_where_a_visitor_is_nginx_says_and_nobody_else(rf, settings, proxies, believed):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.7")
    assert get_adapter().get_client_ip(request) == believed
