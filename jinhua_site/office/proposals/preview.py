"""A form that nobody has saved yet: shown again, or as its public page."""

import json

from django.contrib import admin, messages
from django.http import Http404
from django.utils.translation import gettext as _

from jinhua_site.content.dry_run import rehearsal
from jinhua_site.content.models import Status
from jinhua_site.core.grammar import paragraph, set_apart

from . import compare
from .form_data import row_of
from .replay import Unheard, faults, public_page, send


class PreviewAdmin(admin.ModelAdmin):
    """Shows what the public would see; where it cannot, the form again."""

    def preview(self, request, object_id, submission, files, code):
        """The public page with the changes in it, of which nothing stays."""
        with rehearsal(keep_files=True):
            whole = compare.without_gaps(self.model, submission)
            whole |= {"status": [Status.PUBLISHED.value]} if "status" in whole else {}
            quiet = {"_messages": Unheard(request)}
            sent, response = send(self, request, object_id, whole, files, **quiet)
            if lacking := faults(response):
                return self._show_what_is_lacking(request, object_id, submission, lacking)
            try:
                return public_page(compare.page_in(self, sent.saved, code), code, request)
            except Http404:
                messages.warning(
                    request, _("No public page shows this: what it belongs to is a draft.")
                )
        return self._show(request, object_id, submission)

    def _show_what_is_lacking(self, request, object_id, submission, lacking):
        response = self._show(request, object_id, submission)
        told = _("This cannot be shown before it is mended.")
        if not faults(response):  # only what is public has to be mended
            told = _("Before this can be shown: %(faults)s") % {"faults": paragraph(lacking)}
        messages.error(request, told)
        return response

    def _show(self, request, object_id, submission, files=None, clash=None, lost=()):
        """The form filled in with a submission, and not saved."""
        quiet = {"_messages": Unheard(request), "only_shown": True}
        sent, response = send(self, request, object_id, submission, {}, **quiet)
        if hasattr(response, "context_data"):
            sent._messages = request._messages  # what was told before is for whoever reads it
            fields = response.context_data["adminform"].form.fields
            names = [
                file.name for key, file in (files or {}).items() if row_of(key) or key in fields
            ]
            response.context_data |= {
                "clash": clash,
                "mine": json.dumps(clash.mine if clash else {}),
                "with_files": set_apart(names),
                "lost_files": [*lost],
                "unsaved": request.method == "POST",
            }
        return response
