"""A cookie by which a browser is known again in which a colleague has signed in before.

Where it is known, tries from elsewhere do not count: nobody can lock a colleague out.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing

KEPT = timedelta(days=180)
MOST = 5  # colleagues at one browser
SALT = "jinhua_site.staff.known_devices"


def device_of(request, typed):
    """What this browser is called for the colleague of this user name; empty if it is unknown."""
    device, users = _told(request)
    if not users:
        return ""
    user = get_user_model().objects.filter(username=typed).first()
    known = user and users.get(str(user.pk)) == _password_mark(user)
    return f"{device} {user.pk}" if known else ""


def remember(request, response, user):
    """Let this browser be known from now on as one of `user`'s."""
    device, users = _told(request)
    users.pop(str(user.pk), None)
    users = dict([*users.items(), (str(user.pk), _password_mark(user))][-MOST:])
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        signing.dumps([device, users], salt=SALT),
        max_age=KEPT,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _told(request):
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    try:
        device, users = signing.loads(cookie, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return secrets.token_urlsafe(12), {}
    return device, users


def _password_mark(user):
    """Another one with every password: whoever took the old one is not known any more."""
    return user.get_session_auth_hash()[:16]
