"""A code from the telephone after the password: set up, asked for, replaced, taken away."""

import re
from base64 import b32decode
from binascii import hexlify

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from jinhua_site.staff.models import AuditEntry, RecoveryCode, StaffSession
from jinhua_site.staff.second_factor import new_codes

from .accounts import (
    ELSEWHERE,
    PASSWORD,
    code_of,
    enter,
    give_code,
    hire,
    is_in,
    set_up_telephone,
    words,
)
from .test_sign_in_limits import let_pass

SET_UP = "/admin/account/second-factor/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang", email="wang@example.edu.cn")


@pytest.fixture
def telephone(wang):
    return set_up_telephone(wang)


def device_shown(client):
    """A telephone into which somebody has typed the key of the page."""
    key = re.search(r'class="key"[^>]*>([A-Z2-7 ]+)<', words(client.get(SET_UP)))[1]
    key = key.replace(" ", "")
    return TOTPDevice(key=hexlify(b32decode(key + "=" * (-len(key) % 8))).decode())


def codes_on(response):
    return re.findall(r'<code lang="en">([a-z2-7-]+)</code>', response.content.decode())


# Setting up


def test_a_colleague_sets_it_up_and_gets_recovery_codes(wang, client):
    enter(client, "wang")
    device = device_shown(client)
    response = client.post(SET_UP, {"code": code_of(device)})
    assert len(set(codes_on(response))) == 10
    assert TOTPDevice.objects.get(user=wang).key == device.key
    assert "no-store" in response["Cache-Control"]
    assert is_in(client)


def test_nothing_is_set_up_before_a_code_of_it_is_right(wang, client):
    enter(client, "wang")
    device = device_shown(client)
    right = code_of(device)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert "This is not the code of this key" in words(client.post(SET_UP, {"code": wrong}))
    assert not TOTPDevice.objects.exists()
    assert client.post(SET_UP, {"code": right}).status_code == 200
    assert TOTPDevice.objects.exists()


def test_the_picture_of_the_key_is_drawn_here_and_without_a_style(wang, client):
    enter(client, "wang")
    response = client.get(SET_UP)
    picture = re.search(r'class="qr".*?</svg>', response.content.decode(), re.DOTALL)[0]
    assert "<path" in picture
    assert "style" not in picture
    assert "href" not in picture
    assert "no-store" in response["Cache-Control"]


def test_the_code_that_set_it_up_does_not_sign_in(wang, client):
    enter(client, "wang")
    device = device_shown(client)
    client.post(SET_UP, {"code": code_of(device)})
    again = Client()
    enter(again, "wang")
    give_code(again, code_of(device))
    assert not is_in(again)
    give_code(again, code_of(device, 1))
    assert is_in(again)


def test_recovery_codes_are_long_and_kept_as_hashes_only(wang, client):
    enter(client, "wang")
    codes = codes_on(client.post(SET_UP, {"code": code_of(device_shown(client))}))
    kept = str([*RecoveryCode.objects.values_list("digest", flat=True)])
    assert {len(code.replace("-", "")) for code in codes} == {24}
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


# Signing in


def test_the_password_alone_gives_no_access(wang, telephone, client):
    response = enter(client, "wang")
    assert response.url == "/admin/login/code/"
    assert not is_in(client)
    for path in ("/admin/account/", SET_UP, "/admin/password_change/", "/admin/profile/fact/"):
        assert client.get(path).url.startswith("/admin/login/")
    assert not StaffSession.objects.filter(user=wang).exists()


def test_the_code_lets_in_and_leads_where_one_was_going(wang, telephone, client):
    client.post(
        "/admin/login/?next=/admin/profile/fact/", {"username": "wang", "password": PASSWORD}
    )
    response = give_code(client, code_of(telephone))
    assert response.url == "/admin/profile/fact/"
    assert is_in(client)


@pytest.mark.parametrize("code", ["000000", "abc", "1" * 60, "١٢٣٤٥٦", ""])
def test_what_is_no_code_does_not(wang, telephone, client, code):
    enter(client, "wang")
    assert give_code(client, code).status_code == 200
    assert not is_in(client)


