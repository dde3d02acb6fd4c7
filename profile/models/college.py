from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Bilingual,
    both_languages,
    described,
    line,
    paragraphs,
    past_date,
)
from jinhua_site.content.pictures import Picture
from jinhua_site.core.dates import validate_begun


class College(Bilingual):
    """The college itself, shown on every page. The table has one row."""

    name = line(_("name"), 120, _("For example: Jinhua Polytechnic"))
    successor = line(
        _("successor"),
        200,
        _("The institution that was founded on the basis of the college, and took its place."),
        blank=True,
    )
    successor_since = past_date(
        _("successor since"),
        _("For example: 2024. Without it the successor is not shown."),
        blank=True,
    )
    summary = paragraphs(
        _("summary"), _("Two or three sentences for somebody who has never heard of the college.")
    )
    internationalisation = paragraphs(
        _("internationalisation"),
        _("With whom the college works abroad, on what, and what it intends."),
    )
    belt_and_road = paragraphs(
        _("Belt and Road"), _("What the college does under the Belt and Road Initiative.")
    )
    wfcp = paragraphs(
        _("WFCP"), _("What the college gives to and takes from the world federation of its kind.")
    )
    wfcp_member_since = past_date(_("WFCP member since"), _("For example: 2020-03"), blank=True)
    founding_year = models.PositiveSmallIntegerField(
        _("founding year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1800), validate_begun],
        help_text=_("For example: 1994"),
    )
    address = line(_("address"), 200, _("In one line, as on an envelope."))
    office_name = line(
        _("office name"), 120, _("The office that answers to partners abroad."), blank=True
    )
    phone = line(_("phone"), 40, _("For example: +86-579-82389616"), blank=True)
    fax = line(_("fax"), 40, _("For example: +86-579-82265020"), blank=True)
    email = models.EmailField(
        _("office e-mail"),
        blank=True,
        help_text=_("An official mailbox of the office, not a person’s."),
    )
    website = models.URLField(
        _("website"), blank=True, help_text=_("For example: https://www.jhc.edu.cn/")
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north, for example: 29.066. Distances to partners start here."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east, for example: 119.633"),
    )
    logo = Picture(
        _("logo"),
        upload_to="college",
        blank=True,
        widest=160,
        help_text=_("The college’s official mark, on a clear ground; JPEG, PNG, WebP or AVIF."),
    )
    hero = Picture(
        _("main picture"),
        upload_to="college",
        blank=True,
        widest=1152,
        help_text=_("A wide picture of the college for the home page; at most 10 MB."),
    )
    hero_alt = line(
        _("what the main picture shows"),
        200,
        _("For people who cannot see it. For example: Students crossing the main square"),
        blank=True,
    )
    icp_filing = line(
        _("ICP filing number"),
        60,
        _("As the ministry gave it. It stands at the foot of every page."),
        blank=True,
    )
    police_filing = line(
        _("police filing number"), 60, _("As the public security bureau gave it."), blank=True
    )

    class Meta:
        verbose_name = _("college")
        verbose_name_plural = _("college")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="profile_college_only_one",
                violation_error_message=_("There is one college; change the row that is there."),
            ),
            both_languages("name", _("name"), status=False),
            both_languages("summary", _("summary"), status=False),
            both_languages("internationalisation", _("internationalisation"), status=False),
            both_languages("belt_and_road", _("Belt and Road"), status=False),
            both_languages("wfcp", _("WFCP"), status=False),
            both_languages("address", _("address"), status=False),
            described("hero", status=False),
        ]
