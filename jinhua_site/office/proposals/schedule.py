"""Carries out proposals that were approved for a date."""

import logging
from contextlib import suppress

from django.conf import settings
from django.contrib.admin.exceptions import NotRegistered
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jinhua_site.office.models import Proposal

from .replay import quiet_request
from .review import Review

logger = logging.getLogger(__name__)


def carry_out_what_is_due():
    """Carry out the proposals that are due; return those that fail to review."""
    due = Proposal.objects.filter(state=Proposal.State.SCHEDULED, due__lte=timezone.now())
    due = due.select_related("reviewer", "author")
    for proposal in due.order_by("due", "pk"):
        # One transaction: if this process dies, the next one finds the proposal unclaimed.
        # One language: not that of a visitor.
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            with suppress(AttributeError, NotRegistered):  # the model or its form no longer exists
                _review(proposal, lock=True)  # locks the record first, as everywhere
            # None while another process carries it out or decides it.
            unclaimed = due.select_for_update(of=("self",), skip_locked=True)
            claimed = unclaimed.filter(pk=proposal.pk).first()
            if claimed:
                _carry_out(claimed)


def _review(proposal, lock=False):
    return Review(proposal, quiet_request(proposal.reviewer), lock)


def _carry_out(proposal):
    try:
        errors = _carried_out(proposal)
    except Exception:
        logger.exception("Proposal %s could not take effect.", proposal.pk)
        errors = [_("It could not take effect; the log of the site tells why.")]
        proposal.refresh_from_db()
    if errors:
        answer = "\n".join([proposal.answer, *errors]).strip()
        proposal.decide("fail", answer=answer, due=None)


def _carried_out(proposal):
    """Carry a proposal out; return the errors that prevented it."""
    if not proposal.may(proposal.reviewer, "approve"):
        return [_("Whoever approved it may no longer publish; somebody else has to approve it.")]
    review = _review(proposal)
    if review.clashes:
        return [_("The record has changed meanwhile in the same fields.")]
    if not review.errors:
        review.carry_out()
    return review.errors
