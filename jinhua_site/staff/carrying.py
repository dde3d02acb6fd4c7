"""What somebody wrote is not lost when they have to sign in again before it can be saved.

The page that says so holds the form as it was sent, signed, and passes it on from step to
step; the last one is a form that sends it again.
"""

from django.conf import settings
from django.core import signing
from django.shortcuts import render
from django.utils.translation import gettext as _

SALT = "jinhua_site.staff.carrying"
KEPT = 24 * 3600  # seconds that the page may stay open
NEVER = "password"  # part of the names of fields that are not to stand in any page


def is_worth_it(request):
    """Whether something was sent that came from a form of ours, and not the button alone."""
    return (
        request.method == "POST"
        and settings.CSRF_COOKIE_NAME in request.COOKIES
        and bool({*request.POST, *request.FILES} - {"csrfmiddlewaretoken"})
    )


def packed(request):
    """What was sent, for a hidden field; without passwords, and files, which no page can hold."""
    fields = [
        [name, [] if NEVER in name else values]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    ]
    files = [file.name for file in request.FILES.values()]
    return signing.dumps([request.get_full_path(), fields, files], salt=SALT, compress=True)


def send_again(request, text):
    """The page with the form that was carried along; none where nothing was."""
    try:
        address, fields, files = signing.loads(text or "", salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    context = {
        "title": _("Send what you wrote"),
        "carried": text,
        "address": address,
        "fields": [(name, value) for name, values in fields for value in values],
        "files": files,
        "passwords": any(not values for _name, values in fields),
    }
    return render(request, "staff/send_again.html", _around(request) | context)


def _around(request):
    from django.contrib import admin

    return admin.site.each_context(request)
