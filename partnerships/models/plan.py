from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Bilingual,
    Publishable,
    address_name,
    both_languages,
    order_number,
    references,
)


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
