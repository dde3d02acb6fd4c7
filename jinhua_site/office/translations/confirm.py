"""An outdated text that somebody has looked at, and found to be still correct."""

from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

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


def confirm(request, number):
    """Confirm an outdated text, on a small page of its own or for the script of the form."""
    text = get_object_or_404(StaleText.objects.select_related("model"), pk=number)
    record_type = RecordType(text.model.model_class())
    if not record_type.may("change", request.user):
        raise PermissionDenied
    records = record_type.model._base_manager.all()
    if request.method != "POST":
        record = get_object_or_404(records, pk=text.record_id)
        return _page(request, record_type, Mark(record, text.field, text.language, text))
    with transaction.atomic():
        record = get_object_or_404(records.select_for_update(), pk=text.record_id)
        text = get_object_or_404(StaleText.objects.select_for_update(), pk=number)
        mark = Mark(record, text.field, text.language, text)
        if request.POST.get("seen") != mark.seen:
            told = _("The text has changed again meanwhile. Look at it once more.")
            return _page(request, record_type, mark, told=told, status=409)
        note(record, request.user, f"{CONFIRMED}{column(text.field, text.language)}")
        text.delete()
    told = _("Confirmed as still correct: %(text)s") % {"text": capfirst(mark.name)}
    if _is_script(request):
        return JsonResponse({"told": told})
    messages.success(request, told)
    return redirect(record_type.address(record))


def _page(request, record_type, mark, told="", status=200):
    if _is_script(request):
        return JsonResponse({"told": told}, status=status)
    context = admin.site.each_context(request) | {
        "title": _("Still correct?"),
        "address": record_type.address(mark.record),
        "mark": mark,
        "told": told,
    }
    return render(request, "admin/confirm.html", context, status=status)


def _is_script(request):
    return not request.accepts("text/html")
