"""What somebody wrote is not lost when they have to sign in again before it can be saved.

The page that says so holds the form as it was sent, signed, and passes it on from step to
step; the last one is a form that sends it again.
"""

from django.conf import settings
from django.core import signing
from django.shortcuts import render
from django.urls import reverse
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


def of_another_sign_in(request):
    """The same page for a form that was open while its colleague signed in again elsewhere.

    Its token holds no longer. That it came from a page of ours the browser says, which lets no
    other site say so; and nothing is done before they press the button.
    """
    ours = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    is_ours = request.headers.get("Origin") in ours and is_worth_it(request)
    if not (is_ours and request.user.is_staff):
        return None
    is_of_the_door = request.path_info.startswith(reverse("admin:login"))
    text = request.POST.get("carried") or ("" if is_of_the_door else packed(request))
    response = send_again(request, text)
    if response:
        response.status_code = 403
    return response


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
