from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Bilingual,
    Publishable,
    Status,
    address_name,
    both_languages,
    order_number,
    reference,
    references,
)
from jinhua_site.content.uploads import Document
from jinhua_site.core.dates import PartialDateField, begun_by, validate_begun
from profile.models import Source

from .partner import Partner


class Commitment(Publishable):
    """One aim of the college's plan for internationalisation."""

    slug = models.SlugField(
        _("short name"),
        unique=True,
        help_text=_("It never changes. For example: overseas-students"),
    )
    text = models.CharField(
        _("text"),
        max_length=300,
        help_text=_("What the college commits itself to, beginning with a verb."),
    )
    order = order_number()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["order", "slug"]
        constraints = [both_languages("text", _("text"))]


class AffinityGroup(Bilingual):
    """A group of WFCP members with a common concern. WFCP changes the groups now and then."""

    name = models.CharField(
        _("name"), max_length=80, help_text=_("As WFCP calls it. For example: Green Colleges")
    )
    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("For example: green-colleges")
    )
    order = order_number()

    class Meta:
        verbose_name = _("WFCP affinity group")
        verbose_name_plural = _("WFCP affinity groups")
        ordering = ["order", "slug"]
        constraints = [both_languages("name", _("name"), status=False)]


class AreaOfInterest(Publishable):
    """A topic on which the college wants to share and learn in WFCP."""

    title = models.CharField(
        _("title"), max_length=120, help_text=_("For example: Education for Sustainability")
    )
    slug = address_name("sustainability")
    summary = models.TextField(
        _("summary"), help_text=_("What the college offers and what it looks for.")
    )
    affinity_groups = references(
        AffinityGroup, _("affinity groups"), "areas", _("The WFCP groups that it belongs to.")
    )
    order = order_number()

    class Meta:
        verbose_name = _("WFCP area of interest")
        verbose_name_plural = _("WFCP areas of interest")
        ordering = ["order", "slug"]
        constraints = [both_languages("title", _("title")), both_languages("summary", _("summary"))]

    def get_absolute_url(self):
        return reverse("partnerships:area_of_interest", args=[self.slug])


class Practice(Publishable):
    """A practice worth sharing, described by the criteria of WFCP's Awards of Excellence."""

    class Kind(models.TextChoices):
        APPLIED_RESEARCH = "applied-research", _("applied research")
        EXEMPLARY = "exemplary-practice", _("exemplary practice")
        QUALIFICATION = "qualification-development", _("qualification development")

    title = models.CharField(
        _("title"), max_length=160, help_text=_("For example: An overseas college in Rwanda")
    )
    slug = address_name("musanze-college", max_length=80)
    kind = models.CharField(
        _("kind"), max_length=30, choices=Kind, help_text=_("What sort of outcome it is.")
    )
    area = reference(
        AreaOfInterest, _("area of interest"), "practices", _("The WFCP area that it bears out.")
    )
    partners = references(Partner, _("partners"), "practices", _("With whom it was done."))
    aims = models.TextField(
        _("aims and audience"), help_text=_("What it is for, and for whom. (Award rubric: 10)")
    )
    benefit = models.TextField(
        _("benefit at international level"),
        blank=True,
        help_text=_("What technical education in other countries gains by it. (20)"),
    )
    student_benefit = models.TextField(
        _("benefit to students"), blank=True, help_text=_("What students gain by it. (20)")
    )
    innovation = models.TextField(
        _("obstacles and innovation"),
        blank=True,
        help_text=_("What stood in the way, and what was new in the answer. (20)"),
    )
    started = PartialDateField(
        _("started"), blank=True, validators=[validate_begun], help_text=_("For example: 2013-09")
    )
    order = order_number()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["order", "slug"]
        constraints = [both_languages("title", _("title")), both_languages("aims", _("aims"))]

    def get_absolute_url(self):
        return reverse("partnerships:practice", args=[self.slug])


class PartOfPracticeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(practice__status=Status.PUBLISHED)


class AchievementQuerySet(PartOfPracticeQuerySet):
    def published(self):
        """Return the public achievements: none with a date in the future."""
        return super().published().known()

    def known(self, day=None):
        """Return what was achieved by `day`, by default today."""
        return self.filter(begun_by(Achievement.DATED, day or timezone.localdate()))


class Achievement(Bilingual):
    """A result of a practice by a date. It is published with its practice."""

    DATED = "date"  # public once this date has begun

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="achievements", verbose_name=_("practice")
    )
    date = PartialDateField(
        _("date"), validators=[validate_begun], help_text=_("When it was true: 2021-04, say.")
    )
    text = models.CharField(
        _("text"), max_length=300, help_text=_("What was achieved, in one sentence.")
    )
    source = reference(Source, _("source"), "achievements", _("Where it stands."))

    objects = AchievementQuerySet.as_manager()

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        ordering = ["date", "pk"]
        constraints = [
            both_languages("text", _("text"), status=False),
            models.UniqueConstraint(
                fields=["practice", "date"],
                name="partnerships_achievement_one_a_date",
                violation_error_message=_("There is an achievement of this date already."),
            ),
        ]


class Evidence(Bilingual):
    """Evidence for a practice: a link or a document. It is published with its practice."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("practice")
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("For example: Report of the opening")
    )
    address = models.URLField(
        _("web address"), blank=True, help_text=_("Where it can be read, if it is on the web.")
    )
    file = Document(
        _("document"), upload_to="documents", blank=True, help_text=_("A PDF, if it is not.")
    )

    objects = PartOfPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            both_languages("title", _("title"), status=False),
            models.CheckConstraint(
                condition=~Q(address="", file=""),
                name="partnerships_evidence_somewhere",
                violation_error_message=_("Give its web address or its document."),
            ),
        ]

    @property
    def location(self):
        """Return its address, elsewhere or among this site's documents."""
        return self.address or f"{settings.SITE_URL}{self.file.url}"
