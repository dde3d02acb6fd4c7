"""Marks in a form beside texts that are missing or out of date, and their confirmation."""

from dataclasses import dataclass
from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinhua_site.content.history import note
from jinhua_site.core.languages import bcp47
from jinhua_site.office.models import OutdatedText
from jinhua_site.office.text_diff import differences

from .texts import LANGUAGES, RecordType, column, other, texts, wanted_in_both

CONFIRMED = "confirmed "  # before the column, as a version's change reason
AROUND = 24  # words or characters beside a change


@dataclass(frozen=True)
class Mark:
    """A text in one language that is outdated or, without `outdated`, missing."""

    record: Model
    field: str
    language: str
    outdated: OutdatedText | None = None

    @property
    def name(self):
        return self.record._meta.get_field(column(self.field, self.language)).verbose_name

    @property
    def other_language(self):
        return LANGUAGES[other(self.language)]

    @cached_property
    def texts(self):
        return texts(self.record, self.field)

    @property
    def since(self):
        return timezone.localdate(self.outdated.since)

    @property
    def changes(self):
        """Return what has changed in the other language since."""
        code = other(self.language)
        marked = differences(self.outdated.other_was, self.texts[code], around=AROUND)
        return format_html('<p lang="{}">{}</p>', bcp47(code), marked)

    @property
    def seen(self):
        """Return a hash of the text in both languages, as the user has seen it."""
        return sha256(repr(self.texts).encode()).hexdigest()[:16]


def mark_of(record, name, outdated):
    """Return the mark beside the column `name` of a form's record, or None."""
    of_column = next((field for field in record._meta.fields if field.name == name), None)
    if not hasattr(of_column, "translated_field"):
        return None
    field, code = of_column.translated_field.name, of_column.language
    written = texts(record, field)
    if not written[code]:
        missing = written[other(code)] and field in wanted_in_both(type(record))
        return Mark(record, field, code) if missing else None
    row = outdated.get((field, code))
    return Mark(record, field, code, row) if row else None


def reason_in_words(model, reason):
    """Return a version's change reason in words; name the text that was confirmed."""
    for field in model._meta.fields:
        if reason == f"{CONFIRMED}{field.name}":
            return _("Confirmed as still correct: %(text)s") % {
                "text": capfirst(field.verbose_name)
            }
    return reason or ""


@require_POST
def confirm_text(request, number):
    """Confirm an outdated text; answer a script with JSON, a browser with a redirect."""
    text = get_object_or_404(OutdatedText.objects.select_related("model"), pk=number)
    record_type = RecordType(text.model.model_class())
    if not record_type.may("change", request.user):
        raise PermissionDenied
    with transaction.atomic():
        records = record_type.model._base_manager.select_for_update()
        record = get_object_or_404(records, pk=text.record_id)
        text = get_object_or_404(OutdatedText.objects.select_for_update(), pk=number)
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
