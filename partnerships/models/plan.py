from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Bilingual,
    Publishable,
    Status,
    WithPage,
    address_name,
    both_languages,
    line,
    order_number,
    paragraphs,
    past_date,
    reference,
    references,
    short_name,
)
from jinhua_site.content.uploads import Document
from jinhua_site.core.dates import begun_by
from profile.models import Source

from .partner import Partner


class Commitment(Publishable):
    """One aim of the college's plan for internationalisation."""

    slug = short_name("overseas-students")
    text = line(_("text"), 300, _("What the college commits itself to, beginning with a verb."))
    order = order_number()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["order", "slug"]
        constraints = [both_languages("text", _("text"))]


class AffinityGroup(Bilingual):
    """A group of WFCP members with a common concern. WFCP changes the groups now and then."""

    name = line(_("name"), 80, _("As WFCP calls it. For example: Green Colleges"))
    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("For example: green-colleges")
    )
    order = order_number()

    class Meta:
        verbose_name = _("WFCP affinity group")
        verbose_name_plural = _("WFCP affinity groups")
        ordering = ["order", "slug"]
        constraints = [both_languages("name", _("name"), status=False)]


class AreaOfInterest(WithPage):
    """A topic on which the college wants to share and learn in WFCP."""

    title = line(_("title"), 120, _("For example: Education for Sustainability"))
    slug = address_name("sustainability")
    summary = paragraphs(_("summary"), _("What the college offers and what it looks for."))
    affinity_groups = references(
        AffinityGroup, _("affinity groups"), "areas", _("The WFCP groups that it belongs to.")
    )
    order = order_number()

    class Meta:
        verbose_name = _("WFCP area of interest")
        verbose_name_plural = _("WFCP areas of interest")
        ordering = ["order", "slug"]
        constraints = [both_languages("title", _("title")), both_languages("summary", _("summary"))]


class Practice(WithPage):
    """A practice worth sharing, described by the criteria of WFCP's Awards of Excellence."""

    class Kind(models.TextChoices):
        APPLIED_RESEARCH = "applied-research", _("applied research")
        EXEMPLARY = "exemplary-practice", _("exemplary practice")
        QUALIFICATION = "qualification-development", _("qualification development")

    title = line(_("title"), 160, _("For example: An overseas college in Rwanda"))
    slug = address_name("musanze-college", max_length=80)
    kind = line(_("kind"), 30, _("What sort of outcome it is."), choices=Kind)
    area = reference(
        AreaOfInterest, _("area of interest"), "practices", _("The WFCP area that it bears out.")
    )
    partners = references(Partner, _("partners"), "practices", _("With whom it was done."))
    aims = paragraphs(_("aims and audience"), _("What it is for, and for whom. (Award rubric: 10)"))
    benefit = paragraphs(
        _("benefit at international level"),
        _("What technical education in other countries gains by it. (20)"),
        blank=True,
    )
    student_benefit = paragraphs(
        _("benefit to students"), _("What students gain by it. (20)"), blank=True
    )
    innovation = paragraphs(
        _("obstacles and innovation"),
        _("What stood in the way, and what was new in the answer. (20)"),
        blank=True,
    )
    started = past_date(_("started"), _("For example: 2013-09"), blank=True)
    order = order_number()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["order", "slug"]
        constraints = [both_languages("title", _("title")), both_languages("aims", _("aims"))]


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
    date = past_date(_("date"), _("When it was true: 2021-04, say."))
    text = line(_("text"), 300, _("What was achieved, in one sentence."))
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
    title = line(_("title"), 200, _("For example: Report of the opening"))
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
