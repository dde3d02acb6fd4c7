"""A stale text that somebody has looked at, and found to be still correct."""

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
from .record_types import Kind
from .texts import column

CONFIRMED = "confirmed "  # and the column: how a version says why it was written


def confirm(text, record, user):
    """Take a stale text as still correct; the record's history says who did."""
    with transaction.atomic():
        note(record, user, f"{CONFIRMED}{column(text.field, text.language)}")
        text.delete()


def reason_in_words(model, reason):
    """Why a version was written, as staff read it: of what `confirm` noted, which text it was."""
    name = (reason or "").removeprefix(CONFIRMED)
    if name == (reason or ""):
        return name
    try:
        label = capfirst(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:  # a field that the record had once
        label = name
    return _("Confirmed as still correct: %(text)s") % {"text": label}


def still_correct(request, number):
    """Confirm a stale text, on a small page of its own or for the script of the form."""
    text = get_object_or_404(StaleText.objects.select_related("model"), pk=number)
    kind = Kind(text.model.model_class())
    if not kind.may_be_changed(request.user):
        raise PermissionDenied
    record = get_object_or_404(kind.model, pk=text.record_id)
    mark = Mark(record, text.field, text.language, text)
    if request.method != "POST":
        return _page(request, kind, mark)
    with transaction.atomic():
        record = get_object_or_404(kind.model._base_manager.select_for_update(), pk=record.pk)
        text = get_object_or_404(StaleText.objects.select_for_update(), pk=number)
        mark = Mark(record, text.field, text.language, text)
        if request.POST.get("seen") != mark.seen:
            told = _("The text has changed again meanwhile. Look at it once more.")
            return _page(request, kind, mark, told=told, status=409)
        confirm(text, record, request.user)
    told = _("Confirmed as still correct: %(text)s") % {"text": capfirst(mark.name)}
    if _is_script(request):
        return JsonResponse({"told": told})
    messages.success(request, told)
    return redirect(kind.address(record))


def _page(request, kind, mark, told="", status=200):
    if _is_script(request):
        return JsonResponse({"told": told}, status=status)
    context = admin.site.each_context(request) | {
        "title": _("Still correct?"),
        "address": kind.address(mark.record),
        "mark": mark,
        "told": told,
    }
    return render(request, "admin/still_correct.html", context, status=status)


def _is_script(request):
    return not request.accepts("text/html")
