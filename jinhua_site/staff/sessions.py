"""The sessions of colleagues: what they tell of themselves, how long they last, how they end."""

import time
from datetime import timedelta

from django.contrib.auth.signals import user_logged_in
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from . import browsers
from .models import GivenPassword, StaffSession
from .network import address_of
from .session_store import IDLE, MARKS, end_of

NOTED_EVERY = timedelta(seconds=60)


def watch():
    user_logged_in.connect(_begin)


def _begin(sender, request, user, **kwargs):
    """Let a new session tell where and when it began."""
    browser, system = browsers.recognised(request.META.get("HTTP_USER_AGENT", ""))
    request.session[MARKS] = {
        "signed_in": int(time.time()),
        "confirmed": int(time.time()),  # when the password was given last
        "address": address_of(request),
        "browser": browser,
        "system": system,
        "given": GivenPassword.objects.filter(user=user).exists(),
    }


def no_sign_of_life(view):
    """A view that scripts ask by themselves: it keeps no session alive."""
    view.is_no_sign_of_life = True
    return view


def note_use(request, at_once=False):
    """Let the session last from now on for as long as one may that is not used."""
    row, now = getattr(request.session, "row", None), timezone.now()
    if not (row and row.user_id) or (now - row.seen < NOTED_EVERY and not at_once):
        return
    row.seen, row.expire_date = now, end_of(row.signed_in, now)
    row.address = address_of(request)
    kept = {name: getattr(row, name) for name in ("seen", "expire_date", "address")}
    StaffSession.objects.filter(pk=row.pk).update(**kept)


def seconds_left(request):
    """Until the session ends by itself."""
    row = getattr(getattr(request, "session", None), "row", None)
    left = row.expire_date - timezone.now() if row else IDLE
    return max(0, int(left.total_seconds()))


@no_sign_of_life
def how_long(request):
    """What `office_session.js` asks: how long there is; a POST makes it as long as it can be.

    With it goes the token for the forms that were open before somebody signed in again.
    """
    if request.method == "POST":
        note_use(request, at_once=True)
    row = request.session.row
    most = end_of(row.signed_in, timezone.now()) - row.expire_date
    can_be_longer = most > NOTED_EVERY
    told = {"seconds": seconds_left(request), "longer": can_be_longer}
    return JsonResponse(told | {"token": get_token(request)})


def of(user):
    """The sessions of `user` that have not ended, the one used last first."""
    return StaffSession.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen")


def end(found):
    """End these sessions; how many that were."""
    return found.delete()[0]


def end_others(request):
    """End every session of whoever asks but this one."""
    return end(of(request.user).exclude(pk=request.session.session_key))


def remove_expired():
    """What has ended by itself, for more than a day, is of no use to anybody."""
    StaffSession.objects.filter(expire_date__lt=timezone.now() - timedelta(days=1)).delete()
