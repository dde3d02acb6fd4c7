"""Decides whether a form that was sent is saved or kept as a proposal."""

from functools import partial

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.models import Status
from jinhua_site.content.uploads import was_refused
from jinhua_site.core.grammar import paragraph
from jinhua_site.office.models import Proposal

from . import form_options, visibility
from .form_data import as_it_stands, as_sent, row_of
from .merge import as_new, merge, new_key
from .replay import current_data, errors_of, forms_of, replay


class Submission:
    """The form that a colleague sent for a record, or for a new one if `record` is None.

    `proposal` is the open proposal that the form was filled in with, if any.
    """

    def __init__(self, model_admin, request, record, proposal=None):
        self.model_admin, self.request = model_admin, request
        self.record, self.proposal = record, proposal
        forms = forms_of(model_admin, request, record)
        self.current = as_it_stands(*forms)
        base = form_options.form_data(request.POST.get("_base", "")) or self.current
        self.sent, self.files = as_sent(request, *forms, base)
        self.merged = merge(base, self.sent, self.current)
        self.due = self.until = None

    def answer(self):
        """Save the form if the user may, or keep it as a proposal."""
        is_public = self.record and visibility.is_public(self.record)
        publishes = visibility.publishes(self.sent, self.current)
        allowed = may_publish(self.request.user)
        if "_propose" in self.request.POST or (is_public and not allowed):
            return self._propose()
        if self.due:
            return self._propose("schedule")
        if publishes and not allowed:
            return self._save_draft_and_propose() if self.record else self._propose()
        reply = self._replay(self.sent)
        if reply.errors and publishes and not is_public:
            return self._save_as_draft(reply)
        if not reply.errors:
            self._close(reply.saved)
            if self.until:
                until = archive_on(self.model_admin, self.request, reply.saved, self.until)
                announce(self.request, until)
        return self._response(reply)

    def keep_what_was_deleted(self):
        """Keep work on a record deleted meanwhile as a proposal to add it again."""
        self.sent = as_new(self.sent)
        self.files = {new_key(key): file for key, file in self.files.items()}
        proposal = self._keep("keep")
        message = _("Meanwhile the record was deleted. What you wrote is kept as a proposal.")
        messages.error(self.request, message)
        return HttpResponseRedirect(page_of(proposal))

    def _replay(self, data):
        number = self.record and self.record.pk
        return replay(self.model_admin, self.request, number, data, self.files)

    def _response(self, reply):
        if reply.errors:
            reply.context["lost_files"] = [*self.request.FILES]
        return reply.response

    def _save_as_draft(self, refused):
        """Save as a draft, since something is missing for publication."""
        reply = self._replay(visibility.as_draft(self.sent, self.current))
        if reply.errors:
            return self._response(refused)
        self._close(reply.saved)
        message = _("Saved as a draft. Before it can be published: %(faults)s")
        messages.warning(self.request, message % {"faults": paragraph(refused.errors)})
        if "_popup" in self.request.POST:
            return reply.response
        until = self.request.POST.get("_until")  # kept in the form
        query = "?" + urlencode({"_until": until}) if until else ""
        return HttpResponseRedirect(form_of(self.model_admin.model, reply.saved) + query)

    def _save_draft_and_propose(self):
        """Save the draft, and keep its publication as a proposal."""
        reply = self._replay(visibility.as_draft(self.sent, self.current))
        if reply.errors:
            return self._response(reply)
        record = self.model_admin.get_object(self.request, str(reply.saved.pk))
        self.current, self.files = current_data(self.model_admin, self.request, record), {}
        self.sent = self.current | {"status": [Status.PUBLISHED.value]}
        return self._propose()

    def _propose(self, decision="propose"):
        number = self.record and self.record.pk
        errors = errors_of(self.model_admin, self.request, number, self.sent, self.files)
        proposal = self._keep("keep" if errors else decision)
        announce(self.request, proposal, errors)
        return HttpResponseRedirect(page_of(proposal))

    def _keep(self, decision):
        """Keep the form as a proposal.

        Update the proposal that the form was filled in with if it is the user's own or is
        approved by this; else create a new one beside it.
        """
        user, proposal = self.request.user, self.proposal
        if not proposal or (proposal.author != user and decision != "schedule"):
            proposal = Proposal(author=user)
        proposal.model = ContentType.objects.get_for_model(self.model_admin.model)
        proposal.record_id = self.record and self.record.pk
        proposal.record_name = _name(self.record, self.sent)
        proposal.base, proposal.wanted = self.current, self.sent
        proposal.note = form_options.remark(self.request, "_note")
        proposal.decide(decision, user, due=self.due, until=self.until)
        _keep_files(proposal, self.files)
        return proposal

    def _close(self, saved):
        """Close the proposal that the form was filled in with: it is saved now.

        If its author saved it as a draft, nothing is left to review: it is withdrawn.
        """
        user = self.request.user
        for decision in ("approve", "withdraw"):
            if self.proposal and self.proposal.is_open and self.proposal.may(user, decision):
                self.proposal.decide(decision, user, record_id=saved.pk)


def _keep_files(proposal, files):
    """Replace the proposal's earlier files."""
    for earlier in proposal.files.all():
        transaction.on_commit(partial(earlier.file.storage.delete, earlier.file.name))
    proposal.files.all().delete()
    for key, file in files.items():
        if not was_refused(file):
            file.seek(0)
            proposal.files.create(
                field=key,
                name=file.name[-255:],
                content_type=(file.content_type or "")[:100],
                file=ContentFile(file.read(), name="file"),
            )


def _name(record, wanted):
    """Return the name that a record has or will have."""
    named = (
        values[0]
        for key, values in wanted.items()
        if values
        and not row_of(key)
        and key.partition("_")[0] in ("name", "title", "label", "text")
    )
    return str(record or next(named, _("new")))[:250]


def archive_on(model_admin, request, record, until):
    """Create an approved proposal that archives a record at `until`."""
    record = model_admin.get_object(request, str(record.pk))
    current = current_data(model_admin, request, record)
    proposal = Proposal(
        author=request.user,
        model=ContentType.objects.get_for_model(record),
        record_id=record.pk,
        record_name=_name(record, current),
        base=current,
        wanted=current | {"status": [Status.ARCHIVED.value]},
        note=form_options.remark(request, "_note"),
    )
    proposal.decide("schedule", request.user, due=until)
    return proposal


def announce(request, proposal, errors=()):
    """Tell the user what happened to the form they sent."""
    if errors:
        message = _("Kept as an unfinished proposal. Before it can be reviewed: %(faults)s")
        messages.warning(request, message % {"faults": paragraph(errors)})
        return
    if proposal.state == Proposal.State.SCHEDULED:
        message = _("Approved; it takes effect by itself on its date.")
    else:
        message = _("Proposed. Nothing changes for the public until a publisher approves.")
    end = visibility.what_the_public_will_see(proposal)
    messages.success(request, paragraph([message, end]))


def page_of(proposal):
    return reverse("admin:office_proposal_change", args=[proposal.pk])


def form_of(model, record):
    """Return the address of a record's form, or of the form for a new one."""
    page, names = ("change", [record.pk]) if record else ("add", [])
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=names)