def test_a_code_is_good_once(wang, telephone):
    code, answers = code_of(telephone), []
    for client in (Client(), Client()):
        enter(client, "wang")
        give_code(client, code)
        answers.append(is_in(client))
    assert answers == [True, False]


def test_a_recovery_code_is_good_once_and_told_by_mail(
    wang, telephone, django_capture_on_commit_callbacks
):
    code, answers = new_codes(wang)[3], []
    with django_capture_on_commit_callbacks(execute=True):
        for client in (Client(), Client()):
            enter(client, "wang")
            give_code(client, f" {code.upper()} ")
            answers.append(is_in(client))
    assert answers == [True, False]
    assert wang.recovery_codes.count() == 9
    assert "9 are left" in mail.outbox[0].body
    assert "剩" in mail.outbox[0].body


def test_a_recovery_code_of_a_colleague_is_none_of_ones_own(wang, telephone, client):
    code = new_codes(hire(username="li"))[0]
    enter(client, "wang")
    give_code(client, code)
    assert not is_in(client)


def test_codes_cannot_be_tried_for_long(wang, telephone):
    answers = []
    for _ in range(11):
        client = Client()
        enter(client, "wang")
        answers.append(give_code(client, "000000").status_code)
    assert answers == [200] * 10 + [429]
    enter(client, "wang")
    assert give_code(client, code_of(telephone)).status_code == 429


def test_who_tries_codes_elsewhere_locks_no_known_browser_out(
    wang, telephone, client, django_capture_on_commit_callbacks
):
    enter(client, "wang")
    give_code(client, code_of(telephone, -1))
    client.post("/admin/logout/")
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(20):
            stranger, address = Client(), f"198.51.100.{number}"
            enter(stranger, "wang", address=address)
            give_code(stranger, "000000", address)
    enter(stranger, "wang", address=ELSEWHERE)
    assert give_code(stranger, code_of(telephone), ELSEWHERE).status_code == 429
    assert "Somebody who knows your password" in mail.outbox[0].body
    enter(client, "wang")
    give_code(client, code_of(telephone))
    assert is_in(client)


def test_at_a_known_browser_too_twenty_codes_a_day_are_tried(wang, telephone, client):
    enter(client, "wang")
    give_code(client, code_of(telephone, -1))
    client.post("/admin/logout/")
    answers = []
    for _ in range(3):
        for _ in range(10):
            enter(client, "wang")
            answers.append(give_code(client, "000000").status_code)
        let_pass(minutes=6)
    assert answers == [200] * 20 + [429] * 10


def test_half_a_sign_in_ends_with_the_password_it_began_with(wang, telephone, client):
    enter(client, "wang")
    wang.set_password("another passphrase entirely")
    wang.save()
    assert give_code(client, code_of(telephone)).url == "/admin/login/"


def test_without_the_password_there_is_no_second_step(wang, telephone, client):
    assert client.get("/admin/login/code/").url == "/admin/login/"
    assert give_code(client, code_of(telephone)).url == "/admin/login/"


def test_of_many_who_give_the_same_code_at_the_same_time_one_gets_in(site):
    told = "from tests.accounts import give_at_once; print('IN', *give_at_once(8))"
    done = site.manage("shell", "-c", told)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("IN ")[1].split() == ["1", "1"]


# Replacing and taking away


def test_another_telephone_makes_the_one_before_void(wang, telephone, client):
    old_codes = new_codes(wang)
    other = Client()
    for each, steps in ((other, -1), (client, 0)):
        enter(each, "wang")
        give_code(each, code_of(telephone, steps))
    client.post(SET_UP, {"code": code_of(device_shown(client))})
    assert TOTPDevice.objects.filter(user=wang).count() == 1
    assert (is_in(client), is_in(other)) == (True, False)
    for code in (code_of(telephone, 1), old_codes[0]):
        again = Client()
        enter(again, "wang")
        give_code(again, code)
        assert not is_in(again)


