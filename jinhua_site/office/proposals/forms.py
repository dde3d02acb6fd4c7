"""The form of a record: no work is lost, and nothing goes public without a review."""

from contextlib import contextmanager, suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from jinhua_site.content import uploads
from jinhua_site.content.dry_run import dry_run
from jinhua_site.content.models import Status
from jinhua_site.core.grammar import paragraph, set_apart
from jinhua_site.core.languages import CODES, in_each_language
from jinhua_site.office.choices import is_key
from jinhua_site.office.history.admin import restored
from jinhua_site.office.models import Proposal

from . import compare
from .form_data import as_it_stands, row_of
from .options import Options, sign, signed
from .propose import Submission, is_public
from .replay import ReplayAdmin, current_data, forms_in, replay, visit
from .review import Review, named_in


@contextmanager
def all_or_nothing(request):
    """Save all or none of the records; on a full disk say so."""
    with uploads.full_disk_told(request, uploads.disk_is_full()), transaction.atomic():
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
            review, clash = Review(proposal, request), None
            if review.clashes:
                clash = compare.clash(self, request, review.record, review.merged, proposed=True)
            return review.merged.whole, review.files, clash
        return *restored(self, request, object_id), None

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
            return self.preview(request, object_id, merged.whole, files)
        if record and merged.moved:
            clash = compare.clash(self, request, record, merged)
            return self.show(request, object_id, merged.whole, clash=clash, lost=files)
        if not submission.options.are_usable():
            return self.show(request, object_id, submission.sent, lost=request.FILES)
        return submission.answer()

    def locked(self, request, object_id):
        """Return the record, locked with its rows until this request ends."""
        if is_key(object_id):
            links = {self.model: "pk"} | {
                related.related_model: related.field.name
                for related in self.opts.related_objects
                if related.related_model in {inline.model for inline in self.inlines}
            }
            with transaction.atomic():
                for model, name in links.items():
                    records = model._base_manager.select_for_update(of=("self",))
                    list(records.filter(**{name: object_id}).order_by("pk"))
        return object_id and self.get_object(request, str(object_id))

    # Showing what is not saved

    def preview(self, request, object_id, data, files):
        """Show the public page as it would be or, if there is none, the form again."""
        code, published = request.POST["_preview"], self._published(data)
        with dry_run(keep_files=True):
            reply = replay(self, request, object_id, published, files, quiet=True)
            if not reply.errors:
                with suppress(Http404), translation.override(code):
                    record = self.model._base_manager.get(pk=reply.saved.pk)
                    if address := self.public_page(record):
                        return visit(address, code, request)
        if reply.errors:
            message = _("Before this can be shown: %(faults)s")
            messages.error(request, message % {"faults": paragraph(reply.errors)})
        else:
            message = _("No public page shows this: what it belongs to is a draft.")
            messages.warning(request, message)
        return self.show(request, object_id, data)

    def _published(self, data):
        """Return the data as published, with a placeholder for each missing language of a text."""
        published = data | ({"status": [Status.PUBLISHED.value]} if "status" in data else {})
        for name in translator.get_options_for_model(self.model).fields:
            columns = in_each_language(name)
            if any(data.get(column) for column in columns):
                gaps = [column for column in columns if column in data and not data[column]]
                published |= {column: [_("(not written yet)")] for column in gaps}
        return published

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
            "base": sign(self._base(request, form, formsets, obj)),
            "is_public": bool(obj) and is_public(obj),
            "proposals": obj and Proposal.objects.open_for(self.model, obj.pk),
            "proposal": proposal,
            "options": Options(request, proposal),
            "lost_files": [*request.FILES],
        }
        return super().render_change_form(request, context, *args, change=change, obj=obj, **kwargs)

    def _base(self, request, form, formsets, obj):
        """Return the form data when the form was opened, or now if a clash is shown."""
        if obj and not form.is_bound:
            return as_it_stands(form, formsets)
        sent = signed(request.POST.get("_base", ""))
        if sent and not request.only_shown:
            return sent
        # The form has changed `obj`, so it is read again.
        return current_data(self, request, obj and self.get_object(request, str(obj.pk)))
