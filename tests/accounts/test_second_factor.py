"""The second factor: setting up, signing in, removing, and where it is compulsory."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jinhua_site.accounts.models import AuditEntry
from jinhua_site.accounts.roles import ROLES
from tests.support.accounts import (
    CODE,
    code_of,
    enter,
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


def secret_shown(client):
    return re.search(r'value="([A-Z2-7]{32})"', words(client.get(APP)))[1]


def codes_on(response):
    return re.findall(r'<code lang="en">([\d-]+)</code>', response.content.decode())


# Setting up


def test_a_colleague_sets_it_up_and_gets_recovery_codes_this_once(
    wang, client, committed, settings
):
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
    settings.SECRET_KEY = "another one, after a restoration without it, and long"
    enter(other, "wang")
    assert give_code(other, code_of(secret, 1)).status_code == 200
    assert not is_in(other)


# Signing in


def test_the_password_alone_gives_no_access(telephone, client):
    assert enter(client, "wang", query_params={"next": "/admin/profile/fact/"}).url.startswith(CODE)
    for path in ("/admin/account/", APP, "/admin/profile/fact/"):
        assert "/login/" in client.get(path).url
    assert give_code(client, "000000").status_code == 200
    assert not is_in(client)
    code, other = code_of(telephone), Client()
    assert give_code(client, code).url == "/admin/profile/fact/"
    assert is_in(client)
    enter(other, "wang")
    assert give_code(other, code).status_code == 200  # a code is good once
    assert not is_in(other)
    assert AuditEntry.objects.get(kind="signed in").about == "wang: totp"


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
    """Nobody takes it from a superuser."""
    page = reverse("account_of_colleague", args=[wang.pk])
    enter(client, hire("publisher").username)
    assert client.post(page, {"take_away": "1"}).status_code == 403
    User.objects.filter(pk=wang.pk).update(is_superuser=True)
    assert sun.post(page, {"take_away": "1"}).status_code == 404
    assert Authenticator.objects.exists()
    User.objects.filter(pk=wang.pk).update(is_superuser=False)
    with committed():
        sun.post(page, {"take_away": "1"})
    entry = AuditEntry.objects.get(kind="no factor")
    assert (entry.who, entry.about) == ("sun", "wang")
    assert not Authenticator.objects.exists()
    assert mail.outbox[0].to == ["wang@example.edu.cn"]


def test_the_operator_takes_it_away_where_no_administrator_can(telephone, client, capsys):
    call_command("take_away_second_factor", "wang")
    assert AuditEntry.objects.get().about == "wang"
    enter(client, "wang")
    assert is_in(client)
    for name in ("wang", "nobody"):
        with pytest.raises(CommandError):
            call_command("take_away_second_factor", name)


# Compulsory


@pytest.mark.parametrize("role", ROLES)
def test_whoever_publishes_sets_it_up_before_anything_else(settings, client, db, role):
    settings.SECOND_FACTOR_REQUIRED = True
    enter(client, hire(role).username)
    assert is_in(client) == (role in ("observer", "editor"))
    if is_in(client):
        return
    for path in ("/admin/", "/admin/profile/fact/", "/admin/handbook/"):
        assert client.get(path).url == FACTORS
    assert client.post("/admin/profile/fact/add/", {"key": "x"}).url == FACTORS
    assert "needs the second step" in words(client.get(FACTORS))
    client.post(APP, {"code": code_of(secret_shown(client))})
    assert is_in(client)
    client.post(f"{FACTORS}totp/deactivate/")  # their only factor
    assert client.get("/admin/").url == FACTORS
