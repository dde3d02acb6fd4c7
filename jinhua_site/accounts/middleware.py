"""Check session, password and second factor before every page of the admin.

A form that cannot be accepted stays on the page that says so: the colleague signs in, or enters
the password, in another tab and sends the form again from this page. The server stores nothing
of it.
"""

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jinhua_site.web import errors

from . import sessions
from .credentials import lacks_second_factor
from .models import GivenPassword

# Open even to somebody who first has to set up a password or a second factor.
ACCOUNT_PAGES = ("account_", "mfa_")
ALWAYS_OPEN = {"admin:jsi18n", "admin:login", "admin:logout", "admin_language"}

SIGNED_OUT, UNCONFIRMED, REFUSED = "signed_out", "unconfirmed", "refused"
NEVER = "password"  # in the names of fields whose values no page repeats


class AccountRules(MiddlewareMixin):
    def process_view(self, request, view, args, kwargs):
        if not request.path_info.startswith(reverse("admin:index")):
            return None
        if request.user.is_authenticated and not sessions.seconds_left(request.session):
            request.session.flush()
            request.user = AnonymousUser()
        is_open = _is_open(request.resolver_match.view_name)
        if not request.user.is_authenticated:
            is_late = was_sent_a_form(request) and not is_open
            return suspend_request(request, SIGNED_OUT) if is_late else None
        if not getattr(view, "is_no_sign_of_life", False):
            sessions.note_use(request)
        return None if is_open else _first_of_all(request)

    def process_exception(self, request, exception):
        """Keep the form that was sent out of the session, where allauth would store it."""
        if not isinstance(exception, ReauthenticationRequired) or request.method != "POST":
            return None
        if was_sent_a_form(request) and not _is_open(request.resolver_match.view_name):
            return suspend_request(request, UNCONFIRMED)
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
    if lacks_second_factor(request.user):
        messages.warning(
            request,
            _(
                "Whoever publishes or keeps accounts needs the second step. "
                "Set it up now; everything else comes afterwards."
            ),
        )
        return redirect("mfa_index")
    return None


# A form that cannot be accepted


def was_sent_a_form(request):
    """Return whether a form of this site was sent, with anything in it besides its token."""
    return (
        request.method == "POST"
        and settings.CSRF_COOKIE_NAME in request.COOKIES
        and bool({*request.POST, *request.FILES} - {"csrfmiddlewaretoken"})
    )


@never_cache
def suspend_request(request, reason):
    """Show the page with the form as it was sent, without passwords and files."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and NEVER not in name
        for value in values
    ]
    context = admin.site.each_context(request) | {
        "title": _("You have been signed out")
        if reason == SIGNED_OUT
        else _("Send what you wrote"),
        "reason": reason,
        "address": request.get_full_path(),
        "fields": fields,
        "files": [file.name for file in request.FILES.values()],
        "passwords": any(NEVER in name for name in request.POST),
    }
    return render(request, "accounts/suspended.html", context, status=403)


def form_refused(request, reason=""):
    """Answer a form whose token is not valid, as after a sign-in in another tab.

    Its `Origin` says whether it came from this site; no other site can forge this header.
    """
    ours = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    is_ours = request.headers.get("Origin") in ours and was_sent_a_form(request)
    is_of_an_account = request.path_info.startswith(reverse("account_overview"))
    if is_ours and request.user.is_staff and not is_of_an_account:
        return suspend_request(request, REFUSED)
    return errors.answer(request, 403, fault=errors.FORM)
