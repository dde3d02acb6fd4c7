"""A proposal beside the record that it would change, and how it is carried out."""

from functools import cached_property

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from jinhua_site.content.dry_run import rehearsal
from jinhua_site.content.history import because
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal

from .merge import merge
from .propose import archive_on
from .replay import current_data, replay


class ClashError(ValidationError):
    """The proposal and a later change of the record have the same field in different words."""


def named_in(request, model, record_id, lock=False):
    """The open proposal that the form's address names, if it is about this record."""
    number = request.GET.get("proposal", "")
    if not is_key(number):
        return None
    proposals = Proposal.objects.select_for_update() if lock else Proposal.objects
    return proposals.filter(
        pk=int(number),
        model=ContentType.objects.get_for_model(model),
        record_id=int(record_id) if is_key(record_id) else None,
        state__in=Proposal.OPEN,
    ).first()


def open_proposals(record):
    """What is proposed for a record and not yet decided."""
    model = ContentType.objects.get_for_model(record)
    found = Proposal.objects.filter(model=model, record_id=record.pk, state__in=Proposal.OPEN)
    return found.select_related("author")


class Review:
    """A proposal with its record; there is none where it is new, or was deleted."""

    def __init__(self, proposal, request, lock=False):
        self.proposal, self.request = proposal, request
        self.model_admin = admin.site.get_model_admin(proposal.model.model_class())
        find = self.model_admin.locked if lock else self.model_admin.get_object
        self.record = proposal.record_id and find(request, str(proposal.record_id))
        self.is_orphan = bool(proposal.record_id) and not self.record

    @cached_property
    def rebased(self):
        """The proposal on top of what stands there now."""
        current = current_data(self.model_admin, self.request, self.record)
        return merge(self.proposal.base, self.proposal.wanted, current)

    @property
    def sides(self):
        """What is compared: before, after, and the fields that were changed by both."""
        if self.proposal.is_open and not self.is_orphan:
            return self.rebased.current, self.rebased.whole, self.rebased.both
        return self.proposal.base, self.proposal.wanted, []

    @property
    def clashes(self):
        return bool(self.record and self.rebased.both)

    @cached_property
    def files(self):
        """The files that came with it, as a browser would send them."""
        files = {}
        for proposed in self.proposal.files.all():
            with proposed.file.open() as file:
                content, content_type = file.read(), proposed.content_type
            files[proposed.field] = SimpleUploadedFile(proposed.name, content, content_type)
        return files

    @property
    def may_edit(self):
        """Whether the user may work on it in the form of the record."""
        may_withdraw = self.proposal.may(self.request.user, "withdraw")
        if not (self.proposal.is_open and may_withdraw):
            return False
        if self.record:
            return self.model_admin.has_change_permission(self.request, self.record)
        return self.model_admin.has_add_permission(self.request)

    @transaction.atomic
    def carry_out(self):
        """Save what is proposed, as the user; return the record. Raise what `replay` raises."""
        saved = self.replay()
        self.proposal.decide("approve", self.request.user, record_id=saved.pk)
        if self.proposal.until:
            archive_on(self.model_admin, self.request, saved, self.proposal.until)
        return saved

    def try_out(self):
        """Raise what `carry_out` would raise now, and save nothing."""
        with rehearsal():
            self.replay()

    def replay(self):
        """Send the form; raise `ValidationError` for what keeps it from being saved."""
        if self.is_orphan:
            raise ValidationError(_("The record was deleted meanwhile."))
        if self.clashes:
            raise ClashError(_("The record has changed meanwhile in the same fields."))
        proposal, whole = self.proposal, self.rebased.whole
        with because(f"proposal {proposal.pk}", self.request.user):
            reply = replay(
                self.model_admin, self.request, proposal.record_id, whole, self.files, quiet=True
            )
        if reply.errors:
            raise ValidationError(reply.errors)
        return reply.saved
