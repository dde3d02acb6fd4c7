"""Sessions: renewed at sign-in, they expire, and their user can see and end them."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.support import makers
from tests.support.accounts import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    SIGN_IN,
    enter,
    forget_sign_in,
    is_in,
    words,
)
from tests.support.admin import filled_in, url

OVERVIEW, LEFT = "/admin/account/", "/admin/account/session/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def at_work(wang, client):
    enter(client, "wang", headers={"user-agent": FIREFOX})
    return client


def set_back(client, mark, **time):
    """Move the session's beginning, or its last use, back in time."""
    session = client.session
    session[mark] -= int(timedelta(**time).total_seconds())
    session.save()


# How long a session lasts


def test_a_sign_in_begins_a_session_of_its_own(wang, client):
    keys, client.cookies[COOKIE] = ["a" * 32], "a" * 32
    for _ in range(2):
        cookie = enter(client, "wang").cookies[COOKIE]
        keys.append(cookie.value)
        assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
        client.post("/admin/logout/")
        client.cookies[COOKIE] = keys[-1]
        assert not is_in(client)
    assert len({*keys}) == 3


def test_a_session_ends_after_two_hours_without_a_request_and_after_twelve_in_all(at_work):
    set_back(at_work, "used", hours=1, minutes=59)
    assert is_in(at_work)
    set_back(at_work, "began", hours=11, minutes=59)
    assert is_in(at_work)
    assert at_work.get(LEFT).json()["seconds"] <= 60
    set_back(at_work, "began", minutes=2)
    assert not is_in(at_work)
    enter(at_work, "wang")
    set_back(at_work, "used", hours=2, minutes=1)
    assert not is_in(at_work)


def test_an_open_form_alone_keeps_no_session_alive(at_work):
    partner = makers.make_partner()
    page = at_work.get(url("change", partner))
    asked = re.search(r'id="presence" role="status" data-address="([^"]+)"', words(page))[1]
    set_back(at_work, "used", hours=1)
    assert at_work.post(asked).status_code == 200
    assert at_work.get(LEFT).json()["seconds"] <= 3600
    told = at_work.post(LEFT).json()  # “stay signed in” was pressed
    assert 7190 < told["seconds"] <= 7200
    assert told["longer"] is False


# Seeing and ending them


def numbers_on(client, path=OVERVIEW):
    return re.findall(r'name="end" value="(\d+)"', words(client.get(path)))


def test_a_colleague_sees_where_they_are_signed_in(at_work):
    other = Client()
    enter(other, "wang", headers={"user-agent": WECHAT})
    set_back(other, "used", minutes=2)
    other.get("/admin/", REMOTE_ADDR=ELSEWHERE, headers={"user-agent": WECHAT})
    page = words(at_work.get(OVERVIEW))
    assert "Firefox on Windows <strong>(this one)</strong>" in page
    assert "WeChat on Android" in page
    assert HERE in page
    assert ELSEWHERE in page
    assert not any(key in page for key in UserSession.objects.values_list("session_key", flat=True))


def test_a_colleague_ends_one_session_or_all_others_and_none_of_another(at_work, sun):
    others = [Client() for _ in range(3)]
    for other in others:
        enter(other, "wang")
    assert len(numbers_on(at_work)) == 3
    at_work.post(OVERVIEW, {"end": numbers_on(at_work)[0]})
    assert [is_in(other) for other in others].count(True) == 2
    at_work.post(OVERVIEW, {"end": "all"})
    assert not any(is_in(other) for other in others)
    for name in (UserSession.objects.get(user__username="sun").pk, "nonsense", "9" * 30):
        at_work.post(OVERVIEW, {"end": name})
    assert is_in(at_work)
    assert is_in(sun)


def test_an_administrator_sees_and_ends_those_of_a_colleague(at_work, wang, sun):
    page = reverse("account_of_colleague", args=[wang.pk])
    assert page in words(sun.get(url("change", wang)))
    assert "Firefox on Windows" in words(sun.get(page))
    sun.post(page, {"end": numbers_on(sun, page)[0]})
    assert not is_in(at_work)


def test_a_change_of_role_or_leaving_ends_all_sessions(at_work, wang, sun):
    form = filled_in(sun.get(url("change", wang)))
    sun.post(url("change", wang), form | {"first_name": "Li"})
    assert is_in(at_work)
    for change in ({"role": "observer"}, {"is_active": ""}):
        sun.post(url("change", wang), form | change)
        assert not UserSession.objects.filter(user=wang).exists()
        assert not is_in(at_work)
        entered = words(enter(at_work, "wang"))
    assert "not correct" in entered
    assert "inactive" in words(at_work.get("/admin/account/inactive/"))  # after a passkey sign-in


def test_to_leave_is_a_post_to_which_every_page_leads(at_work):
    for path in ("/admin/", OVERVIEW, "/admin/handbook/", "/admin/partnerships/partner/"):
        assert 'method="post" action="/admin/logout/"' in words(at_work.get(path))
    assert "Are you sure" in words(at_work.get("/admin/logout/"))
    assert is_in(at_work)
    left = at_work.post("/admin/logout/", secure=True)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(at_work)


# Signing in and out


def test_there_is_one_door_and_nobody_signs_up_or_looks_into_keys_here(wang, client):
    asked = client.get("/admin/profile/fact/").url
    assert asked == "/admin/login/?next=/admin/profile/fact/"
    assert client.get(asked).url == f"{SIGN_IN}?next=%2Fadmin%2Fprofile%2Ffact%2F"
    assert "signup" not in words(client.get(SIGN_IN))
    client.post("/admin/login/", {"username": "wang", "password": PASSWORD})
    assert not is_in(client)
    client.force_login(makers.make_colleague("administrator", is_superuser=True))
    assert client.get("/admin/password_change/").url == "/admin/account/password/change/"
    for page in ("signup/", "email/", "confirm-email/", "login/code/", "sessions/", "2fa/"):
        assert client.get(f"/admin/account/{page}").status_code == 404
    for label in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert client.get(f"/admin/{label}/").status_code == 404


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_the_way_back_never_leads_to_another_site(wang, client, after):
    assert enter(client, "wang", query_params={"next": after}).url == "/admin/"
    again = reverse("account_reauthenticate")
    answer = client.post(again, {"password": PASSWORD}, query_params={"next": after})
    assert answer.url == "/admin/"


# Asking for the password again


def test_the_password_is_asked_for_again_before_what_protects_an_account(wang, sun):
    """Nothing is shown, or kept of a form, before it is given."""
    factors = f"{OVERVIEW}second-factor/"
    app = f"{factors}totp/activate/"
    colleague = [
        url("change", wang),
        "/admin/auth/user/add/",
        f"/admin/auth/user/{wang.pk}/password/",
    ]
    forget_sign_in(sun)
    for path in (f"{factors}webauthn/add/", f"{factors}recovery-codes/generate/", app, *colleague):
        asked = sun.get(path).url
        assert asked == f"/admin/account/reauthenticate/?next={path.replace('/', '%2F')}"
    assert sun.post(app, {"code": "123456"}).url == app
    assert "account_reauthentication_state" not in sun.session
    wrong = sun.post(asked, {"password": "wrong"})
    assert "Incorrect password" in words(wrong)
    assert sun.post(asked, {"password": PASSWORD}).url == path
    assert sun.get(path).status_code == 200