def test_an_administrator_takes_it_away_for_a_colleague_who_lost_the_telephone(
    wang, telephone, client, django_capture_on_commit_callbacks
):
    new_codes(wang)
    hire("administrator", username="sun")
    enter(client, "sun")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/auth/user/{wang.pk}/sign-in/", {"take_away": "1"})
    entry = AuditEntry.objects.get(kind="no factor")
    assert (entry.who, entry.about) == ("sun", "wang")
    assert not RecoveryCode.objects.exists()
    assert mail.outbox[0].to == ["wang@example.edu.cn"]
    other = Client()
    enter(other, "wang")
    assert is_in(other)


@pytest.mark.parametrize("role", ["observer", "editor", "publisher"])
def test_nobody_else_takes_it_away(wang, telephone, client, role):
    hire(role, username="li")
    enter(client, "li")
    assert (
        client.post(f"/admin/auth/user/{wang.pk}/sign-in/", {"take_away": "1"}).status_code == 403
    )
    assert TOTPDevice.objects.exists()


def test_an_administrator_takes_none_from_a_superuser(telephone, wang, client):
    wang.is_superuser = True
    wang.save()
    hire("administrator", username="sun")
    enter(client, "sun")
    assert (
        client.post(f"/admin/auth/user/{wang.pk}/sign-in/", {"take_away": "1"}).status_code == 403
    )


def test_new_recovery_codes_make_the_ones_before_void(wang, telephone, client):
    old = new_codes(wang)[0]
    enter(client, "wang")
    give_code(client, code_of(telephone))
    new = codes_on(client.post("/admin/account/", {"new_codes": "1"}))
    assert len(new) == 10
    answers = []
    for code in (old, new[0]):
        again = Client()
        enter(again, "wang")
        give_code(again, code)
        answers.append(is_in(again))
    assert answers == [False, True]


# Compulsory


@pytest.fixture
def compulsory(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.parametrize("role", ["publisher", "administrator"])
def test_whoever_publishes_sets_it_up_before_anything_else(compulsory, client, db, role):
    hire(role, username="zhao")
    enter(client, "zhao")
    for path in ("/admin/", "/admin/profile/fact/", "/admin/account/", "/admin/handbook/"):
        assert client.get(path).url == SET_UP
    assert client.post("/admin/profile/fact/add/", {"key": "x"}).url == SET_UP
    client.post(SET_UP, {"code": code_of(device_shown(client))})
    assert is_in(client)
    assert client.post("/admin/account/", {"take_away": "1"}).status_code == 403


@pytest.mark.parametrize("role", ["observer", "editor"])
def test_others_may_do_without(compulsory, client, db, role):
    hire(role, username="zhao")
    enter(client, "zhao")
    assert is_in(client)


def test_where_it_is_taken_away_it_is_set_up_anew(compulsory, client, db):
    device = set_up_telephone(hire("publisher", username="zhao"))
    enter(client, "zhao")
    give_code(client, code_of(device))
    assert is_in(client)
    hire("administrator", username="sun")
    sun, phone = Client(), None
    enter(sun, "sun")
    phone = device_shown(sun)
    sun.post(SET_UP, {"code": code_of(phone)})
    sun.post(f"/admin/auth/user/{device.user.pk}/sign-in/", {"take_away": "1"})
    assert not is_in(client)
    enter(client, "zhao")
    assert client.get("/admin/").url == SET_UP


def test_it_is_set_up_with_the_password_given_just_now(wang, client):
    enter(client, "wang")
    session = client.session
    session["staff"] |= {"confirmed": 0}
    session.save()
    response = client.get(SET_UP)
    assert response.url == "/admin/account/confirm/?next=%2Fadmin%2Faccount%2Fsecond-factor%2F"
    assert "not your password" in words(client.post(response.url, {"password": "wrong"}))
    assert client.post(response.url, {"password": PASSWORD}).url == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_the_operator_takes_it_away_where_no_administrator_can(wang, telephone, client, capsys):
    call_command("take_away_second_factor", "wang")
    assert AuditEntry.objects.get().about == "wang"
    enter(client, "wang")
    assert is_in(client)
    for name in ("wang", "nobody"):
        with pytest.raises(CommandError):
            call_command("take_away_second_factor", name)
