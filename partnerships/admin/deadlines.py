"""What has to be looked at in time: tiles of the dashboard, and the filters they lead to."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from jinhua_site.office.dashboard import Tile, WaitingFilter, declare
from partnerships.models import Agreement, Partner


class EndsSoonFilter(WaitingFilter):
    title = _("ends soon")
    parameter_name = "expiring"
    waits = {
        "12": (_("within 12 months"), partial(Agreement.objects.running_out, 12)),
        "6": (_("within 6 months"), partial(Agreement.objects.running_out, 6)),
        "3": (_("within 3 months"), partial(Agreement.objects.running_out, 3)),
    }


class VerifiedFilter(WaitingFilter):
    title = _("verification")
    parameter_name = "verified"
    waits = {"overdue": (_("not for a year"), Partner.objects.unverified)}


def ending(place, title, months):
    return Tile(
        place,
        title,
        lambda user: [Agreement.objects.running_out(months)],
        "partnerships_agreement_changelist",
        {"expiring": months},
        "partnerships.view_agreement",
    )


declare(
    ending(30, _("Agreements that end within 12 months"), 12),
    ending(31, _("Agreements that end within 6 months"), 6),
    ending(32, _("Agreements that end within 3 months"), 3),
    Tile(
        40,
        _("Partners not verified for a year"),
        lambda user: [Partner.objects.unverified()],
        "partnerships_partner_changelist",
        {"verified": "overdue"},
        "partnerships.view_partner",
    ),
)
