"""A second factor after the password: set up, asked for, used once, taken away, compulsory."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jinhua_site.accounts.models import AuditEntry
from tests.support.accounts import (
    CODE,
    code_of,
    confirm,
    enter,
    forget_sign_in,
    give_code,
    hire,
    is_in,
    set_up_telephone,
    wait_for_mail,
    words,
)

OVERVIEW, FACTORS = "/admin/account/", "/admin/account/second-factor/"
APP, CODES = f"{FACTORS}totp/activate/", f"{FACTORS}recovery-codes/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.support.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang", email="wang@example.edu.cn")


@pytest.fixture
def telephone(wang):
    return set_up_telephone(wang)


@pytest.fixture
def compulsory(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def secret_shown(client):
    return re.search(r'value="([A-Z2-7]{32})"', words(client.get(APP)))[1]


def set_up(client):
    """Do what a colleague does with a new telephone."""
    secret = secret_shown(client)
    client.post(APP, {"code": code_of(secret)})
    return secret


def codes_on(response):
    return re.findall(r'<code lang="en">([\d-]+)</code>', response.content.decode())


def recovery_codes(user):
    return RecoveryCodes.activate(user).generate_codes()


# Setting up


def test_a_colleague_sets_it_up_and_gets_recovery_codes_this_once(
    wang, client, django_capture_on_commit_callbacks
):
    enter(client, "wang")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(APP, {"code": code_of(secret_shown(client))})
    assert response.url == CODES
    shown = client.get(CODES)
    assert len({*codes_on(shown)}) == 10
    assert "no-store" in shown["Cache-Control"]
    assert codes_on(client.get(CODES)) == []
    wait_for_mail()
    assert "wang@example.edu.cn" in mail.outbox[0].to
    assert "Authenticator app activated." in mail.outbox[0].body
    assert "验证器应用已启用。" in mail.outbox[0].body
    assert set(AuditEntry.objects.values_list("kind", "about")) >= {
        ("factor", "wang: totp"),
        ("codes", "wang"),
    }


def test_nothing_is_set_up_before_a_code_of_it_is_right(wang, client):
    enter(client, "wang")
    right = code_of(secret_shown(client))
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert "Incorrect code" in words(client.post(APP, {"code": wrong}))
    assert not Authenticator.objects.exists()


def test_the_picture_of_the_key_is_drawn_within_the_page(wang, client):
    enter(client, "wang")
    picture = re.search(r'class="qr".*?</svg>', words(client.get(APP)), re.DOTALL)[0]
    assert "<path" in picture
    assert not re.search("style|href|data:|<[?]xml", picture)


def test_neither_keys_nor_recovery_codes_stand_in_the_database_in_clear(wang, client):
    enter(client, "wang")
    secret = set_up(client)
    kept = str([*Authenticator.objects.values_list("data", flat=True)])
    assert secret not in kept
    assert not re.search(r'"seed": "[0-9a-f]{40}', kept)


def test_with_another_secret_key_no_code_fits(wang, telephone, client, settings):
    settings.SECRET_KEY = "another one, after a restoration without it, and long"
    enter(client, "wang")
    assert give_code(client, code_of(telephone)).status_code == 200
    assert not is_in(client)


def test_a_new_one_ends_the_other_sessions(wang, client, django_capture_on_commit_callbacks):
    other = Client()
    for each in (client, other):
        enter(each, "wang")
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert (is_in(client), is_in(other)) == (True, False)


def test_the_password_is_asked_for_before_anything_is_shown(wang, client):
    enter(client, "wang")
    forget_sign_in(client)
    for path in (APP, f"{FACTORS}webauthn/add/", f"{CODES}generate/"):
        asked = client.get(path)
        assert asked.url == f"/admin/account/reauthenticate/?next={path.replace('/', '%2F')}"
    assert client.post(APP, {"code": "123456"}).url.startswith("/admin/account/reauthenticate/")
    assert "account_reauthentication_state" not in client.session
    assert "Incorrect password" in words(confirm(client, "wrong"))
    confirm(client)
    assert client.get(APP).status_code == 200


# Signing in


def test_the_password_alone_gives_no_access(wang, telephone, client):
    assert enter(client, "wang").url == CODE
    assert not is_in(client)
    for path in (OVERVIEW, APP, "/admin/account/password/change/", "/admin/profile/fact/"):
        assert "/login/" in client.get(path).url


def test_the_code_lets_in_and_leads_where_one_was_going(wang, telephone, client):
    enter(client, "wang", query_params={"next": "/admin/profile/fact/"})
    assert give_code(client, code_of(telephone)).url == "/admin/profile/fact/"
    assert is_in(client)
    assert AuditEntry.objects.get(kind="signed in").about == "totp"


def test_a_code_in_full_width_digits_is_the_same(wang, telephone, client):
    enter(client, "wang")
    wide = code_of(telephone).translate({ord("0") + n: ord("０") + n for n in range(10)})
    give_code(client, wide)
    assert is_in(client)


@pytest.mark.parametrize("code", ["000000", "abc", "1" * 60, "١٢٣٤٥٦", ""])
def test_what_is_no_code_does_not(wang, telephone, client, code):
    enter(client, "wang")
    assert give_code(client, code).status_code == 200
    assert not is_in(client)


def test_a_code_is_good_once_for_as_long_as_it_would_fit(wang, telephone, monkeypatch):
    now = 1_800_000_000
    monkeypatch.setattr("time.time", lambda: now)
    code, answers = code_of(telephone, 1), []
    for seconds in (0, 33, 59):
        client = Client()
        monkeypatch.setattr("time.time", lambda seconds=seconds: now + seconds)
        enter(client, "wang")
        give_code(client, code)
        answers.append("_auth_user_id" in client.session)
    assert answers == [True, False, False]


def test_a_recovery_code_is_good_once_and_told_by_mail(
    wang, telephone, django_capture_on_commit_callbacks
):
    code, answers = recovery_codes(wang)[3], []
    with django_capture_on_commit_callbacks(execute=True):
        for client in (Client(), Client()):
            enter(client, "wang")
            give_code(client, f" {code[:4]}-{code[4:]} ")
            answers.append(is_in(client))
    wait_for_mail()
    assert answers == [True, False]
    assert "9 are left" in mail.outbox[0].body
    assert "剩" in mail.outbox[0].body


def test_of_many_who_give_the_same_code_at_the_same_time_one_gets_in(site):
    told = "from tests.support.accounts import give_at_once; print('IN', *give_at_once(8))"
    done = site.manage("shell", "-c", told)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("IN ")[1].split() == ["1", "1"]


def test_codes_cannot_be_tried_for_long_and_their_owner_is_told(
    wang, telephone, client, django_capture_on_commit_callbacks, settings
):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"code_failed": "3/d/key"}
    enter(client, "wang")
    with django_capture_on_commit_callbacks(execute=True):
        answers = [words(give_code(client, "000000")) for _ in range(4)]
    assert ["too many tries" in each for each in answers] == [False, False, False, True]
    give_code(client, code_of(telephone))
    assert not is_in(client)
    wait_for_mail()
    [told] = mail.outbox
    assert "Somebody who knows your password" in told.body
    assert [entry.kind for entry in AuditEntry.objects.all()].count("code refused") == 3
    assert AuditEntry.objects.filter(kind="limit", about="wang").count() == 1


# Taking away


def test_an_administrator_takes_it_away_for_a_colleague_who_lost_the_telephone(
    wang, telephone, client, django_capture_on_commit_callbacks
):
    recovery_codes(wang)
    hire("administrator", username="sun")
    enter(client, "sun")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_of_colleague", args=[wang.pk]), {"take_away": "1"})
    wait_for_mail()
    entry = AuditEntry.objects.get(kind="no factor")
    assert (entry.who, entry.about) == ("sun", "wang")
    assert not Authenticator.objects.exists()
    assert mail.outbox[0].to == ["wang@example.edu.cn"]
    other = Client()
    enter(other, "wang")
    assert is_in(other)


@pytest.mark.parametrize("role", ["observer", "editor", "publisher"])
def test_nobody_else_takes_it_away(wang, telephone, client, role):
    hire(role, username="li")
    enter(client, "li")
    page = reverse("account_of_colleague", args=[wang.pk])
    assert client.post(page, {"take_away": "1"}).status_code == 403
    assert Authenticator.objects.exists()


def test_an_administrator_takes_none_from_a_superuser(telephone, wang, client):
    wang.is_superuser = True
    wang.save()
    hire("administrator", username="sun")
    enter(client, "sun")
    page = reverse("account_of_colleague", args=[wang.pk])
    assert client.post(page, {"take_away": "1"}).status_code == 403


def test_the_operator_takes_it_away_where_no_administrator_can(wang, telephone, client, capsys):
    call_command("take_away_second_factor", "wang")
    assert AuditEntry.objects.get().about == "wang"
    enter(client, "wang")
    assert is_in(client)
    for name in ("wang", "nobody"):
        with pytest.raises(CommandError):
            call_command("take_away_second_factor", name)


# Compulsory


@pytest.mark.parametrize("role", ["publisher", "administrator"])
def test_whoever_publishes_sets_it_up_before_anything_else(compulsory, client, db, role):
    hire(role, username="zhao")
    enter(client, "zhao")
    for path in ("/admin/", "/admin/profile/fact/", "/admin/handbook/"):
        assert client.get(path).url == FACTORS
    assert client.post("/admin/profile/fact/add/", {"key": "x"}).url == FACTORS
    assert "needs the second step" in words(client.get(FACTORS))
    set_up(client)
    assert is_in(client)


@pytest.mark.parametrize("role", ["observer", "editor"])
def test_others_may_do_without(compulsory, client, db, role):
    hire(role, username="zhao")
    enter(client, "zhao")
    assert is_in(client)


def test_who_takes_their_only_one_away_is_asked_for_another_at_once(compulsory, client, db):
    secret = set_up_telephone(hire("publisher", username="zhao"))
    enter(client, "zhao")
    give_code(client, code_of(secret))
    assert is_in(client)
    client.post(f"{FACTORS}totp/deactivate/")
    assert client.get("/admin/").url == FACTORS
