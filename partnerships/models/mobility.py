from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Publishable,
    PublishableQuerySet,
    line,
    optional_reference,
    reference,
)
from jinhua_site.core import numbers
from jinhua_site.core.dates import validate_begun

from .agreement import Agreement
from .partner import Partner, public_partner

FEWEST_SHOWN = 5


class MobilityQuerySet(PublishableQuerySet):
    def published(self):
        return super().published().filter(public_partner("partner__"))

    def totals(self, day=None):
        """Return the published totals by academic year, direction and who, newest first.

        Years that begin after `day`, by default today, are left out.
        """
        year = (day or timezone.localdate()).year
        return (
            self.published()
            .filter(year__lte=year)
            .values("year", "direction", "who")
            .annotate(total=models.Sum("number"))
            .order_by("-year", "direction", "who")
        )


class Mobility(Publishable):
    """How many people went to or came from a partner in an academic year."""

    class Direction(models.TextChoices):
        OUT = "out", _("from Jinhua")
        IN = "in", _("to Jinhua")

    class Who(models.TextChoices):
        STUDENTS = "students", _("students")
        STAFF = "staff", _("staff")

    partner = reference(Partner, _("partner"), "mobility", _("Where they went to or came from."))
    agreement = optional_reference(
        Agreement, _("agreement"), "mobility", _("Under which agreement, where there is one.")
    )
    year = models.PositiveSmallIntegerField(
        _("academic year"),
        validators=[MinValueValidator(1980), validate_begun],
        help_text=_("The year it begins in: 2024 for 2024–25."),
    )
    direction = line(_("direction"), 3, _("Seen from the college."), choices=Direction)
    who = line(_("who"), 10, _("Students or members of staff."), choices=Who)
    number = models.PositiveIntegerField(
        _("number"), help_text=_("How many. The public reads “fewer than 5” for a total below 5.")
    )

    objects = MobilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("mobility")
        verbose_name_plural = _("mobility")
        ordering = ["-year", "partner", "direction", "who"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "agreement", "year", "direction", "who"],
                name="partnerships_mobility_once",
                violation_error_message=_("This number is there already; change that row."),
            ),
            models.UniqueConstraint(
                fields=["partner", "year", "direction", "who"],
                condition=Q(agreement__isnull=True),
                name="partnerships_mobility_once_without",
                violation_error_message=_("This number is there already; change that row."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1980),
                name="partnerships_mobility_year",
                violation_error_message=_("Write the year in four digits."),
            ),
        ]

    def __str__(self):
        return f"{self.partner} {academic_year(self.year)}"

    def clean(self):
        if self.agreement and self.agreement.partner_id != self.partner_id:
            raise ValidationError({"agreement": _("Choose an agreement with the same partner.")})


def academic_year(year):
    """Return the academic year that begins in `year`: 2024–2025."""
    return gettext("{year}–{next_year}").format(year=year, next_year=year + 1)


def shown(total):
    """Return a total for the public: small numbers are masked."""
    if 0 < total < FEWEST_SHOWN:
        return gettext("fewer than {number}").format(number=FEWEST_SHOWN)
    return numbers.readable(total)
