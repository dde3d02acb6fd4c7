"""Confirms that an outdated text is still correct."""

from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinhua_site.content.history import note
from jinhua_site.office.models import StaleText

from .marks import Mark
from .record_types import RecordType
from .texts import column

CONFIRMED = "confirmed "  # before the column, as a version's change reason


def confirm(text, record, user):
    """Mark an outdated text as still correct; note in the record's history who did so."""
    with transaction.atomic():
        note(record, user, f"{CONFIRMED}{column(text.field, text.language)}")
        text.delete()


def reason_in_words(model, reason):
    """Return a version's change reason in words; name the text that was confirmed."""
    name = (reason or "").removeprefix(CONFIRMED)
    if name == (reason or ""):
        return name
    try:
        label = capfirst(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:  # a field that no longer exists
        label = name
    return _("Confirmed as still correct: %(text)s") % {"text": label}


@require_POST
def confirm_text(request, number):
    """Confirm an outdated text; answer a script with JSON, a browser with a redirect."""
    text = get_object_or_404(StaleText.objects.select_related("model"), pk=number)
    record_type = RecordType(text.model.model_class())
    if not record_type.may("change", request.user):
        raise PermissionDenied
    with transaction.atomic():
        records = record_type.model._base_manager.select_for_update()
        record = get_object_or_404(records, pk=text.record_id)
        text = get_object_or_404(StaleText.objects.select_for_update(), pk=number)
        mark = Mark(record, text.field, text.language, text)
        is_seen = request.POST.get("seen") == mark.seen
        if is_seen:
            confirm(text, record, request.user)
    message = _("The text has changed again meanwhile. Look at it once more.")
    if is_seen:
        message = _("Confirmed as still correct: %(text)s") % {"text": capfirst(mark.name)}
    if not request.accepts("text/html"):
        return JsonResponse({"message": message}, status=200 if is_seen else 409)
    messages.add_message(request, messages.SUCCESS if is_seen else messages.ERROR, message)
    return redirect(record_type.address(record))
