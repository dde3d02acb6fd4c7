"""Check session, password and second factor before every page of the admin."""

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from . import second_factor, sessions, suspended
from .models import GivenPassword

# Open even to somebody who first has to set up a password or a second factor.
ACCOUNT_PAGES = ("account_", "mfa_")
ALWAYS_OPEN = {"admin:jsi18n", "admin:login", "admin:logout", "admin_language"}


class AccountRules(MiddlewareMixin):
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
        """Keep the form that was sent out of the session, where allauth would store it."""
        if not isinstance(exception, ReauthenticationRequired) or request.method != "POST":
            return None
        if suspended.is_worth_it(request) and not _is_open(request.resolver_match.view_name):
            return suspended.suspend_request(request, suspended.UNCONFIRMED)
        return redirect(request.get_full_path())  # which asks for the password

    def process_template_response(self, request, response):
        """Give allauth's pages the context of the admin's frame."""
        if request.resolver_match.view_name.startswith(ACCOUNT_PAGES):
            admin_context = admin.site.each_context(request)
            response.context_data = admin_context | (response.context_data or {})
        return response


def _is_open(name):
    return name in ALWAYS_OPEN or name.startswith(ACCOUNT_PAGES)


def _first_of_all(request):
    """Redirect to what the user has to set up first, if there is anything."""
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
