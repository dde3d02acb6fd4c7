"""A password is long and not easy to guess; there is no other rule."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from tests.support.accounts import PASSWORD, enter, hire, is_in, words

OWN, RESET = "/admin/account/password/change/", "/admin/account/password/reset/"
NEW = "another passphrase entirely"


@pytest.fixture
def lily(db):
    return hire(username="lily.wang", last_name="王", email="lily.wang@example.edu.cn")


def test_a_long_one_of_any_letters_is_welcome(lily):
    for password in [
        "七只灰鹭在黎明时分一起飞过河面去了",
        "840 271 593 640 182",  # digits only
        "🦢🦢🐢🐢🐇🐇🐌🐌🐝🐝🐞🐞🦋🦋🐛",
        "long " * 3 + "and longer " * 12,
        "jinhua is where seven herons live",
    ]:
        validate_password(password, lily)
    lily.set_password("  spaces before and behind  ")
    lily.save()
    assert enter(Client(), "lily.wang", "  spaces before and behind  ").status_code == 302


def test_a_short_or_a_likely_one_is_refused(lily):
    for password in [
        "herons at dawn",  # 14
        "passwordpassword",
        "Password12345678",
        "123456789012345",
        "abcabcabcabcabcabc",
        "JinhuaPolytechnic2026!",
        "金华职业技术大学金华职业技术大学",
        "lily.wang@example.edu.cn",
    ]:
        with pytest.raises(ValidationError):
            validate_password(password, lily)


def change(client, old, new=NEW):
    return client.post(OWN, {"oldpassword": old, "password1": new, "password2": new})


def test_ones_own_is_changed_with_the_one_before_and_ends_all_other_sessions(wang, committed):
    client, other = Client(), Client()
    for browser in (client, other):
        enter(browser, "wang")
    key = client.session.session_key
    with committed():
        assert change(client, PASSWORD).status_code == 302
    assert (is_in(client), is_in(other)) == (True, False)
    assert client.session.session_key != key
    assert "Your password has been changed." in mail.outbox[0].body
    assert "密码" in mail.outbox[0].body
    assert mail.outbox[0].subject.startswith("Your account at the college’s website / ")
    answers = [change(client, "wrong").status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]


def test_one_that_somebody_else_has_chosen_is_changed_before_anything_else(sun, wang, committed):
    """An administrator gives one to a new colleague, or to one who is thereby signed out."""
    client = Client()
    enter(client, "wang")
    new = {"password1": NEW, "password2": NEW}
    sun.post("/admin/auth/user/add/", new | {"username": "li", "role": "editor"})
    with committed():
        sun.post(f"/admin/auth/user/{wang.pk}/password/", new | {"usable_password": "true"})
    assert (is_in(sun), is_in(client)) == (True, False)
    assert mail.outbox[0].to == ["wang@example.edu.cn"]
    for name in ("wang", "li"):
        client = Client()
        enter(client, name, NEW)
        assert client.get("/admin/profile/fact/").url == OWN
        assert "must be different" in words(change(client, NEW, NEW))
        assert change(client, NEW, PASSWORD).status_code == 302
        assert is_in(client)


# Reset by e-mail


def link_in(message):
    return re.search(r"https?://[^/]+(/admin/account/password/reset/key/\S+)", message.body)[1]


def test_a_forgotten_one_is_chosen_anew_by_e_mail(lily, client, settings, committed):
    settings.SITE_URL = "https://www.example.edu.cn"
    with committed():
        client.post(RESET, {"email": "Lily.Wang@example.edu.cn"}, headers={"host": "localhost"})
    [message] = mail.outbox
    assert f"{settings.SITE_URL}/admin/account/password/reset/key/" in message.body
    assert "localhost" not in message.body
    assert "Choose it here, within an hour:" in message.body
    assert "一小时" in message.body
    page = client.get(link_in(message), follow=True)
    assert "no-store" in page["Cache-Control"]
    form = {"password1": NEW, "password2": NEW}
    done = client.post(page.request["PATH_INFO"], form, follow=True)
    assert "Your password is now changed." in words(done)
    assert not is_in(client)
    enter(client, "lily.wang", NEW)
    assert is_in(client)
    assert "password reset link was invalid" in words(Client().get(link_in(message)))
    assert not EmailAddress.objects.exists()


def test_nobody_is_told_whether_somebody_has_that_address_even_if_mail_fails(
    wang, client, monkeypatch, caplog, committed
):
    def fail(self, messages):
        raise OSError("no mail server")

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    with committed():
        answers = [
            client.post(RESET, {"email": address}, follow=True)
            for address in (wang.email, "nobody@x.example")
        ]
    assert len({(answer.status_code, words(answer)) for answer in answers}) == 1
    assert "could not be sent" in caplog.text
    assert mail.outbox == []
