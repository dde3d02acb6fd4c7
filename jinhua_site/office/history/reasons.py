"""Why a version was written, as staff read it."""

import re

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.office.models import Proposal
from jinhua_site.office.translations import confirm

# As `proposing.carry_out` notes it; older versions have the author's user name too.
PROPOSED = re.compile(r"proposal (\d{1,18})(?: (.+))?")


def reason_in_words(model, reason, user):
    """The reason of a version, a proposal with a link where `user` may look at it."""
    proposed = PROPOSED.fullmatch(reason or "")
    if not proposed:
        return confirm.reason_in_words(model, reason)
    number, name = proposed.groups()
    proposal = Proposal.objects.select_related("author").filter(pk=number).first()
    author = name_of(proposal.author) if proposal else name or "—"
    said = _("As proposed by %(author)s") % {"author": author}
    if user.has_perm("office.view_proposal") or (proposal and proposal.author == user):
        address = reverse("admin:office_proposal_change", args=[number])
        return format_html('<a href="{}">{}</a>', address, said)
    return said
