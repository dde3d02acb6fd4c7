from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import Bilingual, both_languages, described
from jinhua_site.content.pictures import Picture, picture_side
from jinhua_site.core.dates import PartialDateField, validate_begun


class College(Bilingual):
    """The college itself, shown on every page. The table has one row."""

    name = models.CharField(
        _("name"), max_length=120, help_text=_("For example: Jinhua Polytechnic")
    )
    successor = models.CharField(
        _("successor"),
        max_length=200,
        blank=True,
        help_text=_(
            "The institution that was founded on the basis of the college, and took its place."
        ),
    )
    successor_since = PartialDateField(
        _("successor since"),
        blank=True,
        validators=[validate_begun],
        help_text=_("For example: 2024. Without it the successor is not shown."),
    )
    summary = models.TextField(
        _("summary"),
        help_text=_("Two or three sentences for somebody who has never heard of the college."),
    )
    internationalisation = models.TextField(
        _("internationalisation"),
        help_text=_("With whom the college works abroad, on what, and what it intends."),
    )
    belt_and_road = models.TextField(
        _("Belt and Road"), help_text=_("What the college does under the Belt and Road Initiative.")
    )
    wfcp = models.TextField(
        _("WFCP"),
        help_text=_("What the college gives to and takes from the world federation of its kind."),
    )
    wfcp_member_since = PartialDateField(
        _("WFCP member since"),
        blank=True,
        validators=[validate_begun],
        help_text=_("For example: 2020-03"),
    )
    founding_year = models.PositiveSmallIntegerField(
        _("founding year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1800), validate_begun],
        help_text=_("For example: 1994"),
    )
    address = models.CharField(
        _("address"), max_length=200, help_text=_("In one line, as on an envelope.")
    )
    office_name = models.CharField(
        _("office name"),
        max_length=120,
        blank=True,
        help_text=_("The office that answers to partners abroad."),
    )
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("For example: +86-579-82389616")
    )
    fax = models.CharField(
        _("fax"), max_length=40, blank=True, help_text=_("For example: +86-579-82265020")
    )
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
    logo_width = picture_side()
    logo_height = picture_side()
    hero = Picture(
        _("main picture"),
        upload_to="college",
        blank=True,
        widest=1152,
        help_text=_("A wide picture of the college for the home page; at most 10 MB."),
    )
    hero_width = picture_side()
    hero_height = picture_side()
    hero_alt = models.CharField(
        _("what the main picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For people who cannot see it. For example: Students crossing the main square"),
    )
    icp_filing = models.CharField(
        _("ICP filing number"),
        max_length=60,
        blank=True,
        help_text=_("As the ministry gave it. It stands at the foot of every page."),
    )
    police_filing = models.CharField(
        _("police filing number"),
        max_length=60,
        blank=True,
        help_text=_("As the public security bureau gave it."),
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
