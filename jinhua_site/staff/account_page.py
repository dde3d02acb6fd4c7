"""Where somebody is signed in, with what, and what has happened lately: for them, or of others."""

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jinhua_site.office.colleagues import name_of

from . import audit, browsers, confirming, notices, second_factor, sessions
from .models import AuditEntry
from .second_factor_page import new_codes

LATEST = 10
# What concerns an account, of all that the log knows.
OF_AN_ACCOUNT = [
    *(audit.Kind.SIGNED_IN, audit.Kind.REFUSED, audit.Kind.CODE_REFUSED, audit.Kind.LIMIT),
    *(audit.Kind.SESSION_ENDED, audit.Kind.PASSWORD, audit.Kind.ROLE, audit.Kind.ACCOUNT),
    *(audit.Kind.FACTOR, audit.Kind.NO_FACTOR, audit.Kind.CODES, audit.Kind.CODE_USED),
]


def own(request):
    return _account(request, request.user)


def colleague(request, pk):
    """The same of a colleague, for whoever looks after the accounts."""
    user = get_object_or_404(get_user_model(), pk=pk)
    accounts = admin.site.get_model_admin(get_user_model())
    if not accounts.has_change_permission(request, user):
        raise PermissionDenied
    return _account(request, user)


def _account(request, user):
    for name, act in {
        "end": _end,
        "end_others": _end_others,
        "take_away": _take_away,
        "new_codes": _new_codes,
    }.items():
        if name in request.POST:
            return act(request, user) or redirect(request.path)
    here, device = request.session.session_key, second_factor.device_of(user)
    is_own = user == request.user
    context = admin.site.each_context(request) | {
        "title": _("Your sign-in") if is_own else _("Sign-in of %s") % name_of(user),
        "colleague": user,
        "is_own": is_own,
        "sessions": [
            (session, browsers.in_words(session.browser, session.system), session.pk == here)
            for session in sessions.of(user)
        ],
        "device": device,
        "codes_left": user.recovery_codes.count(),
        "is_compulsory": second_factor.is_compulsory_for(user),
        "entries": _latest(user),
    }
    return render(request, "staff/account.html", context)


def _latest(user):
    name = user.get_username()
    signed_in = Q(kind=audit.Kind.SIGNED_IN)  # then `about` says with which factor
    told_of = Q(about=name) | Q(about__startswith=f"{name}: ")
    concerning = (told_of & ~signed_in) | (signed_in & Q(who=name))
    return AuditEntry.objects.filter(concerning, kind__in=OF_AN_ACCOUNT)[:LATEST]


def _end(request, user):
    found = [each.pk for each in sessions.of(user) if each.name == request.POST["end"]]
    _told(request, user, sessions.end(sessions.of(user).filter(pk__in=found)))


def _end_others(request, user):
    kept = request.session.session_key
    _told(request, user, sessions.end(sessions.of(user).exclude(pk=kept)))


def _told(request, user, number):
    if number:
        audit.record(request, audit.Kind.SESSION_ENDED, user.get_username())
    told = ngettext("%d session was ended.", "%d sessions were ended.", number) % number
    messages.success(request, told)


def _take_away(request, user):
    if not confirming.is_recent(request):
        return confirming.ask(request)
    is_own = user == request.user
    if is_own and second_factor.is_compulsory_for(user):
        raise PermissionDenied
    if second_factor.take_away(user):
        if not is_own:  # what was begun with the lost telephone
            sessions.end(sessions.of(user))
        audit.record(request, audit.Kind.NO_FACTOR, user.get_username())
        notices.changed(user, audit.Kind.NO_FACTOR)
        messages.success(request, _("The second step was taken away."))
    return None


def _new_codes(request, user):
    if user != request.user or not second_factor.device_of(user):
        raise PermissionDenied
    return new_codes(request) if confirming.is_recent(request) else confirming.ask(request)
