"""How long a session lasts, where it was used, and how it ends."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

BEGAN, USED = "began", "used"  # keys in a session
NOTED_EVERY = 60  # seconds
# The first match counts: most browsers also name those that they descend from.
BROWSERS = {
    "MicroMessenger": "WeChat",
    "QQBrowser": "QQ Browser",
    "HuaweiBrowser": "Huawei Browser",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = ["Windows", "HarmonyOS", "Android", "iPhone", "iPad", "Mac", "Linux"]


def begin(request, **kwargs):
    request.session[BEGAN] = request.session[USED] = int(time.time())


def age(session):
    """Return the seconds since the sign-in."""
    return time.time() - session.get(BEGAN, 0)


def seconds_left(session, used=None):
    """Return the seconds until the session expires, if it was last used at `used`."""
    unused = time.time() - (used or session.get(USED, 0))
    left = min(settings.SESSION_COOKIE_AGE - unused, settings.SESSION_LONGEST - age(session))
    return max(0, int(left))


def no_sign_of_life(view):
    """Mark a view that scripts call on their own, so that it keeps no session alive."""
    view.is_no_sign_of_life = True
    return view


def note_use(request):
    """Note that the session is in use, which restarts the time until it expires."""
    now = int(time.time())
    if now - request.session[USED] >= NOTED_EVERY:
        request.session[USED] = now
        UserSession.objects.create_from_request(request)


def of(user):
    """Return the sessions of `user` that have not ended, the one used last first."""
    sessions = UserSession.objects.purge_and_list(user)
    return sorted(sessions, key=lambda session: session.last_seen_at, reverse=True)


def end(user, but=None):
    """End the sessions of `user`, but not the one with the key `but`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()


def browser_of(session):
    """Name a browser in words that its owner recognises."""
    browser = next((name for mark, name in BROWSERS.items() if mark in session.user_agent), "")
    system = next((name for name in SYSTEMS if name in session.user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")
