"""Compares a proposal with its record, and carries it out at once or on its date."""

import logging
from contextlib import suppress
from functools import cached_property

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jinhua_site.content.history import because
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal

from .form_data import Merged
from .propose import archive_on, form_of
from .replay import current_data, errors_of, quiet_request, replay

logger = logging.getLogger(__name__)


def named_in(request, model, record_id, lock=False):
    """Return the open proposal that `?proposal=` names, if it is about this record."""
    number = request.GET.get("proposal", "")
    if not is_key(number):
        return None
    proposals = Proposal.objects.open_for(model, int(record_id) if is_key(record_id) else None)
    proposals = proposals.select_for_update(of=("self",)) if lock else proposals
    return proposals.filter(pk=int(number)).first()


class Review:
    """A proposal with its record, which is None if it is new or was deleted."""

    def __init__(self, proposal, request, lock=False):
        self.proposal, self.request = proposal, request
        self.model_admin = admin.site.get_model_admin(proposal.model.model_class())
        find = self.model_admin.locked if lock else self.model_admin.get_object
        self.record = proposal.record_id and find(request, str(proposal.record_id))
        self.is_orphan = bool(proposal.record_id) and not self.record

    @cached_property
    def merged(self):
        """Return the proposal rebased on the current record."""
        current = current_data(self.model_admin, self.request, self.record)
        return Merged(self.proposal.base, self.proposal.wanted, current)

    @property
    def form_data(self):
        """Return what to send to the admin: the key of the record, the fields and the files."""
        return self.proposal.record_id, self.merged.whole, self.files

    @property
    def form_address(self):
        """Return the address of the record's form, filled in with the proposal."""
        address = form_of(self.model_admin.model, self.record)
        return f"{address}?proposal={self.proposal.pk}"

    @property
    def clashes(self):
        """Return whether it changes a field that was changed otherwise meanwhile."""
        return bool(self.record and self.merged.both)

    @cached_property
    def errors(self):
        """Return what keeps it from being published, by a dry run, if the user may edit it."""
        if self.is_orphan:
            return [_("The record was deleted meanwhile.")]
        return errors_of(self.model_admin, self.request, *self.form_data) if self.may_edit else []

    @cached_property
    def files(self):
        """Return the proposal's files as a browser would send them."""
        files = {}
        for proposed in self.proposal.files.all():
            with proposed.file.open() as file:
                content, content_type = file.read(), proposed.content_type
            files[proposed.field] = SimpleUploadedFile(proposed.name, content, content_type)
        return files

    @property
    def may_edit(self):
        """Return whether the user may edit it in the record's form."""
        may_withdraw = self.proposal.may(self.request.user, "withdraw")
        if not (self.proposal.is_open and may_withdraw):
            return False
        if self.record:
            return self.model_admin.has_change_permission(self.request, self.record)
        return self.model_admin.has_add_permission(self.request)

    @transaction.atomic
    def carry_out(self, **changes):
        """Save the proposal as the user, with `changes` of its own; return the record."""
        proposal, request = self.proposal, self.request
        with because(f"proposal {proposal.pk}", request.user):
            saved = replay(self.model_admin, request, *self.form_data, quiet=True).saved
        proposal.decide("approve", request.user, record_id=saved.pk, **changes)
        if proposal.until:
            archive_on(self.model_admin, request, saved, proposal.until)
        return saved


def carry_out_what_is_due(**kwargs):
    """Carry out the proposals that are due; return those that fail to review."""
    due = Proposal.objects.filter(state=Proposal.State.SCHEDULED, due__lte=timezone.now())
    due = due.select_related("reviewer", "author")
    for proposal in due.order_by("due", "pk"):
        # One transaction: if this process dies, the next one finds the proposal unclaimed.
        # One language: not that of a visitor.
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            with suppress(AttributeError, NotRegistered):  # the model or its form no longer exists
                # Locks the record first, as everywhere.
                Review(proposal, quiet_request(proposal.reviewer), lock=True)
            # None while another process carries it out or decides it.
            unclaimed = due.select_for_update(of=("self",), skip_locked=True)
            claimed = unclaimed.filter(pk=proposal.pk).first()
            if claimed:
                _carry_out(claimed)


def _carry_out(proposal):
    """Carry a proposal out, or send it back to review with the errors that prevent it."""
    try:
        review = Review(proposal, quiet_request(proposal.reviewer))
        if not proposal.may(proposal.reviewer, "approve"):
            errors = [
                _("Whoever approved it may no longer publish; somebody else has to approve it.")
            ]
        elif review.clashes:
            errors = [_("The record has changed meanwhile in the same fields.")]
        else:
            errors = review.errors
            if not errors:
                review.carry_out()
    except Exception:
        logger.exception("Proposal %s could not take effect.", proposal.pk)
        errors = [_("It could not take effect; the log of the site tells why.")]
        proposal.refresh_from_db()
    if errors:
        answer = "\n".join([proposal.answer, *errors]).strip()
        proposal.decide("fail", answer=answer, due=None)
