"""Signing in with a password, and with a one-time code."""

import re
import time
from html import unescape

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from jinhua_site.accounts import adapter
from tests.support import makers

PASSWORD = "seven grey herons at dawn"
HERE, ELSEWHERE = "203.0.113.5", "198.51.100.7"
SIGN_IN, CODE = "/admin/account/login/", "/admin/account/second-factor/authenticate/"


def hire(role="editor", **fields):
    """Make a colleague who can sign in with `PASSWORD`."""
    user = makers.make_colleague(role, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client, name, password=PASSWORD, address=HERE, **more):
    """Sign in; return the response."""
    form = {"login": name, "password": password}
    return client.post(SIGN_IN, form, REMOTE_ADDR=address, **more)


def is_in(client):
    return client.get("/admin/").status_code == 200


def set_up_telephone(user):
    """Give `user` an app for one-time codes; return its secret."""
    secret = generate_totp_secret()
    data = {"secret": get_adapter().encrypt(secret)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    return secret


def code_of(secret, steps=0):
    """Return the one-time code now, or some half-minute steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_code(client, code, address=HERE):
    return client.post(CODE, {"code": code}, REMOTE_ADDR=address)


def words(response):
    """Return a page's HTML without what differs in each response."""
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())
    return unescape(text)


def forget_sign_in(client):
    """Date the sign-in back by half an hour, so that the password is required again."""
    session = client.session
    session["began"] -= 1800
    session.save()


def wait_for_mail():
    """Wait until all mails are sent."""
    adapter.sender.submit(lambda: None).result(timeout=30)
