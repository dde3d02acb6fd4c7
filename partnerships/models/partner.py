from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Publishable,
    PublishableQuerySet,
    Status,
    WithPage,
    address_name,
    both_languages,
    line,
    optional_reference,
    order_number,
    paragraphs,
    past_date,
    reference,
)
from jinhua_site.content.pictures import Picture
from jinhua_site.core.dates import begun_by, months_before, validate_begun
from profile.models import Source


def public_partner(path=""):
    """Return the condition that a partner and its country or area are published.

    `path` is the lookup from the queried model to the partner, ending in `__`.
    """
    published = Status.PUBLISHED
    return Q(**{f"{path}status": published, f"{path}country__status": published})


class CountryQuerySet(PublishableQuerySet):
    def with_partner_totals(self, day=None):
        """Annotate with `partner_total`, the number of public partners by `day`."""
        visible = public_partner("partners__")
        if day:
            visible &= begun_by("partners__since", day)
        return self.annotate(partner_total=Count("partners", filter=visible))


class Country(Publishable):
    """A country or area that the college works with."""

    class Region(models.TextChoices):
        """The regions of the United Nations' M49 standard."""

        AFRICA = "africa", _("Africa")
        AMERICAS = "americas", _("Americas")
        ASIA = "asia", _("Asia")
        EUROPE = "europe", _("Europe")
        OCEANIA = "oceania", _("Oceania")

    code = line(
        _("ISO code"),
        2,
        _("Two letters of ISO 3166-1. For example: RW"),
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}\Z", _("Two capital letters, as ISO 3166 has them."))
        ],
    )
    name = line(_("name"), 80, _("For example: Rwanda; Hong Kong, China"))
    region = line(_("region"), 10, _("As the United Nations group them."), choices=Region)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Of the capital, in degrees; south is negative. For example: -1.944"),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Of the capital, in degrees; west is negative. For example: 30.062"),
    )
    order = order_number()

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country or area")
        verbose_name_plural = _("countries and areas")
        ordering = ["order", "code"]
        constraints = [both_languages("name", _("name"))]


class CooperationArea(Publishable):
    """A field of cooperation with partners, such as teachers' training."""

    name = line(_("name"), 80, _("For example: Teachers’ training"))
    slug = address_name("staff-training")
    description = paragraphs(
        _("description"), _("What it comprises, in a sentence or two."), blank=True
    )
    order = order_number()

    class Meta:
        verbose_name = _("cooperation area")
        verbose_name_plural = _("cooperation areas")
        ordering = ["order", "slug"]
        constraints = [both_languages("name", _("name"))]


class PartnerQuerySet(PublishableQuerySet):
    def published(self):
        return self.filter(public_partner())

    def known(self, day):
        """Return the partners whose cooperation had begun by `day`; all without a day."""
        return self.filter(begun_by("since", day)) if day else self

    def unverified(self):
        """Return the partners, except archived ones, not verified for a year."""
        day = timezone.localdate()
        in_time = Q(verified_on__gte=months_before(day, 12), verified_on__lte=day)
        return self.exclude(in_time).exclude(status=Status.ARCHIVED)


class Partner(WithPage):
    """An institution abroad that the college works with."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("university")
        APPLIED_SCIENCES = "applied-sciences", _("university of applied sciences")
        POLYTECHNIC = "polytechnic", _("polytechnic or college")
        COMPANY = "company", _("company")
        ORGANISATION = "organisation", _("organisation")

    name = line(_("name"), 200, _("For example: Waikato Institute of Technology (Wintec)"))
    own_name = line(
        _("name in its own language"),
        200,
        _("Where that is neither English nor Chinese."),
        blank=True,
    )
    own_language = line(
        _("language of that name"),
        20,
        _("Its language tag, so that it is read aloud rightly. For example: fi"),
        validators=[
            RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("A tag such as fi or fr."))
        ],
        blank=True,
    )
    slug = address_name("wintec", max_length=80)
    kind = line(_("kind"), 20, _("What sort of institution it is."), choices=Kind)
    country = reference(Country, _("country or area"), "partners", _("Where it is."))
    city = line(_("city"), 80, _("For example: Hamilton"), blank=True)
    website = models.URLField(
        _("website"), blank=True, help_text=_("The partner’s own pages, https where they have it.")
    )
    logo = Picture(
        _("logo"),
        upload_to="partners",
        blank=True,
        widest=160,
        help_text=_("Only with the partner’s leave; JPEG, PNG, WebP or AVIF."),
    )
    summary = paragraphs(
        _("summary"), _("What the two do together, with dates. An empty line begins a paragraph.")
    )
    since = past_date(_("since"), _("When the cooperation began: 2013-09, say."), blank=True)
    ror = models.URLField(
        _("ROR identifier"),
        blank=True,
        validators=[
            RegexValidator(r"^https://ror\.org/0[a-z0-9]{8}\Z", _("As ror.org writes it in full."))
        ],
        help_text=_(
            "From the Research Organization Registry. For example: https://ror.org/02mhbdp94"
        ),
    )
    verified_on = models.DateField(
        _("last verified on"),
        null=True,
        blank=True,
        validators=[validate_begun],
        help_text=_("The day somebody looked whether all this still holds: 2026-11-22, say."),
    )
    verified_by = line(
        _("last verified by"),
        120,
        _("The colleague who looked; not shown to the public."),
        blank=True,
    )
    verified_from = optional_reference(
        Source, _("last verified from"), "partners", _("What the colleague looked at.")
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["country__order", "slug"]
        constraints = [
            both_languages("name", _("name")),
            both_languages("summary", _("summary")),
            models.CheckConstraint(
                condition=~(Q(own_name__gt="") & Q(own_language="")),
                name="partnerships_partner_own_language",
                violation_error_message=_("Say in which language the partner’s own name is."),
            ),
        ]
