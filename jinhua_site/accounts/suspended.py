"""A form that could not be taken when it was sent is kept on the page that says so.

Its colleague signs in, or gives the password, in another tab and sends it from there. Nothing
of it is stored here.
"""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jinhua_site.web import errors

SIGNED_OUT, UNCONFIRMED, REFUSED = "signed_out", "unconfirmed", "refused"
NEVER = "password"  # part of the names of fields that are not to stand in any page


def is_worth_it(request):
    """Return whether something was sent that came from a form of ours, and not a button alone."""
    return (
        request.method == "POST"
        and settings.CSRF_COOKIE_NAME in request.COOKIES
        and bool({*request.POST, *request.FILES} - {"csrfmiddlewaretoken"})
    )


@never_cache
def suspend_request(request, reason):
    """Show the page with the form as it was sent, without passwords and files."""
    sent = [
        (name, values)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and NEVER not in name
    ]
    context = admin.site.each_context(request) | {
        "title": _("You have been signed out")
        if reason == SIGNED_OUT
        else _("Send what you wrote"),
        "reason": reason,
        "address": request.get_full_path(),
        "fields": [(name, value) for name, values in sent for value in values],
        "files": [file.name for file in request.FILES.values()],
        "passwords": any(NEVER in name for name in request.POST),
    }
    return render(request, "accounts/suspended.html", context, status=403)


def form_refused(request, reason=""):
    """Answer a form whose token does not hold, as after a sign-in in another tab.

    That it came from a page of ours the browser says, which lets no other site say so.
    """
    ours = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    is_ours = request.headers.get("Origin") in ours and is_worth_it(request)
    is_of_an_account = request.path_info.startswith(reverse("account_overview"))
    if is_ours and request.user.is_staff and not is_of_an_account:
        return suspend_request(request, REFUSED)
    return errors.answer(request, 403, fault=errors.FORM)
