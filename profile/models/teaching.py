from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    PublishableQuerySet,
    Status,
    WithPage,
    address_name,
    both_languages,
    described,
    line,
    optional_reference,
    order_number,
    paragraphs,
)
from jinhua_site.content.pictures import Picture


class FacultyQuerySet(PublishableQuerySet):
    def with_major_totals(self):
        """Annotate with `major_total`, the number of published majors."""
        public = Count("majors", filter=Q(majors__status=Status.PUBLISHED))
        return self.annotate(major_total=public)


class Faculty(WithPage):
    name = line(_("name"), 120, _("For example: Medical Faculty"))
    slug = address_name("medical")
    summary = paragraphs(
        _("summary"),
        _("What the faculty teaches and is known for, in a few sentences."),
        blank=True,
    )
    website = models.URLField(
        _("website"), blank=True, help_text=_("The faculty’s own pages, if it has any.")
    )
    image = Picture(
        _("picture"),
        upload_to="faculties",
        blank=True,
        widest=768,
        help_text=_("JPEG, PNG, WebP or AVIF; at most 10 MB."),
    )
    image_alt = line(
        _("what the picture shows"), 200, _("For people who cannot see it."), blank=True
    )
    order = order_number()

    objects = FacultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("faculty")
        verbose_name_plural = _("faculties")
        ordering = ["order", "slug"]
        constraints = [both_languages("name", _("name")), described("image")]


class MajorQuerySet(PublishableQuerySet):
    def chosen(self, faculty="", level="", q=""):
        """Return the majors of a faculty and a level, with all words of `q` in their names."""
        majors = self
        if faculty:
            majors = majors.filter(faculty__slug=faculty)
        if level:
            majors = majors.filter(level=level)
        return majors.with_words(q, "name_en", "name_zh_hans", "code")


class Major(WithPage):
    """A programme that a student enrols in."""

    class Level(models.TextChoices):
        ASSOCIATE = "associate", _("associate degree")
        BACHELOR = "bachelor", _("bachelor’s degree")

    class Teaching(models.TextChoices):
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")
        BOTH = "zh-en", _("Chinese and English")

    faculty = optional_reference(Faculty, _("faculty"), "majors", _("The faculty that teaches it."))
    name = line(_("name"), 120, _("For example: Nursing"))
    slug = address_name("nursing")
    code = line(_("national code"), 10, _("From the ministry’s list of majors."), blank=True)
    level = line(_("level"), 10, _("The degree it leads to."), choices=Level)
    years = models.PositiveSmallIntegerField(
        _("years"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("How long it takes, full-time. For example: 3"),
    )
    taught_in = line(
        _("language of teaching"),
        5,
        _("Left empty where it is not known."),
        choices=Teaching,
        blank=True,
    )
    summary = paragraphs(_("summary"), _("What students learn and what they become."), blank=True)

    objects = MajorQuerySet.as_manager()

    class Meta:
        verbose_name = _("major")
        verbose_name_plural = _("majors")
        ordering = [models.F("faculty__order").asc(nulls_last=True), "level", "slug"]
        constraints = [both_languages("name", _("name"))]
