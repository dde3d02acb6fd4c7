"""The form of a record: no work is lost, and nothing goes public without a review."""

import json
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads
from jinhua_site.core.grammar import paragraph, set_apart
from jinhua_site.core.languages import CODES
from jinhua_site.office.choices import is_key
from jinhua_site.office.history import restore
from jinhua_site.office.models import Proposal

from . import compare, form_options, preview, visibility
from .form_data import as_it_stands, row_of
from .propose import Submission
from .replay import ReplayAdmin, current_data, forms_in, replay
from .review import Review, named_in


@contextmanager
def all_or_nothing(request):
    """Save records and files together; on a full disk undo both, and say so."""
    with uploads.full_disk_told(request, uploads.disk_is_full()), uploads.together():
        yield


class ReviewedAdmin(ReplayAdmin):
    """Saves what the user may save, keeps the rest as a proposal, and offers previews."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            with all_or_nothing(request):
                return self._receive(request, object_id)
            record = object_id and self.get_object(request, str(object_id))
            sent = Submission(self, request, record).sent
            return self.show(request, object_id, sent, lost=request.FILES)
        data, files, clash = self._filled_in(request, object_id)
        if data is not None:
            return self.show(request, object_id, data, files, clash)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _filled_in(self, request, object_id):
        """Return the form data, files and clash of the proposal or version in the address."""
        proposal = named_in(request, self.model, object_id)
        if proposal:
            review = Review(proposal, request)
            merged, clash = review.rebased, None
            if review.clashes:
                clash = compare.clash(self, request, review.record, merged, proposed=True)
            return merged.whole, review.files, clash
        earlier = restore.named_in(request, self, object_id)
        record = earlier and self.get_object(request, str(object_id))
        if not record:
            return None, {}, None
        return *restore.put_back(self, request, record, earlier), None

    def _receive(self, request, object_id):
        """Answer a form that was sent."""
        record = self.locked(request, object_id)
        proposal = named_in(request, self.model, object_id, lock=True)  # locked after its record
        submission = Submission(self, request, record, proposal)
        submission.files = self._filled_in(request, object_id)[1] | submission.files
        if object_id and not record:
            if not self.has_change_permission(request):
                raise PermissionDenied
            return submission.keep_what_was_deleted()
        merged, files = submission.merged, submission.files
        if request.POST.get("_preview") in CODES:
            return self.preview(request, object_id, merged.whole, files, request.POST["_preview"])
        if record and merged.moved:
            clash = compare.clash(self, request, record, merged)
            return self.show(request, object_id, merged.whole, clash=clash, lost=files)
        submission.sent |= form_options.chosen(request, submission.current)
        if may_publish(request.user):
            try:
                submission.due, submission.until = form_options.dates(request)
            except ValidationError as error:
                messages.error(request, error.message)
                return self.show(request, object_id, submission.sent, lost=request.FILES)
        return submission.answer()

    def locked(self, request, object_id):
        """Return the record, locked with its rows until this request ends."""
        if is_key(object_id):
            rows = {inline.model for inline in self.inlines}
            links = {self.model: "pk"} | {
                related.related_model: related.field.name
                for related in self.opts.related_objects
                if related.related_model in rows
            }
            with transaction.atomic():
                for model, name in links.items():
                    records = model._base_manager.select_for_update(of=("self",))
                    list(records.filter(**{name: object_id}).order_by("pk"))
        return object_id and self.get_object(request, str(object_id))

    # Showing what is not saved

    def preview(self, request, object_id, data, files, code):
        """Show the public page with the changes or, if there is none, the form again."""
        try:
            return preview.public_page(self, request, object_id, data, files, code)
        except Http404:
            message = _("No public page shows this: what it belongs to is a draft.")
            messages.warning(request, message)
            return self.show(request, object_id, data)
        except ValidationError as error:
            response = self.show(request, object_id, data)
            message = _("This cannot be shown before it is mended.")
            if not response.context_data["errors"]:  # the errors are those of publishing only
                message = _("Before this can be shown: %(faults)s")
                message %= {"faults": paragraph(error.messages)}
            messages.error(request, message)
            return response

    def show(self, request, object_id, data, files=None, clash=None, lost=()):
        """Show the form filled in with form data, without saving it."""
        reply = replay(self, request, object_id, data, {}, only_shown=True)
        if reply.is_form:
            fields = reply.context["adminform"].form.fields
            names = [
                file.name for key, file in (files or {}).items() if row_of(key) or key in fields
            ]
            reply.context |= {
                "clash": clash,
                "with_files": set_apart(names),
                "lost_files": [*lost],
                "unsaved": request.method == "POST",
            }
        return reply.response

    def render_change_form(self, request, context, *args, change=False, obj=None, **kwargs):
        form, formsets = forms_in(context)
        proposal = named_in(request, self.model, context["object_id"])
        context |= {
            "base": json.dumps(self._base(request, form, formsets, obj), ensure_ascii=False),
            "may_publish": may_publish(request.user),
            "is_public": bool(obj) and visibility.is_public(obj),
            "has_status": "status" in form.fields,
            "proposals": obj and Proposal.objects.open_for(self.model, obj.pk),
            "proposal": proposal,
            "typed": form_options.typed(request, proposal),
        }
        return super().render_change_form(request, context, *args, change=change, obj=obj, **kwargs)

    def _base(self, request, form, formsets, obj):
        """Return the form data when the form was opened, or now if a clash is shown."""
        if obj and not form.is_bound:
            return as_it_stands(form, formsets)
        sent = form_options.form_data(request.POST.get("_base", ""))
        if sent and not request.only_shown:
            return sent
        # The form has changed `obj`, so it is read again.
        return current_data(self, request, obj and self.get_object(request, str(obj.pk)))
