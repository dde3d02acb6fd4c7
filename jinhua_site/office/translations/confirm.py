"""An outdated text that somebody has looked at, and found to be still correct."""

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

CONFIRMED = "confirmed "  # and the column: how a version says why it was written


def reason_in_words(model, reason):
    """Say why a version was written; of a text that was confirmed, which it was."""
    name = (reason or "").removeprefix(CONFIRMED)
    if name == (reason or ""):
        return name
    try:
        label = capfirst(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:  # a field that the record had once
        label = name
    return _("Confirmed as still correct: %(text)s") % {"text": label}


@require_POST
def confirm(request, number):
    """Confirm an outdated text, for the script of the form or in a tab of its own."""
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
            note(record, request.user, f"{CONFIRMED}{column(text.field, text.language)}")
            text.delete()
    message = _("The text has changed again meanwhile. Look at it once more.")
    if is_seen:
        message = _("Confirmed as still correct: %(text)s") % {"text": capfirst(mark.name)}
    if not request.accepts("text/html"):
        return JsonResponse({"message": message}, status=200 if is_seen else 409)
    messages.add_message(request, messages.SUCCESS if is_seen else messages.ERROR, message)
    return redirect(record_type.address(record))
