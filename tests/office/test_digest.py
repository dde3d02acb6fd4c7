"""A weekly mail tells each colleague what waits for them."""

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from jinhua_site.core import environment
from partnerships.models import Partner
from tests.support import makers


class OneRefused(EmailBackend):
    """A mail server that refuses one address."""

    def send_messages(self, messages):
        for message in messages:
            if "gone@example.edu.cn" in message.to:
                raise SMTPRecipientsRefused({"gone@example.edu.cn": (550, b"unknown")})
        return super().send_messages(messages)


@pytest.fixture
def wang(db):
    return makers.make_colleague("publisher", email="wangli@example.edu.cn", first_name="Wang Li")


def digest(capsys, *options):
    call_command("weekly_digest", *options)
    return capsys.readouterr().out


def test_each_colleague_is_mailed_their_own_numbers_in_both_languages(wang, capsys, settings):
    settings.SITE_URL = "https://www.example.edu.cn"
    makers.make_colleague("editor", email="editor@example.edu.cn")
    makers.make_partner()
    unverified = Partner.objects.unverified().count()
    assert "wangli@example.edu.cn" in digest(capsys, "--dry-run")
    assert mail.outbox == []
    assert digest(capsys) == ""
    sent = {tuple(each.to): each for each in mail.outbox}
    assert sent.keys() == {("wangli@example.edu.cn",), ("editor@example.edu.cn",)}
    wangs = sent["wangli@example.edu.cn",]
    assert wangs.subject.startswith("What waits on the college’s website / ")
    assert "Dear Wang Li" in wangs.body
    link = "https://www.example.edu.cn/admin/partnerships/partner/?verified=overdue"
    assert f"{unverified} · Partners not verified for a year\n{link}" in wangs.body
    assert wangs.body.count(link) == 2
    assert "Your open proposals" not in wangs.body
    assert not re.search(r"^0 ·", wangs.body, re.MULTILINE)


def test_who_has_nothing_waiting_or_no_address_or_has_left_gets_no_mail(capsys, db):
    makers.make_colleague("nobody", email="without-role@example.edu.cn")
    makers.make_colleague("editor")
    makers.make_colleague("editor", email="left@example.edu.cn", is_active=False)
    makers.make_colleague("editor", email="not-staff@example.edu.cn", is_staff=False)
    digest(capsys)
    assert mail.outbox == []


def test_an_address_that_fails_stops_no_other_and_is_told_at_the_end(wang, capsys, settings):
    settings.EMAIL_BACKEND = f"{__name__}.OneRefused"
    makers.make_colleague("editor", username="aaa", email="gone@example.edu.cn")
    makers.make_colleague("editor", username="zzz", email="there@example.edu.cn")
    with pytest.raises(CommandError, match="Not sent to\naaa"):
        digest(capsys)
    assert {sent.to[0] for sent in mail.outbox} == {"wangli@example.edu.cn", "there@example.edu.cn"}


def test_the_mail_server_and_the_sender_are_named_in_the_environment(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "")
    assert environment.email()["EMAIL_BACKEND"].endswith(".console.EmailBackend")
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://site%40example.cn:a%2Fb@mail.example.cn:587")
    found = environment.email()
    wanted = {
        "EMAIL_HOST": "mail.example.cn",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "site@example.cn",
        "EMAIL_HOST_PASSWORD": "a/b",
        "EMAIL_USE_TLS": True,
    }
    assert {name: found[name] for name in wanted} == wanted
    monkeypatch.setenv("EMAIL_FROM", "Site <a@example.cn>")
    assert environment.email_from("other@example.cn") == "Site <a@example.cn>"
