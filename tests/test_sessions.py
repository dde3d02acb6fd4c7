"""A session is new at each sign-in, ends by itself, and can be seen and ended by its colleague."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from jinhua_site.staff.models import StaffSession, Tries

from . import makers
from .accounts import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    code_of,
    enter,
    hire,
    is_in,
    set_up_telephone,
    words,
)
from .test_admin import filled_in, url

ACCOUNT = "/admin/account/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang")


@pytest.fixture
def at_work(wang, client):
    enter(client, "wang", headers={"user-agent": FIREFOX})
    return client


def let_pass(**time):
    """As if the last request to every session were so long ago."""
    gone = timedelta(**time)
    StaffSession.objects.update(seen=F("seen") - gone, expire_date=F("expire_date") - gone)


def begun(client, **ago):
    """As if the session had begun so long ago."""
    session = client.session
    session["staff"] |= {"signed_in": session["staff"]["signed_in"] - timedelta(**ago).seconds}
    session.save()


# How long one lasts


def test_a_sign_in_begins_a_new_session(wang, client):
    keys = []
    for _ in range(3):
        enter(client, "wang")
        keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert len({*keys}) == 3
    assert StaffSession.objects.filter(user=wang).count() == 1


def test_nobody_plants_a_session_before_the_sign_in(wang, client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    enter(client, "wang")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32
    assert not StaffSession.objects.filter(pk="a" * 32).exists()


def test_two_hours_without_a_request_end_it(at_work):
    let_pass(hours=1, minutes=59)
    assert is_in(at_work)
    let_pass(hours=2, minutes=1)
    assert not is_in(at_work)


def test_who_goes_on_working_stays_in_for_twelve_hours(at_work):
    for _ in range(7):
        let_pass(minutes=100)
        assert is_in(at_work)
    begun(at_work, hours=11, minutes=59)
    let_pass(minutes=0)
    assert is_in(at_work)
    begun(at_work, minutes=2)
    assert not is_in(at_work)


def test_near_the_twelve_hours_a_request_prolongs_it_to_these_and_no_further(at_work):
    begun(at_work, hours=11)
    let_pass(minutes=2)
    assert is_in(at_work)
    session = StaffSession.objects.get()
    assert session.expire_date - session.signed_in == timedelta(hours=12)


def test_an_open_form_alone_keeps_no_session_alive(at_work):
    partner = makers.make_partner()
    page = at_work.get(url("change", partner))
    asked = re.search(r'id="presence" role="status" data-address="([^"]+)"', words(page))[1]
    let_pass(hours=1)
    before = StaffSession.objects.get().expire_date
    assert at_work.post(asked).status_code == 200
    assert at_work.get(reverse("admin:staff_session")).status_code == 200
    assert StaffSession.objects.get().expire_date == before
    let_pass(hours=1, minutes=1)
    assert at_work.post(asked).status_code == 302


def test_the_script_is_told_how_long_it_lasts_and_prolongs_it(at_work):
    let_pass(hours=1, minutes=57)
    told = at_work.get(reverse("admin:staff_session")).json()
    assert told["longer"] is True
    assert 150 < told["seconds"] <= 180
    told = at_work.post(reverse("admin:staff_session")).json()
    assert 7190 < told["seconds"] <= 7200
    assert told["longer"] is False


def test_the_cookie_ends_with_the_browser_and_is_kept_from_scripts(wang, client):
    cookie = enter(client, "wang").cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_public_page_asks_for_no_session(at_work, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "Cookie" not in at_work.get("/robots.txt").get("Vary", "")


def test_working_writes_no_more_than_once_a_minute(at_work, django_assert_max_num_queries):
    at_work.get(ACCOUNT)
    seen = StaffSession.objects.get().seen
    at_work.get(ACCOUNT)
    assert StaffSession.objects.get().seen == seen
    let_pass(minutes=2)
    at_work.get(ACCOUNT)
    assert StaffSession.objects.get().seen > seen


def test_ended_sessions_are_removed(at_work):
    let_pass(days=2)
    call_command("clean_up_staff")
    assert not StaffSession.objects.exists()


# Seeing and ending them


def test_a_colleague_sees_where_they_are_signed_in(at_work):
    other = Client()
    enter(other, "wang", address=ELSEWHERE, headers={"user-agent": WECHAT})
    page = words(at_work.get(ACCOUNT))
    assert "Firefox on Windows <strong>(this one)</strong>" in page
    assert "WeChat on Android" in page
    assert HERE in page
    assert ELSEWHERE in page
    for key in StaffSession.objects.values_list("pk", flat=True):
        assert key not in page


def test_where_it_was_used_last_stays_shown_after_a_form_is_sent(at_work):
    let_pass(minutes=2)
    at_work.get(ACCOUNT, REMOTE_ADDR=ELSEWHERE)
    at_work.post(ACCOUNT, {"end_others": "1"}, REMOTE_ADDR=ELSEWHERE)  # leaves a message
    assert StaffSession.objects.get().address == ELSEWHERE
    enter(at_work, "wang")
    assert StaffSession.objects.get().address == HERE


def names_on(client, path=ACCOUNT):
    return re.findall(r'name="end" value="(\w+)"', words(client.get(path)))


def test_a_colleague_ends_one_session_or_all_others(at_work):
    others = [Client() for _ in range(3)]
    for other in others:
        enter(other, "wang")
    assert len(names_on(at_work)) == 3
    at_work.post(ACCOUNT, {"end": names_on(at_work)[0]})
    assert [is_in(other) for other in others].count(True) == 2
    at_work.post(ACCOUNT, {"end_others": "1"})
    assert not any(is_in(other) for other in others)
    assert is_in(at_work)


def test_nobody_ends_the_session_of_another(at_work):
    hire(username="li")
    li = Client()
    enter(li, "li")
    [name] = [each.name for each in StaffSession.objects.filter(user__username="li")]
    at_work.post(ACCOUNT, {"end": name})
    assert is_in(li)


def test_an_administrator_sees_and_ends_those_of_a_colleague(at_work, wang):
    sun = Client()
    sun.force_login(hire("administrator"))
    page = f"/admin/auth/user/{wang.pk}/sign-in/"
    assert page in words(sun.get(url("change", wang)))
    assert "Firefox on Windows" in words(sun.get(page))
    sun.post(page, {"end": names_on(sun, page)[0]})
    assert not is_in(at_work)
    assert at_work.get(page).status_code == 302


@pytest.mark.parametrize("role", ["observer", "editor", "publisher"])
def test_nobody_else_sees_those_of_a_colleague(wang, client, role):
    client.force_login(makers.make_colleague(role))
    assert client.get(f"/admin/auth/user/{wang.pk}/sign-in/").status_code == 403


@pytest.mark.parametrize("change", [{"role": "observer"}, {"is_active": ""}])
def test_a_change_of_role_or_leaving_ends_all_sessions(at_work, wang, change):
    sun = Client()
    sun.force_login(hire("administrator"))
    form = filled_in(sun.get(url("change", wang)))
    sun.post(url("change", wang), form | {"first_name": "Li"})
    assert is_in(at_work)
    sun.post(url("change", wang), form | change)
    assert not StaffSession.objects.filter(user=wang).exists()
    assert not is_in(at_work)


def test_to_leave_is_a_post_to_which_every_page_leads(at_work):
    for path in ("/admin/", ACCOUNT, "/admin/handbook/", "/admin/partnerships/partner/"):
        assert 'method="post" action="/admin/logout/"' in words(at_work.get(path))
    assert at_work.get("/admin/logout/").status_code == 405
    assert is_in(at_work)
    key = at_work.session.session_key
    at_work.post("/admin/logout/")
    at_work.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_in(at_work)


# What is sent after one has ended


@pytest.fixture
def late(wang):
    """A browser that checks as a real one does, with a form open when its session ended."""
    client = Client(enforce_csrf_checks=True)
    send(client, "/admin/login/", username="wang", password=PASSWORD)
    client.partner = makers.make_partner(status="draft")
    client.form = filled_in(client.get(url("change", client.partner)))
    client.form |= {"csrfmiddlewaretoken": token(client.get(url("change", client.partner)))}
    let_pass(hours=3)
    return client


def token(response):
    return re.search(r'csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def send(client, path, **fields):
    return client.post(path, fields | {"csrfmiddlewaretoken": token(client.get(path))})


def hidden(response, form):
    """What the form with this id on a page sends by itself, and where to."""
    inside = re.search(rf'<form[^>]*id="{form}".*?</form>', response.content.decode(), re.DOTALL)[0]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))
    texts = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', inside, re.DOTALL)
    fields |= {name: unescape(text) for name, text in texts}
    return unescape(re.search(r'action="([^"]+)"', inside)[1]), fields


TEXT = "\n  Ten years of <b>work</b> & “friendship”\n十年合作\n"


def test_what_was_written_is_saved_after_signing_in_again(late):
    answer = late.post(url("change", late.partner), late.form | {"summary_en": TEXT})
    assert answer.status_code == 403
    assert "You have been signed out" in words(answer)
    action, fields = hidden(answer, "login-form")
    answer = late.post(action, fields | {"username": "wang", "password": "wrong"})
    action, fields = hidden(answer, "login-form")
    answer = late.post(action, fields | {"username": "wang", "password": PASSWORD})
    action, fields = hidden(answer, "again-form")
    assert fields["summary_en"] == TEXT
    assert late.post(action, fields).status_code == 302
    late.partner.refresh_from_db()
    assert late.partner.summary_en.split() == TEXT.split()


def test_what_was_written_survives_a_wrong_password_and_the_code(late, wang):
    device = set_up_telephone(wang)
    answer = late.post(url("change", late.partner), late.form | {"summary_en": TEXT})
    action, fields = hidden(answer, "login-form")
    late.post(action, fields | {"username": "wang", "password": PASSWORD})
    answer = send(late, "/admin/login/code/", code=code_of(device))
    assert hidden(answer, "again-form")[1]["summary_en"] == TEXT


def test_what_was_written_survives_a_code_that_comes_late_or_another_beginning(late, wang):
    device = set_up_telephone(wang)
    answer = late.post(url("change", late.partner), late.form | {"summary_en": TEXT})
    for again in ({"again": "1"}, {"code": "000000"}):
        action, fields = hidden(answer, "login-form")
        late.post(action, fields | {"username": "wang", "password": PASSWORD})
        _action, fields = hidden(late.get("/admin/login/code/"), "login-form")
        if "code" in again:
            StaffSession.objects.all().delete()
        answer = late.post("/admin/login/code/", fields | again)
        assert "You have been signed out" in words(answer)
    action, fields = hidden(answer, "login-form")
    late.post(action, fields | {"username": "wang", "password": PASSWORD})
    answer = send(late, "/admin/login/code/", code=code_of(device))
    assert hidden(answer, "again-form")[1]["summary_en"] == TEXT


# What is sent from a form that was open while somebody signed in again in another tab

OURS = {"Origin": settings.SITE_URL}


@pytest.fixture
def elsewhere_again(late):
    """The same browser, in again by another tab."""
    send(late, "/admin/login/", username="wang", password=PASSWORD)
    return late


def test_it_is_sent_again_with_a_click(elsewhere_again):
    late, form = elsewhere_again, elsewhere_again.form | {"summary_en": TEXT}
    answer = late.post(url("change", late.partner), form, headers=OURS)
    assert answer.status_code == 403
    late.partner.refresh_from_db()
    assert late.partner.summary_en != TEXT.strip()
    action, fields = hidden(answer, "again-form")
    assert fields["summary_en"] == TEXT
    assert late.post(action, fields).status_code == 302
    late.partner.refresh_from_db()
    assert late.partner.summary_en.split() == TEXT.split()


def test_so_is_what_the_page_to_sign_in_was_keeping(late):
    answer = late.post(url("change", late.partner), late.form | {"summary_en": TEXT})
    action, fields = hidden(answer, "login-form")
    send(late, "/admin/login/", username="wang", password=PASSWORD)
    fields |= {"username": "wang", "password": PASSWORD}
    answer = late.post(action, fields, headers=OURS)
    assert hidden(answer, "again-form")[1]["summary_en"] == TEXT
    del fields["carried"]
    assert "load the page anew" in words(late.post(action, fields, headers=OURS))


@pytest.mark.parametrize("origin", ["", "null", "https://elsewhere.example"])
def test_what_another_site_sends_is_not_shown(elsewhere_again, origin):
    late, form = elsewhere_again, elsewhere_again.form | {"summary_en": TEXT}
    answer = late.post(
        url("change", late.partner), form, headers={"Origin": origin} if origin else {}
    )
    assert answer.status_code == 403
    assert "Ten years" not in words(answer)


def test_what_was_written_survives_too_many_tries(late):
    answer = late.post(url("change", late.partner), late.form | {"summary_en": TEXT})
    for _ in range(11):
        action, fields = hidden(answer, "login-form")
        answer = late.post(action, fields | {"username": "wang", "password": "wrong"})
    assert answer.status_code == 429
    action, fields = hidden(answer, "login-form")
    answer = late.post(action, fields)
    Tries.objects.all().delete()
    action, fields = hidden(answer, "login-form")
    answer = late.post(action, fields | {"username": "wang", "password": PASSWORD})
    assert hidden(answer, "again-form")[1]["summary_en"] == TEXT


def test_a_password_is_not_kept_in_a_page(late, wang):
    sent = {"csrfmiddlewaretoken": late.form["csrfmiddlewaretoken"], "new_password1": "a secret"}
    answer = late.post("/admin/password_change/", sent | {"other": "x"})
    action, fields = hidden(answer, "login-form")
    answer = late.post(action, fields | {"username": "wang", "password": PASSWORD})
    assert hidden(answer, "again-form")[1].keys() == {"csrfmiddlewaretoken", "other"}
    assert "Passwords are never kept" in words(answer)


def test_nobody_else_s_form_is_kept_or_sent(late):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(url("change", late.partner), {"summary_en": TEXT}).status_code == 403
    form = {"username": "wang", "password": PASSWORD, "carried": "W10:forged:forged"}
    answer = send(stranger, "/admin/login/", **form)
    assert (answer.status_code, answer.url) == (302, "/admin/")


# The password once more


def test_what_others_may_do_is_changed_with_ones_password_given_just_now(wang, client):
    enter(client, hire("administrator", username="sun").username)
    form = filled_in(client.get(url("change", wang)))
    begun_before = client.session
    begun_before["staff"] |= {"confirmed": 0}
    begun_before.save()
    answer = client.post(url("change", wang), form | {"role": "publisher"})
    assert "Your password once more" in words(answer)
    action, fields = hidden(answer, "login-form")
    answer = client.post(action, fields | {"password": "wrong"})
    assert "This is not your password." in words(answer)
    action, fields = hidden(answer, "login-form")
    answer = client.post(action, fields | {"password": PASSWORD})
    action, fields = hidden(answer, "again-form")
    assert not wang.groups.filter(name="publisher").exists()
    client.post(action, fields)
    assert wang.groups.filter(name="publisher").exists()


def test_a_new_account_is_written_down_after_the_password_was_given(client, db):
    enter(client, hire("administrator", username="sun").username)
    session = client.session
    session["staff"] |= {"confirmed": 0}
    session.save()
    page = "/admin/auth/user/add/"
    asked = client.get(page).url
    assert asked == f"/admin/account/confirm/?next={quote(page, safe='')}"
    assert client.post(asked, {"password": PASSWORD}).url == page
    assert client.get(page).status_code == 200


def test_a_way_back_that_is_no_address_is_no_fault(wang, client):
    signed_in = {"username": "wang", "password": PASSWORD}
    assert client.post("/admin/login/?next=abc", signed_in).status_code == 302
    assert is_in(client)
    confirmed = client.post("/admin/account/confirm/?next=abc", {"password": PASSWORD})
    assert confirmed.status_code == 302


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_the_way_back_never_leads_to_another_site(wang, client, after):
    enter(client, "wang")
    answer = client.post(f"/admin/account/confirm/?next={after}", {"password": PASSWORD})
    assert answer.url == "/admin/"
    other = Client()
    assert (
        other.post(f"/admin/login/?next={after}", {"username": "wang", "password": PASSWORD}).url
        == "/admin/"
    )


def test_the_password_given_again_gives_the_session_a_new_key(at_work):
    at_work.get(ACCOUNT)
    before = at_work.session.session_key
    at_work.post(reverse("admin:staff_confirm"), {"password": PASSWORD})
    assert at_work.session.session_key != before
    assert is_in(at_work)


def test_signing_out_clears_what_the_browser_kept(at_work):
    left = at_work.post("/admin/logout/", secure=True)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
