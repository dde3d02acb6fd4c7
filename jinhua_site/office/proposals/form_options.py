"""What a form sends besides its fields: its base, choices in a clash, dates and notes."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.core.grammar import paragraph

TAKE = "_take-"


def form_data(written):
    """Return form data that a page sends back as JSON; empty if it is invalid."""
    try:
        data = json.loads(written)
    except ValueError:
        return {}
    return data if isinstance(data, dict) and all(map(_is_texts, data.values())) else {}


def _is_texts(values):
    # PostgreSQL stores no text with a zero character.
    return isinstance(values, list) and all(
        isinstance(value, str) and "\0" not in value for value in values
    )


def remark(request, name):
    """Return the text of a field for remarks."""
    return request.POST.get(name, "").replace("\0", "").strip()


def chosen(request, current):
    """Return the values that the user chose in a clash, in place of those sent."""
    data = {}
    for name, written in request.POST.items():
        if name.startswith(TAKE):
            data |= form_data(written)
    return {key: values for key, values in data.items() if key in current}


def dates(request, until=None):
    """Return when it takes effect, None for at once, and when it is archived, or `until`.

    Raise `ValidationError` for a date that is unreadable or impossible.
    """
    due = _moment(request, "_due", _("Takes effect on:"))
    until = _moment(request, "_until", _("Archived on:")) or until
    if until and until <= timezone.now():
        raise ValidationError(_("The date on which it is to be archived has passed."))
    if until and due and until <= due:
        raise ValidationError(_("It cannot be archived before it takes effect."))
    if due and due <= timezone.now():
        messages.warning(request, _("The date has passed: that means at once."))
        due = None
    return due, until


def _moment(request, name, label):
    try:
        return DateTimeField(required=False).clean(request.POST.get(name, ""))
    except ValidationError as error:
        raise ValidationError(paragraph([label, *error.messages])) from None


def typed(request, proposal):
    """Return the dates and the note as sent, or else as the proposal has them."""
    if proposal and "_note" not in request.POST:
        return {"due": local(proposal.due), "until": local(proposal.until), "note": proposal.note}
    parameters = request.POST if "_note" in request.POST else request.GET
    return {name: parameters.get(f"_{name}", "") for name in ("due", "until", "note")}


def local(moment):
    """Return a moment in the format of the browser's field."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""
