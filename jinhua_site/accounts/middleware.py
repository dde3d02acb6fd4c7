"""What comes before every page of the admin: who is in, for how long, with what."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from . import second_factor, sessions, suspended
from .models import GivenPassword

# What is open to somebody who has a password or a second factor to set up first.
ACCOUNT_PAGES = ("account_", "mfa_")
ALWAYS_OPEN = {"admin:jsi18n", "admin:login", "admin:logout", "admin_language"}


class AccountRules:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.path_info.startswith(reverse("admin:index")):
            return None
        if request.user.is_authenticated and not sessions.seconds_left(request.session):
            request.session.flush()
            request.user = AnonymousUser()
        is_open = _is_open(request.resolver_match.view_name)
        if not request.user.is_authenticated:
            is_late = suspended.is_worth_it(request) and not is_open
            return suspended.suspend_request(request, suspended.SIGNED_OUT) if is_late else None
        if not getattr(view, "is_no_sign_of_life", False):
            sessions.note_use(request)
        return None if is_open else _first_of_all(request)

    def process_exception(self, request, exception):
        """Ask who is there once more. Nothing of what was sent goes into the session."""
        if not isinstance(exception, ReauthenticationRequired):
            return None
        if suspended.is_worth_it(request) and not _is_open(request.resolver_match.view_name):
            return suspended.suspend_request(request, suspended.UNCONFIRMED)
        methods = get_adapter().get_reauthentication_methods(request.user)
        page = methods[0]["url"] if methods else reverse("account_login")
        return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")

    def process_template_response(self, request, response):
        """Give allauth's pages what the frame of the admin shows."""
        if request.resolver_match.view_name.startswith(ACCOUNT_PAGES):
            around = admin.site.each_context(request)
            response.context_data = around | (response.context_data or {})
        return response


def _is_open(name):
    return name in ALWAYS_OPEN or name.startswith(ACCOUNT_PAGES)


def _first_of_all(request):
    """Lead to what has to be set up before anything else, if there is something."""
    if GivenPassword.objects.filter(user=request.user).exists():
        messages.warning(request, _("Choose a password that only you know, to begin with."))
        return redirect("account_change_password")
    if second_factor.is_lacking(request.user):
        messages.warning(
            request,
            _(
                "Whoever publishes or keeps accounts needs the second step. "
                "Set it up now; everything else comes afterwards."
            ),
        )
        return redirect("mfa_index")
    return None
