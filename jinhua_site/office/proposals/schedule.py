"""Carries out proposals that were approved for a date."""

import logging
from contextlib import suppress

from django.conf import settings
from django.contrib.admin.exceptions import NotRegistered
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jinhua_site.content.uploads import together
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
        with together(), translation.override(settings.LANGUAGE_CODE):  # not that of a visitor
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
