"""Why a record was saved, as staff read it."""

import re

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.office.models import Proposal
from jinhua_site.office.translations import confirm

PROPOSED = re.compile(r"proposal (\d{1,18})")  # written by `Review.carry_out`


def give_reasons(saves, user):
    """Add to each save its reason; link to a proposal if `user` may see it."""
    reasons = [save.last.history_change_reason or "" for save in saves]
    numbers = {int(match[1]) for reason in reasons if (match := PROPOSED.fullmatch(reason))}
    proposals = Proposal.objects.select_related("author").in_bulk(numbers)
    for save, reason in zip(saves, reasons, strict=True):
        if match := PROPOSED.fullmatch(reason):
            save.reason = _as_proposed(int(match[1]), proposals, user)
        else:
            save.reason = confirm.reason_in_words(save.last.instance_type, reason)


def _as_proposed(number, proposals, user):
    proposal = proposals.get(number)
    words = _("As proposed by %(author)s")
    words %= {"author": name_of(proposal.author) if proposal else "—"}
    if proposal and (user.has_perm("office.view_proposal") or proposal.author == user):
        address = reverse("admin:office_proposal_change", args=[number])
        return format_html('<a href="{}">{}</a>', address, words)
    return words
