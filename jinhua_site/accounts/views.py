"""The sign-in of an account: its sessions, its second factors, its latest events."""

import time

from allauth.account.decorators import reauthentication_required
from allauth.account.views import logout
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import audit, sessions
from .credentials import lacks_second_factor, take_away_second_factor
from .models import AuditEntry
from .roles import name_of

LATEST = 10


@login_required
def own_account(request):
    return _account(request, request.user, _("Your sign-in"))


@login_required
@permission_required("auth.change_user", raise_exception=True)
@reauthentication_required
def account_of_colleague(request, pk):
    """Show a colleague's sign-in to those who manage accounts."""
    user = admin.site.get_model_admin(User).get_object(request, pk)
    if not user:
        raise Http404
    if "take_away" in request.POST and take_away_second_factor(user, request):
        messages.success(request, _("The second step was taken away."))
        return redirect(request.path)
    return _account(request, user, _("Sign-in of %s") % name_of(user))


def _account(request, user, title):
    if "end" in request.POST:
        _end_sessions(request, user, request.POST["end"])
        return redirect(request.path)
    of_user = Q(about=user) | Q(about__startswith=f"{user}: ")
    entries = AuditEntry.objects.filter(of_user).exclude(kind__in=AuditEntry.OF_RECORDS)
    context = admin.site.each_context(request) | {
        "title": title,
        "colleague": user,
        "is_own": user == request.user,
        "sessions": [(session, sessions.browser_of(session)) for session in sessions.of(user)],
        "factors": Authenticator.objects.filter(user=user).order_by("type", "created_at"),
        "is_lacking": lacks_second_factor(user),
        "entries": entries[:LATEST],
    }
    return render(request, "accounts/overview.html", context)


def _end_sessions(request, user, which):
    """End one session of `user`, or all but the current one."""
    others = [session for session in sessions.of(user) if not session.is_current()]
    chosen = [session for session in others if which in ("all", str(session.pk))]
    for session in chosen:
        session.end()
        audit.record(request, audit.Kind.SESSION_ENDED, user)
    ended = ngettext("%d session was ended.", "%d sessions were ended.", len(chosen))
    messages.success(request, ended % len(chosen))


@login_required
@sessions.no_sign_of_life
def session_left(request):
    """Tell `office_session.js` how many seconds the session lasts; a POST extends it.

    The answer includes the token for forms that were open before the user signed in again.
    """
    if request.method == "POST":
        sessions.note_use(request)
    left = sessions.seconds_left(request.session)
    most = sessions.seconds_left(request.session, used=time.time())
    longer = most - left > sessions.NOTED_EVERY
    return JsonResponse({"seconds": left, "longer": longer, "token": get_token(request)})


def sign_out(request):
    response = logout(request)
    if request.method == "POST" and request.is_secure():  # browsers warn of it without TLS
        # The cookies stay, for the chosen language.
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
