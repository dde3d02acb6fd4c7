"""Previews the public page of a record with changes that are not saved yet."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from jinhua_site.content.dry_run import dry_run
from jinhua_site.content.models import Status
from jinhua_site.core.languages import in_each_language

from .replay import replay, visit


def public_page(model_admin, request, record_id, data, files, code):
    """Return the page that a visitor would see; save nothing.

    Raise `ValidationError` if the form has errors, `Http404` if no page shows the record.
    """
    data = _without_gaps(model_admin.model, data)
    if "status" in data:
        data["status"] = [Status.PUBLISHED.value]
    with dry_run(keep_files=True):
        reply = replay(model_admin, request, record_id, data, files, quiet=True)
        if reply.errors:
            raise ValidationError(reply.errors)
        with translation.override(code):
            record = model_admin.model._base_manager.get(pk=reply.saved.pk)
            address = model_admin.public_page(record)
        if not address:
            raise Http404
        return visit(address, code, request)


def _without_gaps(model, data):
    """Return the data with a placeholder for each missing language of a text."""
    filled = dict(data)
    for name in translator.get_options_for_model(model).fields:
        columns = in_each_language(name)
        if any(data.get(column) for column in columns):
            gaps = [column for column in columns if column in data and not data[column]]
            filled |= {column: [_("(not written yet)")] for column in gaps}
    return filled
