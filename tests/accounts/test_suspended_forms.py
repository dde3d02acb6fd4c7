"""A form sent after the session has ended is kept until its user signs in again."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support import makers
from tests.support.accounts import PASSWORD, SIGN_IN, forget_sign_in, hire, words
from tests.support.admin import filled_in, url

TEXT = "\n  Ten years of <b>work</b> & “friendship”\n十年合作\n"
OURS = {"Origin": settings.SITE_URL}


@pytest.fixture
def late(wang):
    """A client with CSRF checks, whose session ended while a form was open."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client)
    client.partner = makers.make_partner(status="draft")
    client.page = url("change", client.partner)
    shown = client.get(client.page)
    client.form = filled_in(shown) | {"csrfmiddlewaretoken": token(shown), "summary_en": TEXT}
    session = client.session
    session["used"] -= 3 * 3600
    session.save()
    return client


def token(response):
    return re.search(r'csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def sign_in(client, name="wang"):
    """Sign in as in another tab of the same browser."""
    form = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token(client.get(SIGN_IN))}
    client.post(SIGN_IN, form)


def kept(response):
    """Return the address and the fields that the form on the page sends."""
    inside = re.search(r'<form[^>]*id="again-form".*?</form>', response.content.decode(), re.DOTALL)
    texts = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', inside[0], re.DOTALL)
    fields = {name: unescape(text) for name, text in texts}
    action = unescape(re.search(r'action="([^"]+)"', inside[0])[1])
    return action, fields | {"csrfmiddlewaretoken": token(response)}


def send_again(client, response, **more):
    action, fields = kept(response)
    return client.post(action, fields, **more)


def text_of(partner):
    partner.refresh_from_db()
    return partner.summary_en.split()


def test_what_was_written_is_saved_after_signing_in_in_another_tab(late):
    answer = late.post(late.page, late.form)
    assert answer.status_code == 403
    assert "You have been signed out" in words(answer)
    assert "no-store" in answer["Cache-Control"]
    answer = send_again(late, answer)  # before anybody has signed in
    assert kept(answer)[1]["summary_en"] == TEXT
    sign_in(late)
    answer = send_again(late, answer, headers=OURS)  # with the token from before
    assert text_of(late.partner) != TEXT.split()
    assert "What you wrote was kept" in words(answer)
    action, fields = kept(answer)
    # A script fetches the new token, so that one click is enough.
    fields["csrfmiddlewaretoken"] = late.get("/admin/account/session/").json()["token"]
    assert late.post(action, fields).status_code == 302
    assert text_of(late.partner) == TEXT.split()


@pytest.mark.parametrize("origin", ["", "null", "https://elsewhere.example"])
def test_what_another_site_sends_is_not_shown(late, origin):
    sign_in(late)
    headers = {"Origin": origin} if origin else {}
    for client in (late, Client(enforce_csrf_checks=True)):
        answer = client.post(late.page, late.form, headers=headers)
        assert answer.status_code == 403
        assert "Ten years" not in words(answer)


def test_passwords_are_not_kept_in_a_page_and_files_are_named(late):
    picture = SimpleUploadedFile("crest.png", b"PNG")
    sent = {"csrfmiddlewaretoken": late.form["csrfmiddlewaretoken"], "other": "x"}
    answer = late.post(late.page, sent | {"new_password1": "a secret", "logo": picture})
    assert kept(answer)[1].keys() == {"csrfmiddlewaretoken", "other"}
    assert "a secret" not in words(answer)
    assert "Passwords are never kept" in words(answer)
    assert "crest.png" in words(answer)


def test_a_change_of_a_role_waits_for_the_password_and_is_not_lost(wang):
    sun = Client(enforce_csrf_checks=True)
    sign_in(sun, hire("administrator").username)
    shown = sun.get(url("change", wang))
    form = filled_in(shown) | {"csrfmiddlewaretoken": token(shown), "role": "publisher"}
    forget_sign_in(sun)
    answer = sun.post(url("change", wang), form)
    assert "protects an account" in words(answer)
    assert not wang.groups.filter(name="publisher").exists()
    page = "/admin/account/reauthenticate/"
    sun.post(page, {"password": PASSWORD, "csrfmiddlewaretoken": token(sun.get(page))})
    assert send_again(sun, answer).status_code == 302
    assert wang.groups.filter(name="publisher").exists()
