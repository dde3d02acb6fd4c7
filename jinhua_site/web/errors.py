"""Error pages: what went wrong and what to do, in both languages.

Most have the frame of every page. Where the database may be away, and where nginx answers
by itself, the page is bare and in both languages at once.
"""

import logging
import sys
from collections import namedtuple

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.exceptions import Gone
from jinhua_site.core.languages import CODES

from .page_cache import bypass_cache

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds; a database is restarted in less


# What went wrong, in words for the visitor, and what they can do.
Fault = namedtuple("Fault", "title advice")

_TOO_LARGE = Fault(
    _("That is too much at once"),
    _(
        "What was sent is larger than this address takes. Nothing of it was kept. "
        "Send less at once, or make the file smaller."
    ),
)
FORM, SIGNED_OUT, TRIES = "form", "signed_out", "tries"
FAULTS = {
    400: Fault(
        _("This address cannot be understood"),
        _("Something in the address is not as the site expects it."),
    ),
    403: Fault(
        _("This page is not open to you"),
        _("It needs a right that your account does not have. An administrator can grant it."),
    ),
    FORM: Fault(
        _("The form could not be accepted"),
        _(
            "It was open for too long, or the browser keeps no cookies of this site. "
            "Go back, load the page anew and send the form once more."
        ),
    ),
    404: Fault(
        _("There is no such page"),
        _("The address may be mistyped, or the page may have gone."),
    ),
    405: Fault(
        _("Nothing can be sent here"),
        _("This page can be read only. Open its address anew, without sending a form."),
    ),
    410: Fault(
        _("This page is no longer published"),
        _("What stood here has been withdrawn. The international office can tell you more."),
    ),
    411: _TOO_LARGE,
    413: _TOO_LARGE,
    SIGNED_OUT: Fault(
        _("You have been signed out"),
        _(
            "What was sent was too large to be kept meanwhile. Go back: your browser may still "
            "hold what you wrote. Sign in in another tab before you send it again."
        ),
    ),
    TRIES: Fault(
        _("Too many tries"),
        _("There were too many tries that failed. Try again in a few minutes."),
    ),
    429: Fault(
        _("Too many requests"),
        _("Very many requests came from your network at once. Try again in half a minute."),
    ),
    500: Fault(
        _("Something went wrong"),
        _("The fault is ours and has been noted. Try again in a few minutes."),
    ),
    503: Fault(
        _("Back in a moment"),
        _("This page cannot be shown just now. Try again in half a minute."),
    ),
}


def answer(request, status, *, fault=None, message=""):
    """Return an error page of the site; `message` adds a sentence to it."""
    context = {"fault": FAULTS[fault or status], "status": status, "message": message}
    context["office"] = in_the_office(request)
    response = render(request, "error.html", context, status=status)
    if status == 429:
        response["Retry-After"] = RETRY_AFTER
    return response


def in_the_office(request):
    return request.path_info.startswith(reverse("admin:index"))


def bare(request, status):
    """Return an error page in both languages, made without the database."""
    return render(request, "bare.html", {"fault": FAULTS[status], "codes": CODES}, status=status)


# The handlers that Django calls.


def bad_request(request, exception):
    """Return a 400 with the message of a `BadRequest`, but no details of other errors."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    if too_much and request.method == "POST":
        return answer(request, 413)
    message = str(exception) if isinstance(exception, BadRequest) else ""
    return answer(request, 400, message=message)


def permission_denied(request, exception):
    user = getattr(getattr(request, "user", None), "pk", None)
    logger.warning("Access denied: %s %s for user %s", request.method, request.path, user)
    return answer(request, 403)


def too_many_requests(request):
    """Return a 429; allauth calls this when one of its limits is reached."""
    return answer(request, 429, fault=TRIES)


def page_not_found(request, exception):
    return answer(request, 410 if isinstance(exception, Gone) else 404)


@bypass_cache
def unavailable(request):
    response = bare(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response


def server_error(request):
    """Return a 500, or a 503 if the database did not answer."""
    if isinstance(sys.exc_info()[1], InterfaceError | OperationalError):
        return unavailable(request)
    return bare(request, 500)
