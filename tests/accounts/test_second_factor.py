"""The second factor: setting up, signing in, removing, and where it is compulsory."""

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
    words,
)

FACTORS = "/admin/account/second-factor/"
APP, CODES = f"{FACTORS}totp/activate/", f"{FACTORS}recovery-codes/"


@pytest.fixture
def telephone(wang):
    return set_up_telephone(wang)


@pytest.fixture
def compulsory(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def secret_shown(client):
    return re.search(r'value="([A-Z2-7]{32})"', words(client.get(APP)))[1]


def codes_on(response):
    return re.findall(r'<code lang="en">([\d-]+)</code>', response.content.decode())


# Setting up


def test_a_colleague_sets_it_up_and_gets_recovery_codes_this_once(wang, client, committed):
    other = Client()
    for browser in (client, other):
        enter(browser, "wang")
    secret = secret_shown(client)
    assert "Incorrect code" in words(client.post(APP, {"code": "000000"}))
    with committed():
        assert client.post(APP, {"code": code_of(secret)}).url == CODES
    page = client.get(CODES)
    assert len({*codes_on(page)}) == 10
    assert "no-store" in page["Cache-Control"]
    assert codes_on(client.get(CODES)) == []
    assert (is_in(client), is_in(other)) == (True, False)
    assert mail.outbox[0].to == ["wang@example.edu.cn"]
    assert "Authenticator app activated." in mail.outbox[0].body
    assert "验证器应用已启用。" in mail.outbox[0].body
    noted = AuditEntry.objects.filter(kind="factor").values_list("about", flat=True)
    assert {*noted} == {"wang: totp", "wang: recovery_codes"}
    stored = str([*Authenticator.objects.values_list("data", flat=True)])
    assert secret not in stored
    assert not re.search(r'"seed": "[0-9a-f]{40}', stored)


def test_with_another_secret_key_no_code_fits(telephone, client, settings):
    settings.SECRET_KEY = "another one, after a restoration without it, and long"
    enter(client, "wang")
    assert give_code(client, code_of(telephone)).status_code == 200
    assert not is_in(client)


def test_the_password_is_asked_for_before_anything_is_shown(wang, client):
    enter(client, "wang")
    forget_sign_in(client)
    for path in (APP, f"{FACTORS}webauthn/add/", f"{CODES}generate/"):
        answer = client.get(path)
        assert answer.url == f"/admin/account/reauthenticate/?next={path.replace('/', '%2F')}"
    assert client.post(APP, {"code": "123456"}).url == APP
    assert "account_reauthentication_state" not in client.session
    assert "Incorrect password" in words(confirm(client, "wrong"))
    confirm(client)
    assert client.get(APP).status_code == 200


# Signing in


def test_the_password_alone_gives_no_access(telephone, client):
    assert enter(client, "wang", query_params={"next": "/admin/profile/fact/"}).url.startswith(CODE)
    for path in ("/admin/account/", APP, "/admin/profile/fact/"):
        assert "/login/" in client.get(path).url
    for code in ("000000", "abc", "1" * 60, "١٢٣٤٥٦", ""):
        assert give_code(client, code).status_code == 200
        assert not is_in(client)
    assert give_code(client, code_of(telephone)).url == "/admin/profile/fact/"
    assert is_in(client)
    assert AuditEntry.objects.get(kind="signed in").about == "wang: totp"


def test_a_code_is_good_once_for_as_long_as_it_would_fit(telephone, monkeypatch):
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


def test_a_recovery_code_is_good_once_and_told_by_mail(wang, telephone, committed):
    code, answers = RecoveryCodes.activate(wang).generate_codes()[3], []
    with committed():
        for client in (Client(), Client()):
            enter(client, "wang")
            give_code(client, f" {code[:4]}-{code[4:]} ")
            answers.append(is_in(client))
    assert answers == [True, False]
    assert "9 are left" in mail.outbox[0].body
    assert "剩" in mail.outbox[0].body


def test_codes_cannot_be_tried_for_long_and_their_owner_is_told(telephone, client, committed):
    enter(client, "wang")
    with committed():
        answers = [words(give_code(client, "000000")) for _ in range(11)]
    assert ["Too many failed" in answer for answer in answers] == [False] * 10 + [True]
    give_code(client, code_of(telephone))
    assert not is_in(client)
    [message] = mail.outbox
    assert "Somebody who knows your password" in message.body
    assert AuditEntry.objects.filter(kind="code refused", about="wang").count() == 10


# Removing


def test_an_administrator_takes_it_away_for_a_colleague_who_lost_the_telephone(
    wang, telephone, sun, client, committed
):
    page = reverse("account_of_colleague", args=[wang.pk])
    enter(client, hire("publisher").username)
    assert client.post(page, {"take_away": "1"}).status_code == 403
    with committed():
        sun.post(page, {"take_away": "1"})
    entry = AuditEntry.objects.get(kind="no factor")
    assert (entry.who, entry.about) == ("sun", "wang")
    assert not Authenticator.objects.exists()
    assert mail.outbox[0].to == ["wang@example.edu.cn"]


def test_an_administrator_takes_none_from_a_superuser(telephone, wang, sun):
    wang.is_superuser = True
    wang.save()
    page = reverse("account_of_colleague", args=[wang.pk])
    assert sun.post(page, {"take_away": "1"}).status_code == 404
    assert Authenticator.objects.exists()


def test_the_operator_takes_it_away_where_no_administrator_can(telephone, client, capsys):
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
    client.post(APP, {"code": code_of(secret_shown(client))})
    assert is_in(client)
    client.post(f"{FACTORS}totp/deactivate/")  # their only factor
    assert client.get("/admin/").url == FACTORS


@pytest.mark.parametrize("role", ["observer", "editor"])
def test_others_may_do_without(compulsory, client, db, role):
    enter(client, hire(role).username)
    assert is_in(client)
