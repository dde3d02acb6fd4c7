"""Where somebody is signed in, with what, and what has happened lately: for them, or of others."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import logout
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import audit, browsers, second_factor, sessions
from .colleagues import name_of
from .models import AuditEntry

LATEST = 10
# What concerns an account, of all that the log knows.
OF_AN_ACCOUNT = [
    *(audit.Kind.SIGNED_IN, audit.Kind.REFUSED, audit.Kind.CODE_REFUSED, audit.Kind.LIMIT),
    *(audit.Kind.SESSION_ENDED, audit.Kind.PASSWORD, audit.Kind.ROLE, audit.Kind.ACCOUNT),
    *(audit.Kind.FACTOR, audit.Kind.NO_FACTOR, audit.Kind.CODES, audit.Kind.CODE_USED),
]


@login_required
def overview(request):
    return _account(request, request.user)


@login_required
def colleague(request, pk):
    """Show the same of a colleague to whoever looks after the accounts."""
    user = get_object_or_404(get_user_model(), pk=pk)
    accounts = admin.site.get_model_admin(get_user_model())
    if not accounts.has_change_permission(request, user):
        raise PermissionDenied
    return _colleague(request, user)


@reauthentication_required
def _colleague(request, user):
    if "take_away" in request.POST and second_factor.take_away(user, request):
        messages.success(request, _("The second step was taken away."))
        return redirect(request.path)
    return _account(request, user)


def _account(request, user):
    here = request.session.session_key
    if "end" in request.POST:
        chosen = [each.pk for each in sessions.of(user) if str(each.pk) == request.POST["end"]]
        return _end(request, user, pk__in=chosen)
    if "end_others" in request.POST:
        return _end(request, user)
    context = admin.site.each_context(request) | {
        "title": _("Your sign-in") if user == request.user else _("Sign-in of %s") % name_of(user),
        "colleague": user,
        "is_own": user == request.user,
        "sessions": [
            (session, browsers.in_words(session.user_agent), session.session_key == here)
            for session in sessions.of(user)
        ],
        "factors": Authenticator.objects.filter(user=user).order_by("type", "created_at"),
        "is_compulsory": second_factor.is_compulsory_for(user),
        "entries": _latest(user),
    }
    return render(request, "accounts/overview.html", context)


def _latest(user):
    name = user.get_username()
    signed_in = Q(kind=audit.Kind.SIGNED_IN)  # then `about` says with which factor
    told_of = Q(about=name) | Q(about__startswith=f"{name}: ")
    concerning = (told_of & ~signed_in) | (signed_in & Q(who=name))
    return AuditEntry.objects.filter(concerning, kind__in=OF_AN_ACCOUNT)[:LATEST]


def _end(request, user, **chosen):
    number = sessions.end(user, but=request.session.session_key, **chosen)
    if number:
        audit.record(request, audit.Kind.SESSION_ENDED, user.get_username())
    ended = ngettext("%d session was ended.", "%d sessions were ended.", number) % number
    messages.success(request, ended)
    return redirect(request.path)


@login_required
@sessions.no_sign_of_life
def session_left(request):
    """Tell `office_session.js` how long there is; a POST makes it as long as it can be.

    With it goes the token for the forms that were open before somebody signed in again.
    """
    if request.method == "POST":
        sessions.note_use(request, at_once=True)
    left, most = sessions.seconds_left(request.session), sessions.most_left(request.session)
    can_be_longer = most - left > sessions.NOTED_EVERY
    told = {"seconds": left, "longer": can_be_longer}
    return JsonResponse(told | {"token": get_token(request)})


def sign_out(request):
    response = logout(request)
    if request.method == "POST" and request.is_secure():  # without TLS a browser complains of it
        # Not the cookies: the language stays chosen.
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response
