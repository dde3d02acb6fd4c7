"""The second factor: codes from an app on the telephone, and codes for when that is lost."""

import hashlib
import secrets
import time
from base64 import b32encode

import django_otp
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from jinhua_site.office.roles import may_publish

from .models import RecoveryCode

DIGITS = 6
STEPS_OFF = 1  # of half a minute each, by which a telephone's clock may be wrong
CODES = 10
RANDOM_BYTES = 15  # 24 letters, 120 bits: too many to be guessed from what is kept


def device_of(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_used(request):
    """Whether a code was given in this session."""
    return django_otp.DEVICE_ID_SESSION_KEY in request.session


def is_compulsory_for(user):
    return settings.SECOND_FACTOR_REQUIRED and may_publish(user)


def is_lacking(request):
    """Whether somebody who has to have a second factor has none yet."""
    if not settings.SECOND_FACTOR_REQUIRED or is_used(request):
        return False
    return may_publish(request.user) and not device_of(request.user)


# Codes that are given


def used(user, text):
    """What `text` is, a code of the telephone's or for recovery, and now used up; else nothing."""
    code = "".join(text.split()).replace("-", "").lower()
    device = device_of(user)
    if len(code) == DIGITS and device:
        return "device" if django_otp.verify_token(user, device.persistent_id, code) else ""
    deleted, _kinds = RecoveryCode.objects.filter(digest=_digest(user, code)).delete()
    return "recovery" if deleted else ""


# Setting up


def new_key():
    return random_hex(20)


def new_device(user, key):
    return TOTPDevice(user=user, key=key, tolerance=STEPS_OFF, name="TOTP")


def readable(device):
    """The key as it is typed into a telephone without a camera."""
    return _in_fours(b32encode(device.bin_key).decode().rstrip("="))


def is_right(device, code):
    """Whether a telephone that holds the key of a new `device` shows this code."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    code = "".join(code.split())
    fits = code.isdecimal() and totp.verify(int(code), device.tolerance)
    device.last_t = totp.t()  # used up
    return fits


@transaction.atomic
def take_up(device):
    """Let `device` be the only one of its user; returns the recovery codes, told this once."""
    _one_at_a_time(device.user)
    take_away(device.user)
    device.save()
    return new_codes(device.user)


@transaction.atomic
def take_away(user):
    """Whether there was one."""
    RecoveryCode.objects.filter(user=user).delete()
    return TOTPDevice.objects.filter(user=user).delete()[0] > 0


@transaction.atomic
def new_codes(user):
    _one_at_a_time(user)
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower() for _number in range(CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, code)) for code in codes
    )
    return [_in_fours(code, "-") for code in codes]


def _one_at_a_time(user):
    """Without it, what a second click deletes would not yet hold what the first one makes."""
    get_user_model().objects.select_for_update().get(pk=user.pk)


def _digest(user, code):
    return hashlib.sha256(f"{user.pk} {code}".encode()).hexdigest()


def _in_fours(text, between=" "):
    return between.join(text[start : start + 4] for start in range(0, len(text), 4))
