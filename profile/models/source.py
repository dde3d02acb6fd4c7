from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import Bilingual, both_languages, line


class SourceQuerySet(models.QuerySet):
    def published(self):
        """Return the sources of anything public."""
        borne = Q()
        for relation in self.model._meta.related_objects:
            public = relation.related_model.objects.published()
            borne |= Exists(public.filter(**{relation.field.name: OuterRef("pk")}))
        return self.filter(borne)


class Source(Bilingual):
    """A source of figures: a page, a report, a statement. Shown with each of its figures."""

    class Standing(models.TextChoices):
        FIRST_HAND = "first-hand", _("first-hand: the college, a government, WFCP or a partner")
        PRESS = "press", _("the press")
        COPY = "copy", _("a copy of the college’s own text")
        HINT = "hint", _("a hint only")

    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("For example: wfcp-member-profile")
    )
    title = line(_("title"), 200, _("For example: WFCP member profile"))
    address = models.URLField(
        _("web address"),
        blank=True,
        help_text=_("For example: https://wfcp.org/our-members/jinhua-polytechnic/"),
    )
    standing = line(
        _("standing"), 10, _("How near the source is to those who know."), choices=Standing
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]
        constraints = [both_languages("title", _("title"), status=False)]
