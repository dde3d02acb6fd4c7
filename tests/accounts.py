"""Colleagues at the door: signing in with a password, and with the code of a telephone."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from jinhua_site.staff import second_factor

from . import makers

PASSWORD = "seven grey herons at dawn"
HERE, ELSEWHERE = "203.0.113.5", "198.51.100.7"


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own, with less work."""

    iterations = 20_000


def hire(role="editor", **fields):
    """A colleague who can sign in with `PASSWORD`."""
    user = makers.make_colleague(role, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client, name, password=PASSWORD, address=HERE, **more):
    """What the page for signing in answers."""
    form = {"username": name, "password": password}
    return client.post("/admin/login/", form, REMOTE_ADDR=address, **more)


def is_in(client):
    return client.get("/admin/").status_code == 200


def set_up_telephone(user):
    return TOTPDevice.objects.create(user=user, name="TOTP", confirmed=True)


def code_of(device, steps=0):
    """What the telephone shows now, or so many half minutes later."""
    return f"{totp(device.bin_key, drift=steps):06d}"


def give_code(client, code, address=HERE):
    return client.post("/admin/login/code/", {"code": code}, REMOTE_ADDR=address)


def words(response):
    """What a page says, without what is another in each answer."""
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())
    return unescape(text)


def give_at_once(times):
    """How many get in where so many give the same code, and the same recovery code, at once."""
    user = hire(username=f"hurried-{time.time_ns()}")
    codes = [code_of(set_up_telephone(user)), second_factor.new_codes(user)[0]]

    def give(code):
        try:
            return bool(second_factor.used(user, code))
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(times) as pool:
            return [sum(pool.map(give, [code] * times)) for code in codes]
    finally:
        user.delete()
