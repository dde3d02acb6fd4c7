"""Keep a form that could not be accepted on the page that says so.

The colleague signs in, or enters the password, in another tab and sends the form again from
this page. The server stores nothing of it.
"""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jinhua_site.web import errors

SIGNED_OUT, UNCONFIRMED, REFUSED = "signed_out", "unconfirmed", "refused"
NEVER = "password"  # in the names of fields whose values no page repeats


def is_worth_it(request):
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
    is_ours = request.headers.get("Origin") in ours and is_worth_it(request)
    is_of_an_account = request.path_info.startswith(reverse("account_overview"))
    if is_ours and request.user.is_staff and not is_of_an_account:
        return suspend_request(request, REFUSED)
    return errors.answer(request, 403, fault=errors.FORM)
