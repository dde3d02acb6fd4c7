"""Deadlines: filters of lists, and tiles of the dashboard."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from jinhua_site.office.dashboard import WaitingFilter
from partnerships.models import Agreement, Partner

running_out = Agreement.objects.running_out


class EndsSoonFilter(WaitingFilter):
    title = _("ends soon")
    parameter_name = "expiring"
    waits = {
        "12": (
            _("within 12 months"),
            _("Agreements that end within 12 months"),
            partial(running_out, 12),
        ),
        "6": (
            _("within 6 months"),
            _("Agreements that end within 6 months"),
            partial(running_out, 6),
        ),
        "3": (
            _("within 3 months"),
            _("Agreements that end within 3 months"),
            partial(running_out, 3),
        ),
    }


class VerifiedFilter(WaitingFilter):
    title = _("verification")
    parameter_name = "verified"
    waits = {
        "overdue": (
            _("not for a year"),
            _("Partners not verified for a year"),
            Partner.objects.unverified,
        )
    }


EndsSoonFilter.declare_tiles(Agreement)
VerifiedFilter.declare_tiles(Partner)
