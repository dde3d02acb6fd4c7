"""A session is new at each sign-in, ends by itself, and can be seen and ended by its colleague."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support import makers
from tests.support.accounts import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    SIGN_IN,
    confirm,
    enter,
    forget_sign_in,
    hire,
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


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.support.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang")


@pytest.fixture
def at_work(wang, client):
    enter(client, "wang", headers={"user-agent": FIREFOX})
    return client


def set_back(client, mark, **time):
    """As if the session had begun, or been used, so long before it did."""
    session = client.session
    session[mark] -= int(timedelta(**time).total_seconds())
    session.save()


def page_of(user):
    return reverse("account_of_colleague", args=[user.pk])


# How long one lasts


def test_a_sign_in_begins_a_session_of_its_own(wang, client):
    client.get("/admin/account/password/reset/")
    keys = []
    for _ in range(3):
        enter(client, "wang")
        keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
        client.post("/admin/logout/")
        client.cookies[settings.SESSION_COOKIE_NAME] = keys[-1]
        assert not is_in(client)
    assert len({*keys}) == 3


def test_nobody_plants_a_session_before_the_sign_in(wang, client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    enter(client, "wang")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


def test_two_hours_without_a_request_end_it(at_work):
    set_back(at_work, "used", hours=1, minutes=59)
    assert is_in(at_work)
    set_back(at_work, "used", hours=2, minutes=1)
    assert not is_in(at_work)


def test_who_goes_on_working_stays_in_for_twelve_hours(at_work):
    set_back(at_work, "began", hours=11, minutes=59)
    assert is_in(at_work)
    assert at_work.get(LEFT).json()["seconds"] <= 60
    set_back(at_work, "began", minutes=2)
    assert not is_in(at_work)


def test_an_open_form_alone_keeps_no_session_alive(at_work):
    partner = makers.make_partner()
    page = at_work.get(url("change", partner))
    asked = re.search(r'id="presence" role="status" data-address="([^"]+)"', words(page))[1]
    set_back(at_work, "used", hours=1)
    assert at_work.post(asked).status_code == 200
    assert at_work.get(LEFT).json()["seconds"] <= 3600
    set_back(at_work, "used", hours=1, minutes=1)
    assert at_work.post(asked).status_code == 302


def test_the_script_is_told_how_long_it_lasts_and_prolongs_it(at_work):
    set_back(at_work, "used", hours=1, minutes=57)
    told = at_work.get(LEFT).json()
    assert told["longer"] is True
    assert 150 < told["seconds"] <= 180
    told = at_work.post(LEFT).json()
    assert 7190 < told["seconds"] <= 7200
    assert told["longer"] is False


def test_the_cookie_ends_with_the_browser_and_is_kept_from_scripts(wang, client):
    cookie = enter(client, "wang").cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_public_page_asks_for_no_session(at_work, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "Cookie" not in at_work.get("/robots.txt").get("Vary", "")


def test_ended_sessions_are_removed(at_work):
    Session.objects.update(expire_date=timezone.now() - timedelta(days=2))
    call_command("clean_up_staff")
    assert not Session.objects.exists()


# Seeing and ending them


def test_a_colleague_sees_where_they_are_signed_in(at_work):
    other = Client()
    enter(other, "wang", address=ELSEWHERE, headers={"user-agent": WECHAT})
    page = words(at_work.get(OVERVIEW))
    assert "Firefox on Windows <strong>(this one)</strong>" in page
    assert "WeChat on Android" in page
    assert HERE in page
    assert ELSEWHERE in page
    assert not any(key in page for key in UserSession.objects.values_list("session_key", flat=True))


def test_where_and_when_it_was_used_last_is_shown(at_work):
    set_back(at_work, "used", minutes=2)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
    at_work.get("/admin/", REMOTE_ADDR=ELSEWHERE)
    session = UserSession.objects.get()
    assert session.ip == ELSEWHERE
    assert timezone.now() - session.last_seen_at < timedelta(minutes=1)


def names_on(client, path=OVERVIEW):
    return re.findall(r'name="end" value="(\w+)"', words(client.get(path)))


def test_a_colleague_ends_one_session_or_all_others(at_work):
    others = [Client() for _ in range(3)]
    for other in others:
        enter(other, "wang")
    assert len(names_on(at_work)) == 3
    at_work.post(OVERVIEW, {"end": names_on(at_work)[0]})
    assert [is_in(other) for other in others].count(True) == 2
    at_work.post(OVERVIEW, {"end_others": "1"})
    assert not any(is_in(other) for other in others)
    assert is_in(at_work)


def test_nobody_ends_the_session_of_another(at_work):
    hire(username="li")
    li = Client()
    enter(li, "li")
    for name in (UserSession.objects.get(user__username="li").pk, "nonsense", "9" * 30):
        at_work.post(OVERVIEW, {"end": name})
    assert is_in(li)


def test_an_administrator_sees_and_ends_those_of_a_colleague(at_work, wang):
    sun = Client()
    enter(sun, hire("administrator", username="sun").username)
    page = page_of(wang)
    assert page in words(sun.get(url("change", wang)))
    assert "Firefox on Windows" in words(sun.get(page))
    sun.post(page, {"end": names_on(sun, page)[0]})
    assert not is_in(at_work)
    assert at_work.get(page).status_code == 302


@pytest.mark.parametrize("role", ["observer", "editor", "publisher"])
def test_nobody_else_sees_those_of_a_colleague(wang, client, role):
    client.force_login(makers.make_colleague(role))
    assert client.get(page_of(wang)).status_code == 403


@pytest.mark.parametrize("change", [{"role": "observer"}, {"is_active": ""}])
def test_a_change_of_role_or_leaving_ends_all_sessions(at_work, wang, change):
    sun = Client()
    sun.force_login(hire("administrator"))
    form = filled_in(sun.get(url("change", wang)))
    sun.post(url("change", wang), form | {"first_name": "Li"})
    assert is_in(at_work)
    sun.post(url("change", wang), form | change)
    assert not UserSession.objects.filter(user=wang).exists()
    assert not is_in(at_work)


def test_to_leave_is_a_post_to_which_every_page_leads(at_work):
    for path in ("/admin/", OVERVIEW, "/admin/handbook/", "/admin/partnerships/partner/"):
        assert 'method="post" action="/admin/logout/"' in words(at_work.get(path))
    assert "Are you sure" in words(at_work.get("/admin/logout/"))
    assert is_in(at_work)
    left = at_work.post("/admin/logout/", secure=True)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(at_work)


# The ways in and out


def test_the_old_addresses_lead_to_the_one_door(wang, client):
    asked = client.get("/admin/profile/fact/").url
    assert asked == "/admin/login/?next=/admin/profile/fact/"
    assert client.get(asked).url == f"{SIGN_IN}?next=%2Fadmin%2Fprofile%2Ffact%2F"
    client.post("/admin/login/", {"username": "wang", "password": PASSWORD})
    assert not is_in(client)
    enter(client, "wang")
    assert client.get("/admin/login/").url == "/admin/"
    assert client.get("/admin/password_change/").url == "/admin/account/password/change/"


@pytest.mark.parametrize(
    "page", ["signup/", "email/", "confirm-email/", "login/code/", "sessions/", "2fa/", "inactive/"]
)
def test_nobody_signs_up_or_keeps_addresses_here(at_work, page):
    assert at_work.get(f"/admin/account/{page}").status_code in (302, 404)
    assert "signup" not in words(Client().get(SIGN_IN))


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example/", "", "abc"])
def test_the_way_back_never_leads_to_another_site(wang, client, after):
    assert enter(client, "wang", query_params={"next": after}).url in ("/admin/", "abc")
    answer = client.post(
        reverse("account_reauthenticate"), {"password": PASSWORD}, query_params={"next": after}
    )
    assert answer.url in ("/admin/", "abc")


def test_another_host_of_this_machine_is_another_site(wang, client):
    query = {"next": "http://127.0.0.1/admin/"}
    assert enter(client, "wang", query_params=query, headers={"host": "localhost"}).url == "/admin/"


@pytest.mark.parametrize("lacks", ["is_staff", "is_active"])
def test_only_colleagues_come_in(wang, client, lacks):
    setattr(wang, lacks, False)
    wang.save()
    assert "not correct" in words(enter(client, "wang"))
    client.force_login(wang)
    assert not is_in(client)


# The password once more


def test_what_others_may_do_is_changed_with_ones_password_given_just_now(wang, client):
    enter(client, hire("administrator", username="sun").username)
    forget_sign_in(client)
    page = url("change", wang)
    for path in (page, "/admin/auth/user/add/", f"/admin/auth/user/{wang.pk}/password/"):
        asked = client.get(path).url
        assert asked.startswith("/admin/account/reauthenticate/?next=")
    assert "Incorrect password" in words(confirm(client, "wrong"))
    assert client.post(asked, {"password": PASSWORD}).url == path
    form = filled_in(client.get(page))
    client.post(page, form | {"role": "publisher"})
    assert wang.groups.filter(name="publisher").exists()


def test_no_page_of_the_admin_shows_keys_or_sessions(client, db):
    client.force_login(makers.make_colleague("administrator", is_superuser=True))
    for label in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert client.get(f"/admin/{label}/").status_code == 404
