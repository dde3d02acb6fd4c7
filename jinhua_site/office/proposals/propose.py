"""Decides whether a form that was sent is saved or kept as a proposal."""

from functools import partial

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.models import Publishable, Status
from jinhua_site.content.uploads import was_refused
from jinhua_site.core.grammar import paragraph
from jinhua_site.office.models import Proposal

from .form_data import Merged, as_it_stands, as_new, as_sent, name_of, new_key, row_of
from .options import Options, chosen, signed
from .replay import current_data, errors_of, forms_of, replay


class Submission:
    """The form that a colleague sent for a record, or for a new one if `record` is None.

    `proposal` is the open proposal that the form was filled in with, if any.
    """

    def __init__(self, model_admin, request, record, proposal=None):
        self.model_admin, self.request = model_admin, request
        self.record, self.proposal = record, proposal
        self.options = Options(request, proposal)
        forms = forms_of(model_admin, request, record)
        self.current = as_it_stands(*forms)
        base = signed(request.POST.get("_base", "")) or self.current
        sent, self.files = as_sent(request, *forms, base)
        self.sent = sent | chosen(request, self.current)
        self.merged = Merged(base, self.sent, self.current)

    def answer(self):
        """Save the form if the user may, or keep it as a proposal."""
        was_public = self.record and is_public(self.record)
        options, as_draft = self.options.values, _as_draft(self.sent, self.current)
        is_draft, allowed = not was_public and as_draft == self.sent, may_publish(self.request.user)
        if "_propose" in self.request.POST or (was_public and not allowed):
            return self._propose()
        if options["due"]:
            return self._propose("schedule")
        if not (allowed or is_draft):
            return self._save_and_propose(as_draft) if self.record else self._propose()
        reply = self._replay(self.sent)
        if reply.errors and not (was_public or is_draft):
            return self._save_as_draft(as_draft, reply)
        if not reply.errors:
            self._close(reply.saved)
            if until := options["until"]:
                note = options["note"]
                archiving = archive_on(self.model_admin, self.request, reply.saved, until, note)
                announce(self.request, archiving)
        return reply.response

    def keep_what_was_deleted(self):
        """Keep work on a record deleted meanwhile as a proposal to add it again."""
        self.sent = as_new(self.sent)
        self.files = {new_key(key): file for key, file in self.files.items()}
        proposal = self._keep("keep")
        message = _("Meanwhile the record was deleted. What you wrote is kept as a proposal.")
        messages.error(self.request, message)
        return redirect(proposal)

    def _replay(self, data):
        number = self.record and self.record.pk
        return replay(self.model_admin, self.request, number, data, self.files)

    def _save_as_draft(self, as_draft, refused):
        """Save as a draft, since something is missing for publication."""
        reply = self._replay(as_draft)
        if reply.errors:
            return refused.response
        self._close(reply.saved)
        message = _("Saved as a draft. Before it can be published: %(faults)s")
        messages.warning(self.request, message % {"faults": paragraph(refused.errors)})
        if "_popup" in self.request.POST:
            return reply.response
        until = self.request.POST.get("_until")  # kept in the form
        query = "?" + urlencode({"_until": until}) if until else ""
        return redirect(form_of(self.model_admin.model, reply.saved) + query)

    def _save_and_propose(self, as_draft):
        """Save the draft, and keep its publication as a proposal."""
        reply = self._replay(as_draft)
        if reply.errors:
            return reply.response
        record = self.model_admin.get_object(self.request, str(reply.saved.pk))
        self.current, self.files = current_data(self.model_admin, self.request, record), {}
        self.sent = self.current | {"status": [Status.PUBLISHED.value]}
        return self._propose()

    def _propose(self, decision="propose"):
        number = self.record and self.record.pk
        errors = errors_of(self.model_admin, self.request, number, self.sent, self.files)
        proposal = self._keep("keep" if errors else decision)
        if errors:
            message = _("Kept as an unfinished proposal. Before it can be reviewed: %(faults)s")
            messages.warning(self.request, message % {"faults": paragraph(errors)})
        else:
            announce(self.request, proposal)
        return redirect(proposal)

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
        options = self.options.values
        dates = {"due": options["due"], "until": options["until"]}
        proposal.decide(decision, user, note=options["note"], **dates)
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
        if values and key.partition("_")[0] in ("name", "title", "label", "text")
    )
    return str(record or next(named, _("new")))[:250]


def archive_on(model_admin, request, record, until, note=""):
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
        note=note,
    )
    proposal.decide("schedule", request.user, due=until)
    return proposal


# What the public sees


def is_public(record):
    """Return whether a record is published, or its model has no drafts."""
    return not isinstance(record, Publishable) or record.status == Status.PUBLISHED


def _as_draft(data, before):
    """Return form data that publishes nothing that was not public `before`."""
    published = [Status.PUBLISHED.value]
    return {
        key: [Status.DRAFT.value]
        if name_of(key) == "status" and values[-1:] == published != before.get(key)
        else values
        for key, values in data.items()
    }


def what_stays_hidden(proposal):
    """Return a sentence on what the public does not see of a proposal; empty if it sees all."""
    status = proposal.wanted.get("status", [Status.PUBLISHED])[-1]
    if status != Status.PUBLISHED:
        message = _("Its status is “%(status)s”: the public does not see it.")
        return message % {"status": Status(status).label}
    has_drafts = any(
        row_of(key)
        and name_of(key) == "status"
        and values[-1:] != [Status.PUBLISHED]
        and proposal.base.get(key) != values
        for key, values in proposal.wanted.items()
    )
    return _("The public does not see the drafts in it.") if has_drafts else ""


def announce(request, proposal):
    """Tell the user what happened to the form they sent."""
    if proposal.state == Proposal.State.SCHEDULED:
        message = _("Approved; it takes effect by itself on its date.")
    else:
        message = _("Proposed. Nothing changes for the public until a publisher approves.")
    messages.success(request, paragraph([message, what_stays_hidden(proposal)]))


def form_of(model, record):
    """Return the address of a record's form, or of the form for a new one."""
    page, names = ("change", [record.pk]) if record else ("add", [])
    return reverse(admin_urlname(model._meta, page), args=names)
