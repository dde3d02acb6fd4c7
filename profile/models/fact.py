from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Bilingual,
    Publishable,
    PublishableQuerySet,
    address_name,
    both_languages,
    line,
    order_number,
    paragraphs,
    past_date,
    reference,
)
from jinhua_site.core import numbers
from jinhua_site.core.dates import begun_by, months_before, over_by, validate_begun

from .source import Source


class FactQuerySet(models.QuerySet):
    def published(self):
        """Return the facts with a public figure."""
        return self.filter(Exists(Figure.objects.published().filter(fact=OuterRef("pk"))))

    def to_review(self, day=None):
        """Return the facts neither reviewed nor updated within their review cycle."""
        day = day or timezone.localdate()
        figures = Figure.objects.published().known(None).filter(fact=OuterRef("pk"))
        due = Q(pk__in=[])
        for months in self.order_by().values_list("review_months", flat=True).distinct():
            since = months_before(day, months)
            looked_at = Q(reviewed_on__gte=since, reviewed_on__lte=day)
            not_counted = Q(newest=None) | over_by("newest", since)
            due |= Q(review_months=months) & ~looked_at & not_counted
        return self.annotate(newest=Subquery(figures.values("as_of")[:1])).filter(due)


class Fact(Bilingual):
    """Something the college counts, such as its patents. Its figures carry the numbers."""

    class Group(models.TextChoices):
        CAMPUS = "campus", _("Campus")
        TEACHING = "teaching", _("Teaching")
        PEOPLE = "people", _("People")
        RESEARCH = "research", _("Research")
        INTERNATIONAL = "international", _("International")

    key = address_name("patents", _("key"))
    label = line(_("label"), 80, _("For example: Chinese government authorised patents"))
    unit = line(
        _("unit"),
        40,
        _("What stands after the number: hectares; in Chinese also the measure word."),
        blank=True,
    )
    definition = paragraphs(
        _("definition"), _("What is counted and what is not, in a sentence or two."), blank=True
    )
    owner = line(
        _("owner office"), 120, _("The office that knows the number and confirms it."), blank=True
    )
    group = line(_("group"), 20, _("The heading it stands under on the facts page."), choices=Group)
    review_months = models.PositiveSmallIntegerField(
        _("review every"), default=12, help_text=_("Months between two looks at the number.")
    )
    reviewed_on = models.DateField(
        _("last looked at on"),
        null=True,
        blank=True,
        validators=[validate_begun],
        help_text=_("The day somebody last made sure that the current figure still holds."),
    )
    order = order_number()
    headline = models.BooleanField(
        _("on the home page"), default=False, help_text=_("Shown large on the home page.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["order", "key"]
        constraints = [both_languages("label", _("label"), status=False)]

    def get_absolute_url(self):
        return reverse("profile:fact", args=[self.key])


class FigureQuerySet(PublishableQuerySet):
    def published(self):
        """Return the public figures: none with a date in the future."""
        return super().published().filter(begun_by(Figure.DATED, timezone.localdate()))

    def known(self, day):
        """Return the figures dated up to `day`, newest first; all without a day."""
        dated = self.filter(as_of__lte=day.isoformat()) if day else self
        return dated.select_related("source").order_by("-as_of")

    def current(self, day=None):
        """Return the newest figure of each fact as of `day`, with its fact."""
        newest = self.known(day).filter(fact=OuterRef("fact")).values("pk")[:1]
        return (
            self.filter(pk=Subquery(newest))
            .select_related("fact", "source")
            .order_by("fact__order", "fact__key")
        )

    def current_of(self, key, day=None):
        """Return the current figure of the fact `key` on `day`, or None."""
        return self.current(day).filter(fact__key=key).first()


class Figure(Publishable):
    """The value of a fact at one date. A newer figure supersedes it; none is overwritten."""

    class Qualifier(models.TextChoices):
        EXACTLY = "exactly", _("exactly")
        MORE_THAN = "more-than", _("more than")
        NEARLY = "nearly", _("nearly")
        ABOUT = "about", _("about")

    DATED = "as_of"  # public once this date has begun

    fact = reference(Fact, _("fact"), "figures", _("What the number counts."))
    qualifier = line(
        _("qualifier"),
        10,
        _("How the number is meant: “more than 300” is the number 300 with “more than”."),
        choices=Qualifier,
        default=Qualifier.EXACTLY,
    )
    value = models.DecimalField(
        _("number"),
        max_digits=14,
        decimal_places=2,
        help_text=_("Digits only, in full. For example: 690000"),
    )
    as_of = past_date(_("as of"), _("As precise as it is known: 2018, 2018-06 or 2018-06-30."))
    as_of_inferred = models.BooleanField(
        _("date inferred"),
        default=False,
        help_text=_("The source gives no date of its own; this one follows from its content."),
    )
    source = reference(Source, _("source"), "figures", _("Where the number stands."))
    note = line(
        _("note"), 300, _("What a reader has to know to compare it with other years."), blank=True
    )

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["fact__order", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "as_of"],
                name="profile_figure_one_a_date",
                violation_error_message=_("This fact has a figure of that date already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="profile_figure_not_negative",
                violation_error_message=_("A number below zero cannot be right here."),
            ),
        ]

    def __str__(self):
        return f"{self.fact}: {self.text} ({self.as_of.readable()})"

    @property
    def number(self):
        return numbers.readable(self.value)

    @property
    def pattern(self):
        """Return the qualifier in the active language, with `{value}` for the number.

        Chinese sets 余 after a whole number and 超过 before one with decimals.
        """
        whole = self.value == self.value.to_integral_value()
        return {
            self.Qualifier.EXACTLY: "{value}",
            self.Qualifier.MORE_THAN: pgettext("whole number", "more than {value}")
            if whole
            else pgettext("number with decimals", "more than {value}"),
            self.Qualifier.NEARLY: gettext("nearly {value}"),
            self.Qualifier.ABOUT: gettext("about {value}"),
        }[self.qualifier]

    @property
    def unit_pattern(self):
        return pgettext("figure", "{value} {unit}") if self.fact.unit else "{value}"

    @property
    def amount(self):
        """Return the number with its qualifier: “more than 146.7”, “300余”."""
        return self.pattern.format(value=self.number)

    @property
    def text(self):
        """Return number, qualifier and unit: “more than 146.7 hectares”, “300余间”."""
        return self.unit_pattern.format(value=self.amount, unit=self.fact.unit)

    @property
    def dated(self):
        """Return its date in words; mark an inferred date."""
        pattern = gettext("{date} (date inferred)") if self.as_of_inferred else "{date}"
        return pattern.format(date=self.as_of.readable())
