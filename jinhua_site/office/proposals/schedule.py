"""Lets take effect by itself what was approved for a date."""

import logging
from contextlib import suppress

from django.conf import settings
from django.contrib.admin.exceptions import NotRegistered
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.uploads import together
from jinhua_site.office.models import Proposal

from .propose import ClashError, carry_out, record_of
from .replay import quiet_request

logger = logging.getLogger(__name__)


def carry_out_what_is_due():
    """Let what was approved for a date take effect; what cannot goes back for review."""
    due = Proposal.objects.filter(state=Proposal.State.SCHEDULED, due__lte=timezone.now())
    for proposal in due.select_related("reviewer").order_by("due", "pk"):
        # Claim and work are one: a process that dies within leaves it to the next.
        with together():
            claimed = _claimed(proposal, due)
            if claimed:
                with translation.override(settings.LANGUAGE_CODE):  # not a visitor's
                    _carry_out_by_itself(claimed)


def _claimed(proposal, due):
    """The proposal if it is still due; none while somebody else carries it out or decides it."""
    with suppress(AttributeError, NotRegistered):  # a kind of record that there is no more
        record_of(proposal, quiet_request(proposal.reviewer), lock=True)  # before it, as everywhere
    locked = due.select_for_update(of=("self",), skip_locked=True)
    return locked.select_related("reviewer", "author").filter(pk=proposal.pk).first()


def _carry_out_by_itself(proposal):
    try:
        if not may_publish(proposal.reviewer):
            found = [
                _("Whoever approved it may no longer publish; somebody else has to approve it.")
            ]
        else:
            found = carry_out(proposal, quiet_request(proposal.reviewer))
    except ClashError:
        found = [_("The record has changed meanwhile in the same fields.")]
    except Exception:
        logger.exception("Proposal %s could not take effect.", proposal.pk)
        found = [_("It could not take effect; the log of the site tells why.")]
    if found:
        answer = "\n".join([proposal.answer, *found]).strip()
        Proposal.objects.filter(pk=proposal.pk).update(
            state=Proposal.State.WAITING, answer=answer, due=None
        )
