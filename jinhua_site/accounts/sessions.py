"""How long a session lasts, where it was used, and how it ends."""

import time

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone

from .models import GivenPassword
from .network import address_of

BEGAN, USED, GIVEN = "began", "used", "password_given"  # what a session says of itself
NOTED_EVERY = 60  # seconds


def watch():
    user_logged_in.connect(_begin)


def _begin(sender, request, user, **kwargs):
    request.session[BEGAN] = request.session[USED] = int(time.time())
    request.session[GIVEN] = GivenPassword.objects.filter(user=user).exists()


def seconds_left(session):
    """Return the seconds until the session ends by itself, if it is not used again."""
    return max(0, min(_left(session, USED, settings.SESSION_COOKIE_AGE), _whole_left(session)))


def most_left(session):
    """Return the same, if it is used now."""
    return max(0, min(settings.SESSION_COOKIE_AGE, _whole_left(session)))


def _whole_left(session):
    return _left(session, BEGAN, settings.SESSION_LONGEST)


def _left(session, since, seconds):
    return int(session.get(since, 0) + seconds - time.time())


def age(session):
    """Return the seconds since the sign-in."""
    return time.time() - session.get(BEGAN, 0)


def no_sign_of_life(view):
    """Mark a view that scripts ask by themselves: it keeps no session alive."""
    view.is_no_sign_of_life = True
    return view


def note_use(request, at_once=False):
    """Let the session last from now on for as long as one may that is not used."""
    now = int(time.time())
    if at_once or now - request.session[USED] >= NOTED_EVERY:
        request.session[USED] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now(), ip=address_of(request)
        )


def of(user):
    """Return the sessions of `user` that have not ended, the one used last first."""
    found = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda session: session.last_seen_at, reverse=True)


def end(user, but=None, **chosen):
    """End the sessions of `user`, but not the one with the key `but`. Return their number."""
    found = UserSession.objects.filter(user=user, **chosen).exclude(session_key=but)
    ended = len(found)
    get_adapter().end_sessions(found)
    return ended
