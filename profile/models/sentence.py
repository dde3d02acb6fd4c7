import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import Publishable, both_languages, order_number, short_name
from jinhua_site.core.languages import in_each_language, in_either_language

from .fact import Fact

PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\}")


class ProfileSentence(Publishable):
    """A sentence of the college's ready-made profile. Keys of facts stand for figures.

    It is left out while one of its figures is not published.
    """

    class Form(models.TextChoices):
        SHORT = "short", _("short profile")
        WFCP = "wfcp", _("for the WFCP member page")

    # Placeholders other than the keys of facts.
    NAMES = (
        *("college", "successor", "successor-since", "founded", "belt-and-road", "wfcp"),
        *("countries", "areas", "aims", "interests"),
    )

    slug = short_name("short-students")
    form = models.CharField(
        _("ready-made text"),
        max_length=10,
        choices=Form,
        help_text=_("The ready-made text it belongs to."),
    )
    text = models.TextField(
        _("sentence"),
        help_text=_(
            "A figure stands as its fact’s key in braces, qualifier and unit included. "
            "For example: It has {majors} majors."
        ),
    )
    begins_paragraph = models.BooleanField(
        _("begins a paragraph"),
        default=False,
        help_text=_("Ticked, an empty line stands before it."),
    )
    order = order_number()

    class Meta:
        verbose_name = _("profile sentence")
        verbose_name_plural = _("profile sentences")
        ordering = ["order", "slug"]
        constraints = [both_languages("text", _("sentence"))]

    def __str__(self):
        return Truncator(in_either_language(self, "text")).chars(60)

    def clean(self):
        known = {*self.NAMES, *Fact.objects.values_list("key", flat=True)}
        for name in in_each_language("text"):
            text = getattr(self, name) or ""
            if unknown := sorted({*PLACEHOLDER.findall(text)} - known):
                keys = ", ".join(f"{{{key}}}" for key in unknown)
                raise ValidationError({name: _("There is no fact with this key: %s.") % keys})
            if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
                raise ValidationError(
                    {name: _("Each { needs its }, with a key between them: {patents}.")}
                )

    @property
    def keys(self):
        """Return the placeholders of the sentence in the active language."""
        return PLACEHOLDER.findall(self.text)

    def filled(self, words):
        """Fill in the sentence with `words` by key; return an empty string if one is missing."""
        if not all(words.get(key) for key in self.keys):
            return ""
        return PLACEHOLDER.sub(lambda match: str(words[match[1]]), self.text)
