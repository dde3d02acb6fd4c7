"""What a form brings back besides its fields: how it stood, what was chosen, on which day."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.core.grammar import paragraph

TAKE = "_take-"


def form_data(written):
    """The form data that a page brings back as JSON; none where it makes no sense."""
    try:
        data = json.loads(written)
    except ValueError:
        return {}
    return data if isinstance(data, dict) and all(map(_is_texts, data.values())) else {}


def _is_texts(values):
    # PostgreSQL keeps no text with a zero character.
    return isinstance(values, list) and all(
        isinstance(value, str) and "\0" not in value for value in values
    )


def remark(request, name):
    """What stands in a field for remarks."""
    return request.POST.get(name, "").replace("\0", "").strip()


def chosen(request, current):
    """What somebody chose, between a colleague's words and their own, instead of what they sent."""
    data = {}
    for name, written in request.POST.items():
        if name.startswith(TAKE):
            data |= form_data(written)
    return {key: values for key, values in data.items() if key in current}


def dates(request, until=None):
    """When it takes effect, none for at once, and when it is archived, `until` if not named.

    Raise `ValidationError` for a date that cannot be read or cannot be.
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
    """The dates and the note beside the fields: as they came, or as the proposal has them."""
    if proposal and "_note" not in request.POST:
        return {"due": local(proposal.due), "until": local(proposal.until), "note": proposal.note}
    came = request.POST if "_note" in request.POST else request.GET
    return {name: came.get(f"_{name}", "") for name in ("due", "until", "note")}


def local(moment):
    """A moment as the browser's field for it has it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""
