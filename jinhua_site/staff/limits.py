"""How often something may be tried in vain: counted in the database, for every node alike."""

import time
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .known_devices import device_of
from .models import Tries
from .network import address_of, block_of

MINUTE, HOUR = 60, 3600
KEPT = timedelta(days=2)  # longer than any limit looks back


@dataclass(frozen=True)
class Limit:
    """So many tries within so many seconds. `own` ones are forgotten when one succeeds."""

    most: int
    within: int
    own: bool = False


ONE_BY_ONE = Limit(10, 5 * MINUTE, own=True)
A_USER = Limit(50, HOUR)
AN_ADDRESS = Limit(100, 5 * MINUTE)  # a whole campus may stand behind one
EVERYBODY = Limit(300, 5 * MINUTE)
CODES_OF_A_USER = Limit(20, 24 * HOUR)


class TooManyError(Exception):
    """It was tried too often; after `seconds` it may be tried again."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def for_signing_in(request, typed):
    """What a try to sign in under the user name `typed` counts towards."""
    if device := device_of(request, typed):
        return {("password of device", device): ONE_BY_ONE}
    name = unicodedata.normalize("NFKC", typed).casefold()
    address = block_of(address_of(request))
    return {
        ("password", name, address): ONE_BY_ONE,
        ("password", name): A_USER,
        ("password from", address): AN_ADDRESS,
        ("password",): EVERYBODY,
    }


def for_code(request, user):
    """What a try of a code counts towards, by somebody who knows the password of `user`."""
    if device := device_of(request, user.get_username()):
        return {
            ("code of device", device): ONE_BY_ONE,
            ("code of device in a day", device): CODES_OF_A_USER,
        }
    return {
        ("code", user.pk, block_of(address_of(request))): ONE_BY_ONE,
        ("code", user.pk): CODES_OF_A_USER,
    }


def for_confirming(request):
    """What a try of one's own password, or of a new telephone's code, counts towards."""
    return {("confirming", request.session.session_key): ONE_BY_ONE}


def take(limits):
    """Count a try towards each of the limits; whether it was the last one that one of them has.

    It counts before it is known how it ends, so that many at the same time are counted too:
    `give_back` takes it back. Raises `TooManyError` where a limit is reached already.
    """
    is_last = _take(limits)
    Tries.objects.filter(seen__lt=timezone.now() - KEPT).delete()
    return is_last


@transaction.atomic
def _take(limits):
    now, rows = time.time(), _locked(limits)
    for row, limit in rows:
        row.times = [each for each in row.times if each > now - limit.within]
    waits = [
        row.times[-limit.most] + limit.within - now
        for row, limit in rows
        if len(row.times) >= limit.most
    ]
    if waits:
        raise TooManyError(ceil(max(waits)))
    for row, _limit in rows:
        row.times.append(now)
    Tries.objects.bulk_update([row for row, _limit in rows], ["times"])
    return any(len(row.times) == limit.most for row, limit in rows)


@transaction.atomic
def give_back(limits):
    """What was tried has succeeded."""
    rows = _locked(limits)
    for row, limit in rows:
        row.times = [] if limit.own else row.times[:-1]
    Tries.objects.bulk_update([row for row, _limit in rows], ["times"])


def _locked(limits):
    """Each limit with its row, which nobody else changes until this transaction ends."""
    keys = {_hidden(name): limit for name, limit in limits.items()}
    rows = [Tries(key=key, seen=timezone.now()) for key in sorted(keys)]  # all in one order
    Tries.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["seen"]
    )
    return [(row, keys[row.key]) for row in Tries.objects.filter(key__in=keys)]


def _hidden(name):
    return salted_hmac("jinhua_site.staff.limits", repr(name), algorithm="sha256").hexdigest()
