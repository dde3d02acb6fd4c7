"""The dashboard's tiles of proposals, and of texts in two languages."""

from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import PUBLISH
from jinhua_site.content.models import Publishable, Status

from .dashboard import Tile, declare
from .models import Proposal
from .translations.record_types import kinds_for
from .translations.texts import MISSING, STALE, in_state


def with_texts(user, state):
    """The records of every kind that have a text in this state."""
    return [kind.records().filter(in_state(kind.model, state)) for kind in kinds_for(user)]


def drafts(user):
    return [
        kind.records().filter(status=Status.DRAFT)
        for kind in kinds_for(user)
        if issubclass(kind.model, Publishable)
    ]


PROPOSALS, SEES_PROPOSALS = "office_proposal_changelist", "office.view_proposal"
TEXTS = "office_translations"

declare(
    Tile(
        10,
        _("Proposals waiting for your review"),
        lambda user: [Proposal.objects.filter(state=Proposal.State.WAITING)],
        PROPOSALS,
        {"state__exact": Proposal.State.WAITING},
        PUBLISH,
    ),
    Tile(
        11,
        _("Your open proposals"),
        lambda user: [Proposal.objects.filter(author=user, state__in=Proposal.OPEN)],
        PROPOSALS,
        {"whose": "mine"},
        SEES_PROPOSALS,
    ),
    Tile(
        50,
        _("Records that lack a translation"),
        lambda user: with_texts(user, MISSING),
        TEXTS,
        {"state": MISSING},
        SEES_PROPOSALS,
    ),
    Tile(
        51,
        _("Records whose translation may be out of date"),
        lambda user: with_texts(user, STALE),
        TEXTS,
        {"state": STALE},
        SEES_PROPOSALS,
    ),
    Tile(60, _("Drafts"), drafts, TEXTS, {"status": Status.DRAFT}, SEES_PROPOSALS),
)
