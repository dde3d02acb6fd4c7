"""The form of a record: nothing is lost in it, and nothing goes public unseen."""

import json

from django.contrib import messages
from django.contrib.admin.helpers import AdminErrorList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads
from jinhua_site.content.dry_run import rehearsal
from jinhua_site.content.models import Status
from jinhua_site.core.grammar import paragraph
from jinhua_site.core.languages import CODES
from jinhua_site.office.choices import is_key
from jinhua_site.office.history import restore

from . import compare, form_options, propose
from .form_data import as_it_stands, as_new, as_sent, files_in, merge, new_key
from .preview import PreviewAdmin
from .replay import Unheard, faults, forget_that_it_is_only_shown, forms_of, send, standing


class ReviewedAdmin(PreviewAdmin):
    """Saves what may be saved, keeps the rest as a proposal, and shows it all beforehand."""

    def plain_changeform(self, request, object_id):
        """Django's own handling of the form, with nothing between."""
        return super().changeform_view(request, object_id)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            try:
                with uploads.together():
                    return self._receive(request, object_id)
            except uploads.STORAGE_ERRORS as error:
                if not uploads.means_that_the_disk_is_full(error):
                    raise
            return self._show_what_has_no_room(request, object_id)
        filled, files, clash = self.filled_in(request, object_id)
        if filled is not None:
            return self._show(request, object_id, filled, files, clash)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def filled_in(self, request, object_id):
        """What the form's address asks to fill it in with: submission, files and clash."""
        proposal = propose.named_in(request, self.model, object_id)
        earlier = restore.named_in(request, self, object_id)
        record = (proposal or earlier) and self.locked(request, object_id)
        if proposal:
            merged = propose.on_top(proposal, request, record)
            clash = compare.clash_with(proposal, self, request, record, merged)
            return merged.whole, propose.files_of(proposal), clash
        if earlier and record:
            return *restore.put_back(self, request, record, earlier), None
        return None, {}, None

    # What becomes of a form that was sent

    def _receive(self, request, object_id):
        record = self.locked(request, object_id)
        propose.named_in(request, self.model, object_id, lock=True)  # after its record
        allowed = self.has_change_permission if object_id else self.has_add_permission
        if not (allowed(request, record) if object_id else allowed(request)):
            raise PermissionDenied
        forms = forms_of(self, request, record)
        now = as_it_stands(*forms)
        base = form_options.dictionary(request, "_base") or now
        sent = as_sent(request.POST, request.FILES, *forms, base)
        files = files_in(request.FILES, request.POST, forms[1], sent)
        files = self.filled_in(request, object_id)[1] | files
        if object_id and not record:
            return self._keep_what_was_deleted(request, sent, files)
        merged = merge(base, sent, now)
        code = request.POST.get("_preview", "")
        if code in CODES:
            return self.preview(request, object_id, merged.whole, files, code)
        if record and merged.theirs:
            clash = compare.clash(self, request, record, base, sent, now, merged)
            return self._show(request, object_id, merged.whole, clash=clash, lost=files)
        sent |= form_options.chosen(request, now)
        try:
            dates = form_options.dates(request) if may_publish(request.user) else (None, None)
        except ValidationError as wrong:
            messages.error(request, wrong.message)
            return self._show(request, object_id, sent, lost=request.FILES)
        if "_propose" in request.POST or self._is_to_be_reviewed(request, record):
            return self._propose(request, record, now, sent, files, *dates)
        response = self._save(request, record, now, sent, files, *dates)
        if faults(response):
            response.context_data["lost_files"] = [*request.FILES]
        return response

    def locked(self, request, object_id):
        """The record, which with its rows nobody else changes until this request is answered."""
        if not object_id:
            return None
        if is_key(object_id):
            kept = {self.model: "pk"}
            rows = {inline.model for inline in self.inlines}
            kept |= {
                each.related_model: each.field.name
                for each in self.opts.related_objects
                if each.related_model in rows
            }
            with transaction.atomic():
                for model, name in kept.items():
                    locked = model._base_manager.select_for_update(of=("self",))
                    list(locked.filter(**{name: object_id}).order_by("pk"))
        return self.get_object(request, str(object_id))

    def _is_to_be_reviewed(self, request, record):
        return record and propose.is_public(record) and not may_publish(request.user)

    def _save(self, request, record, now, sent, files, due, until):
        """Saved and public or, where something is missing for that, saved as a draft."""
        number = record and record.pk
        wanted, allowed = propose.publishes(sent, now), may_publish(request.user)
        if due:
            return self._propose(request, record, now, sent, files, due, until, approved=True)
        if wanted and not (allowed or record):
            return self._propose(request, None, now, sent, files)
        if allowed or not wanted:
            answered, response = send(self, request, number, sent, files)
            lacking = faults(response)
            if not lacking:
                self._after_saving(request, answered.saved, until)
            if not (lacking and wanted) or (record and propose.is_public(record)):
                return response
        drafted, as_draft = send(self, request, number, propose.as_draft(sent, now), files)
        if faults(as_draft):
            return response if allowed else as_draft
        if allowed:
            propose.settle(request, self.model, drafted.saved)
            told = _("Saved as a draft. Before it can be published: %(faults)s")
            messages.warning(request, told % {"faults": paragraph(lacking)})
            address = self._address(drafted.saved) + form_options.until_again(request)
            return as_draft if "_popup" in request.POST else HttpResponseRedirect(address)
        return self._propose_to_publish(request, drafted.saved)

    def _propose_to_publish(self, request, record):
        """A draft was saved; that it should go public is a proposal."""
        record = self.get_object(request, str(record.pk))
        now = standing(self, request, record)
        return self._propose(request, record, now, now | {"status": [Status.PUBLISHED.value]}, {})

    def _propose(self, request, record, now, sent, files, due=None, until=None, **approved):
        with rehearsal():
            quiet = {"_messages": Unheard(request)}
            _sent, response = send(self, request, record and record.pk, sent, files, **quiet)
            lacking = faults(response)
        dates = {"lacking": bool(lacking), "due": due, "until": until}
        proposal = propose.keep(request, record, self.model, now, sent, files, **dates, **approved)
        propose.tell(request, proposal, lacking)
        return HttpResponseRedirect(_page_of(proposal))

    def _keep_what_was_deleted(self, request, sent, files):
        base, sent = standing(self, request, None), as_new(sent)
        files = {new_key(key): file for key, file in files.items()}
        proposal = propose.keep(request, None, self.model, base, sent, files, lacking=True)
        told = _("Meanwhile the record was deleted. What you wrote is kept as a proposal.")
        messages.error(request, told)
        return HttpResponseRedirect(_page_of(proposal))

    def _after_saving(self, request, saved, until):
        """The proposal that the form was filled in with is done; its end has its date."""
        propose.settle(request, self.model, saved)
        if until:
            propose.tell(request, self.archive_on(request, saved, until), [])

    def archive_on(self, request, saved, until):
        """The proposal, approved already, that a record leaves the website again."""
        record = self.get_object(request, str(saved.pk))
        now = standing(self, request, record)
        wanted = now | {"status": [Status.ARCHIVED.value]}
        dates = {"due": until, "approved": True}
        return propose.keep(request, record, self.model, now, wanted, {}, **dates)

    # Showing

    def _show_what_has_no_room(self, request, object_id):
        """The form as it was sent, of which the full disk has kept nothing."""
        record = object_id and self.get_object(request, str(object_id))
        forms = forms_of(self, request, record)
        base = form_options.dictionary(request, "_base") or as_it_stands(*forms)
        sent = as_sent(request.POST, request.FILES, *forms, base)
        messages.error(request, uploads.disk_is_full())
        return self._show(request, object_id, sent, lost=request.FILES)

    # Django's hooks

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.only_shown = getattr(request, "only_shown", False)
        return form

    def _get_preserved_qsl(self, request, preserved_filters):
        """What filled the form in is not to fill it in again once it is saved."""
        kept = super()._get_preserved_qsl(request, preserved_filters)
        return [(name, value) for name, value in kept if name not in form_options.FILLS_IN]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.saved = form.instance

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        if form.only_shown:
            forget_that_it_is_only_shown(form)
            context["errors"] = AdminErrorList(form, formsets)
        base = None if form.only_shown else form_options.dictionary(request, "_base")
        if change and not form.is_bound:
            base = as_it_stands(form, formsets)
        if not base:  # the form has written in `obj`, which is to be read anew
            base = standing(self, request, obj and self.get_object(request, str(obj.pk)))
        proposal = propose.named_in(request, self.model, context["object_id"])
        context |= {
            "base": json.dumps(base, ensure_ascii=False),
            "may_publish": may_publish(request.user),
            "is_public": bool(obj) and propose.is_public(obj),
            "has_status": "status" in form.fields,
            "proposals": compare.open_proposals(self.model, obj),
            "proposal": proposal,
            "typed": form_options.typed(request, proposal),
        }
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def _address(self, record):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[record.pk])


def _page_of(proposal):
    return reverse("admin:office_proposal_change", args=[proposal.pk])
