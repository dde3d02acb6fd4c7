"""The page for somebody who has tried too often."""

from math import ceil

from django.contrib import admin
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from jinhua_site.languages import CODES, bcp47


def too_many(request, refusal):
    """A 429 that says in every language how long to wait, and not whether the account exists."""
    context = admin.site.each_context(request) | {
        "title": _("Too many tries"),
        "carried": request.POST.get("carried", ""),
        "sentences": {bcp47(code): _in(code, refusal.seconds) for code in CODES},
    }
    response = render(request, "staff/too_many.html", context, status=429)
    response["Retry-After"] = refusal.seconds
    return response


def _in(code, seconds):
    minutes = ceil(seconds / 60)
    with override(code):
        return (
            ngettext(
                "There were too many tries that failed. Try again in %d minute.",
                "There were too many tries that failed. Try again in %d minutes.",
                minutes,
            )
            % minutes
        )
