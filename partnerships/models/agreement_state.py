"""The state of an agreement, for the office, and its term, for the public.

Both follow from the dates and are never typed. The term states only what is on
record, which does not tell whether an agreement is in force.
"""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinhua_site.content.models import PublishableQuerySet, Status
from jinhua_site.core.dates import begun_by, months_before, over_by

from .partner import public_partner

EFFECTIVE = Coalesce(NullIf("starts", Value("")), "signed")
SIGNED = Coalesce(NullIf("signed", Value("")), "starts")


class State(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", pgettext_lazy("agreement", "active")
    EXPIRING = "expiring", _("expiring within 12 months")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")
    RENEWED = "renewed", _("renewed by another")


class Term(models.TextChoices):
    LATER = "not-begun", _("not yet in effect")
    RUNS = "term-runs", _("stated term runs")
    ENDED = "term-ended", _("stated term ended")
    UNSTATED = "no-end-stated", _("no end date stated")
    TERMINATED = "terminated", _("terminated")


def public_agreement(path=""):
    """Return the condition that an agreement is public; `path` as in `public_partner`."""
    visible = Q(**{f"{path}status": Status.PUBLISHED, f"{path}public": True})
    return visible & public_partner(f"{path}partner__")


def known_by(day, path=""):
    """Return the condition that it was signed or in effect by `day`; any without a day."""
    dates = (f"{path}signed", f"{path}starts")
    return begun_by(dates[0], day) | begun_by(dates[1], day) if day else Q()


class AgreementQuerySet(PublishableQuerySet):
    def published(self):
        """Return the public agreements: published, marked public, of a published partner."""
        return self.filter(public_agreement()).defer(*self.model.PRIVATE)

    def with_state(self):
        """Annotate each agreement with its `state` today."""
        day = timezone.localdate()
        in_a_year = months_before(day, -12)
        renewal = self._renewals(day)
        ending = over_by("ends", in_a_year) & Q(auto_renews=False)
        return self.annotate(
            effective=EFFECTIVE,
            state=Case(
                When(begun_by("terminated", day), then=Value(State.TERMINATED)),
                When(Exists(renewal), then=Value(State.RENEWED)),
                When(~begun_by("effective", day), then=Value(State.PROPOSED)),
                When(over_by("ends", day), auto_renews=False, then=Value(State.EXPIRED)),
                When(begun_by("terminated", in_a_year) | ending, then=Value(State.EXPIRING)),
                default=Value(State.ACTIVE),
            ),
        )

    def with_term(self, day=None):
        """Annotate each agreement with its `term` on `day`, and with its public renewal."""
        day = day or timezone.localdate()
        renewals = self._renewals(day)
        public = renewals.filter(public_agreement()).order_by("-effective", "slug")
        return self.annotate(
            effective=EFFECTIVE,
            term=Case(
                When(begun_by("terminated", day), then=Value(Term.TERMINATED)),
                When(~begun_by("effective", day), then=Value(Term.LATER)),
                When(over_by("ends", day), terminated="", then=Value(Term.ENDED)),
                When(ends="", terminated="", then=Value(Term.UNSTATED)),
                default=Value(Term.RUNS),
            ),
            renewed=Exists(renewals),
            renewal_slug=Subquery(public.values("slug")[:1]),
            renewal_date=Subquery(public.annotate(on=SIGNED).values("on")[:1]),
        )

    def _renewals(self, day):
        """Return the published renewals of an agreement that have begun by `day`."""
        renewals = self.model.objects.filter(renews=OuterRef("pk"), status=Status.PUBLISHED)
        return renewals.annotate(effective=EFFECTIVE).filter(begun_by("effective", day))

    def running_out(self, months):
        """Return those in force that end within `months` from today without a renewal."""
        return self.with_state().filter(
            over_by("ends", months_before(timezone.localdate(), -months)),
            state__in=self.model.IN_FORCE,
            auto_renews=False,
            terminated="",
        )

    def joint(self):
        """Return the agreements on joint teaching, at home or abroad."""
        kind = self.model.Kind
        return self.filter(kind__in=(kind.JOINT_PROGRAMME, kind.OVERSEAS_COLLEGE))

    def known(self, day):
        """Return the agreements that were signed or in effect by `day`."""
        return self.filter(known_by(day))
