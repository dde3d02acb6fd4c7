from django.db import models
from django.utils.translation import gettext_lazy as _

from jinhua_site.languages import in_either_language
from jinhua_site.publishing.models import Publishable, both_languages


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
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Aims with a lower number come first.")
    )

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["order", "slug"]
        constraints = [both_languages("text", _("text"))]

    def __str__(self):
        return in_either_language(self, "text")


class AreaOfInterest(Publishable):
    """What the college wants to share and learn in WFCP."""

    title = models.CharField(
        _("title"), max_length=120, help_text=_("For example: Education for Sustainability")
    )
    slug = models.SlugField(
        _("address name"), unique=True, help_text=_("It never changes. For example: sustainability")
    )
    summary = models.TextField(
        _("summary"), help_text=_("What the college offers and what it looks for.")
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Areas with a lower number come first.")
    )

    class Meta:
        verbose_name = _("WFCP area of interest")
        verbose_name_plural = _("WFCP areas of interest")
        ordering = ["order", "slug"]
        constraints = [
            both_languages("title", _("title")),
            both_languages("summary", _("summary")),
        ]

    def __str__(self):
        return in_either_language(self, "title")
