"""A password is long and not what others would try first; nothing else is asked of it."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from jinhua_site.languages import CODES

from .accounts import PASSWORD, enter, hire, is_in, words


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.QuickHasher"]


@pytest.fixture
def wang(db):
    return hire(
        "administrator",
        username="wang.li",
        first_name="丽丽",
        last_name="王",
        email="lily.wang@example.edu.cn",
    )


@pytest.mark.parametrize(
    "password",
    [
        "seven grey herons",
        "七只灰鹭在黎明时分一起飞过河面去了",
        "  spaces before and behind  ",
        "840 271 593 640 182",  # figures only
        "aBcD!§$%&/()=?`´#",
        "🦢🦢🐢🐢🐇🐇🐌🐌🐝🐝🐞🐞🦋🦋🐛",
        "long " * 3 + "and longer " * 12,
        "x9" + "the river is wide and slow " * 5,
        "jinhua is where seven herons live",
        "wang went to the market",
    ],
)
def test_a_long_one_of_any_letters_is_welcome(wang, password):
    validate_password(password, wang)
    wang.set_password(password)
    wang.save()
    assert enter(Client(), "wang.li", password).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "",
        "herons at dawn",  # 14
        "Tr0ub4dor&3",
        "passwordpassword",
        "PasswordPassword",
        "password12345678",
        "123456789012345",
        "543210987654321",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "jinhuapolytechnic",
        "JinhuaPolytechnic2026!",
        "Zhejiang University 26",
        "金华职业技术大学金华职业技术大学",
        "wang.li wang.li 2026",
        "lily.wang@example.edu.cn",
        "王丽丽王丽丽王丽丽王丽丽王丽丽",
    ],
)
def test_a_short_or_a_likely_one_is_refused(wang, password):
    with pytest.raises(ValidationError):
        validate_password(password, wang)


@pytest.mark.parametrize("code", CODES)
def test_the_form_says_what_to_do_in_its_language(wang, client, code):
    client.force_login(wang)
    client.cookies["django_language"] = code
    page = words(client.get("/admin/password_change/"))
    assert ("at least 15 characters" in page) == (code == "en")


def test_password_managers_find_their_fields(wang, client):
    def completed(path):
        return re.findall(r'autocomplete="([^"]+)"', words(client.get(path)))

    assert completed("/admin/login/") == ["username", "current-password"]
    client.force_login(wang)
    own = ["current-password", "new-password", "new-password"]
    assert completed("/admin/password_change/") == own
    assert completed("/admin/account/confirm/") == ["current-password"]
    assert completed("/admin/account/second-factor/") == ["one-time-code"]
    of_another = completed(f"/admin/auth/user/{hire().pk}/password/")
    assert of_another[-2:] == ["new-password", "new-password"]


def change(client, old, new="another passphrase entirely"):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/admin/password_change/", form)


def test_ones_own_is_changed_with_the_one_before_and_ends_all_other_sessions(
    wang, client, django_capture_on_commit_callbacks
):
    other = Client()
    for each in (client, other):
        enter(each, "wang.li")
    assert change(client, "wrong").status_code == 200
    key = client.session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        assert change(client, PASSWORD).status_code == 302
    assert (is_in(client), is_in(other)) == (True, False)
    assert client.session.session_key != key
    assert "Your password was changed." in mail.outbox[0].body
    assert "密码" in mail.outbox[0].subject + mail.outbox[0].body


def test_the_one_before_cannot_be_tried_for_long(wang, client):
    enter(client, "wang.li")
    answers = [change(client, "wrong").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_one_that_an_administrator_gives_ends_all_sessions_of_the_colleague(
    wang, client, django_capture_on_commit_callbacks
):
    li, other = hire(username="li", email="li@example.edu.cn"), Client()
    enter(other, "li")
    enter(client, "wang.li")
    new = {"password1": "another passphrase entirely", "password2": "another passphrase entirely"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/auth/user/{li.pk}/password/", new | {"usable_password": "true"})
    assert not is_in(other)
    assert li.sessions.count() == 0
    assert is_in(client)
    assert mail.outbox[0].to == ["li@example.edu.cn"]
    assert enter(Client(), "li", "another passphrase entirely").status_code == 302


def test_the_first_administrator_gets_one_that_the_rules_allow(db, capsys):
    User.objects.filter(is_superuser=True).delete()
    call_command("first_administrator")
    password = capsys.readouterr().out.partition("password: ")[2].split()[0]
    validate_password(password, User.objects.get(username="admin"))
    assert len(password) >= 15


def test_one_that_somebody_else_has_chosen_is_changed_before_anything_else(wang, client):
    sun, new = Client(), "another passphrase entirely"
    sun.force_login(wang)
    form = {"username": "li", "password1": new, "password2": new, "role": "editor"}
    sun.post("/admin/auth/user/add/", form)
    enter(client, "li", new)
    assert client.get("/admin/profile/fact/").url == "/admin/password_change/"
    assert "the one you have" in words(change(client, new, new))
    assert change(client, new, PASSWORD).status_code == 302
    assert is_in(client)
    again = Client()
    enter(again, "li")
    assert is_in(again)
