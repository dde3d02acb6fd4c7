"""Why a record was saved, as staff read it."""

import re

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.office.models import Proposal
from jinhua_site.office.translations import confirm

PROPOSED = re.compile(r"proposal (\d{1,18})")  # as `propose.carry_out` notes it


def give_reasons(saves, user):
    """Say of each save why it was made, a proposal with a link where `user` may look at it."""
    noted = [save.last.history_change_reason or "" for save in saves]
    numbers = {int(found[1]) for reason in noted if (found := PROPOSED.fullmatch(reason))}
    proposals = Proposal.objects.select_related("author").in_bulk(numbers)
    for save, reason in zip(saves, noted, strict=True):
        if found := PROPOSED.fullmatch(reason):
            save.reason = _as_proposed(int(found[1]), proposals, user)
        else:
            save.reason = confirm.reason_in_words(save.last.instance_type, reason)


def _as_proposed(number, proposals, user):
    proposal = proposals.get(number)
    said = _("As proposed by %(author)s")
    said %= {"author": name_of(proposal.author) if proposal else "—"}
    if proposal and (user.has_perm("office.view_proposal") or proposal.author == user):
        address = reverse("admin:office_proposal_change", args=[number])
        return format_html('<a href="{}">{}</a>', address, said)
    return said
