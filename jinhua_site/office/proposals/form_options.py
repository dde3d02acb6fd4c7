"""What a form brings back besides its fields: how it stood, what was chosen, on which day."""

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.core.grammar import paragraph

TAKE = "_take-"
FILLS_IN = ("restore", "proposal", "_until")  # in the form's address


def dictionary(request, name):
    """What the form brings back of what it was given, where it still makes sense."""
    try:
        found = json.loads(request.POST.get(name, "{}"))
    except ValueError:
        return {}
    right = isinstance(found, dict) and all(map(_is_texts, found.values()))
    return found if right else {}


def _is_texts(values):
    return isinstance(values, list) and all(map(_is_text, values))


def _is_text(value):
    return isinstance(value, str) and "\0" not in value  # which PostgreSQL does not keep


def remark(request, name):
    """What stands in a field for remarks, without what PostgreSQL does not keep."""
    return request.POST.get(name, "").replace("\0", "").strip()


def chosen(request, now):
    """The fields for which somebody chose between a colleague's words and their own."""
    mine, taken = dictionary(request, "_mine"), {}
    for name, side in request.POST.items():
        key = name.removeprefix(TAKE)
        if not name.startswith(TAKE) or key not in now:
            continue
        if side == "theirs" and key not in mine:  # else the form has theirs already
            taken[key] = now[key]
        elif side == "mine" and key in mine:
            taken[key] = mine[key]
    return taken


def dates(request, until=None):
    """When it takes effect, none for at once, and when it is archived, `until` if not named.

    Raises `ValidationError` for a date that cannot be read or cannot be.
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
    was_sent = "_note" in request.POST
    came = request.POST if was_sent else request.GET
    if was_sent or not proposal:
        return {name: came.get(f"_{name}", "") for name in ("due", "until", "note")}
    due = proposal.due if proposal.author == request.user else None  # another's is done by saving
    return {"due": local(due), "until": local(proposal.until), "note": proposal.note}


def until_again(request):
    """What makes the form offer once more the day of archiving that came with it."""
    until = request.POST.get("_until")
    return "?" + urlencode({"_until": until}) if until else ""


def local(moment):
    """A moment as the browser's field for it has it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""
