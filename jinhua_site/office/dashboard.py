"""The dashboard: tiles that count the work waiting for a user, each linked to its list.

The applications declare their tiles in their admin; this module counts them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Count, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import PUBLISH
from jinhua_site.content.models import Publishable, Status

from .models import Proposal
from .translations.texts import MISSING, OUTDATED, in_state, record_types_for


@dataclass(frozen=True)
class Tile:
    """Records that wait for something, and the page that lists them.

    `rows` returns the querysets to count for a user. `page` is the URL name of the list
    in the admin, and `query` its query string.
    """

    title: Promise
    rows: Callable
    page: str
    query: dict
    permission: str = "office.view_proposal"

    @property
    def address(self):
        return reverse(f"admin:{self.page}", query=self.query)


class WaitingFilter(admin.SimpleListFilter):
    """Filters a list by waiting work; each choice is a tile of the dashboard too.

    `waits` maps each choice to its label, the title of its tile, and its records.
    """

    waits = {}

    def lookups(self, request, model_admin):
        return [(choice, label) for choice, (label, _title, _records) in self.waits.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.waits:
            return queryset
        *_words, records = self.waits[self.value()]
        return queryset.filter(pk__in=records().values("pk"))

    @classmethod
    def declare_tiles(cls, model):
        app, name = model._meta.app_label, model._meta.model_name
        OF_APPLICATIONS.extend(
            Tile(
                title,
                lambda user, records=records: [records()],
                f"{app}_{name}_changelist",
                {cls.parameter_name: choice},
                f"{app}.view_{name}",
            )
            for choice, (_label, title, records) in cls.waits.items()
        )


def with_texts(state):
    """Return a function that finds a user's records with a text in this state."""
    return lambda user: [
        record_type.records().filter(in_state(record_type.model, state))
        for record_type in record_types_for(user)
    ]


def drafts(user):
    return [
        record_type.records().filter(status=Status.DRAFT)
        for record_type in record_types_for(user)
        if issubclass(record_type.model, Publishable)
    ]


PROPOSALS, TEXTS = "office_proposal_changelist", "office_translations"

OF_PROPOSALS = [
    Tile(
        _("Proposals waiting for your review"),
        lambda user: [Proposal.objects.filter(state=Proposal.State.WAITING)],
        PROPOSALS,
        {"state__exact": Proposal.State.WAITING},
        PUBLISH,
    ),
    Tile(
        _("Your open proposals"),
        lambda user: [Proposal.objects.filter(author=user, state__in=Proposal.OPEN)],
        PROPOSALS,
        {"whose": "mine"},
    ),
]
OF_APPLICATIONS = []  # declared in their admin
OF_TEXTS = [
    Tile(_("Records that lack a translation"), with_texts(MISSING), TEXTS, {"state": MISSING}),
    Tile(
        _("Records whose translation may be out of date"),
        with_texts(OUTDATED),
        TEXTS,
        {"state": OUTDATED},
    ),
    Tile(_("Drafts"), drafts, TEXTS, {"status": Status.DRAFT}),
]


def waiting_for(user):
    """Return (number, tile) for each tile that `user` may follow, with a single query."""
    tiles = [*OF_PROPOSALS, *OF_APPLICATIONS, *OF_TEXTS]
    tiles = [tile for tile in tiles if user.has_perm(tile.permission)]
    counts = [
        rows.order_by().annotate(tile=Value(number)).values("tile").annotate(rows=Count("pk"))
        for number, tile in enumerate(tiles)
        for rows in tile.rows(user)
    ]
    totals = [0] * len(tiles)
    for count in counts[0].union(*counts[1:], all=True) if counts else ():
        totals[count["tile"]] += count["rows"]
    return [*zip(totals, tiles, strict=True)]
