"""What makes a record publishable; what the loader remembers; the content number."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from jinhua_site.core.dates import PartialDateField, validate_begun
from jinhua_site.core.exceptions import Gone
from jinhua_site.core.languages import in_each_language, in_either_language
from jinhua_site.core.search_folding import fold, folded_words


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class PublishableQuerySet(models.QuerySet):
    def published(self):
        """Return what the public may see. Public pages query records in no other way."""
        return self.filter(status=Status.PUBLISHED)

    def with_words(self, searched, *fields):
        """Return the records with all the words of a search in these fields."""
        words = folded_words(searched)
        if not words:
            return self
        rows = self.values_list("pk", *fields)
        folded = ((pk, fold(" ".join(filter(None, texts)))) for pk, *texts in rows)
        matching = [pk for pk, text in folded if all(word in text for word in words)]
        return self.filter(pk__in=matching)


class Bilingual(models.Model):
    """A record with texts in both languages, called by the first of them."""

    class Meta:
        abstract = True

    def __str__(self):
        texts = translator.get_options_for_model(type(self)).all_fields
        first = next(field.name for field in self._meta.fields if field.name in texts)
        return in_either_language(self, first)


class Publishable(Bilingual):
    """A record that the public sees only while it is published."""

    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        help_text=_("The public sees published records only."),
    )
    changed = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True


class WithPage(Publishable):
    """A record with a page of its own, whose address ends in its address name."""

    class Meta:
        abstract = True

    def get_absolute_url(self):
        return reverse(f"{self._meta.app_label}:{self._meta.model_name}", args=[self.slug])


def get_published_or_410(published, **address):
    """Return the `published` record at an address; raise `Gone` if there was one before."""
    model = published.model
    try:
        return published.get(**address)
    except model.DoesNotExist:
        was_there = model.history.filter(status=Status.PUBLISHED, **address).exists()
        raise (Gone if was_there else Http404) from None


# Columns, each with its label and a help text for staff


def line(label, longest, help_text, **options):
    """A column for a text of one line, of up to `longest` characters."""
    return models.CharField(label, max_length=longest, help_text=help_text, **options)


def paragraphs(label, help_text, **options):
    """A column for a text of any length."""
    return models.TextField(label, help_text=help_text, **options)


def past_date(label, help_text, **options):
    """A column for a partial date that is not in the future."""
    return PartialDateField(label, validators=[validate_begun], help_text=help_text, **options)


def reference(model, label, related_name, help_text, **options):
    """A column that refers to a record, which cannot be deleted as long as it does."""
    return models.ForeignKey(
        model,
        on_delete=models.PROTECT,
        related_name=related_name,
        verbose_name=label,
        help_text=help_text,
        **options,
    )


optional_reference = partial(reference, null=True, blank=True)


def references(model, label, related_name, help_text):
    """A relation to any number of records."""
    return models.ManyToManyField(
        model, blank=True, related_name=related_name, verbose_name=label, help_text=help_text
    )


def address_name(example, label=None, **options):
    """A column for the last part of the address of a record's page."""
    pattern = _("In the page’s address; it never changes. For example: {example}")
    help_text = format_lazy(pattern, example=example)
    label = label or _("address name")
    return models.SlugField(label, unique=True, help_text=help_text, **options)


def short_name(example, **options):
    """A column for a name that no address contains."""
    help_text = format_lazy(_("It never changes. For example: {example}"), example=example)
    return models.SlugField(_("short name"), unique=True, help_text=help_text, **options)


def order_number():
    """A column by which staff arrange records."""
    help_text = _("Those with a lower number come first.")
    return models.PositiveSmallIntegerField(_("order"), default=0, help_text=help_text)


def both_languages(field, label, *, status=True):
    """The rule that a published record has a text in every language for `field`.

    `label` is the field's name as staff read it. The rule always applies to
    records without a status (`status=False`).
    """
    empty = _empty_in_any_language(field)
    if status:
        message = _("To publish, write this in English and in Chinese: {field}.")
        empty &= Q(status=Status.PUBLISHED)
    else:
        message = _("Write this in English and in Chinese: {field}.")
    return models.CheckConstraint(
        condition=~empty,
        name=f"%(app_label)s_%(class)s_{field}_both",
        violation_error_message=format_lazy(message, field=label),
    )


def described(picture, *, status=True):
    """The rule that a published `picture` has a description in every language."""
    undescribed = ~Q(**{picture: ""}) & _empty_in_any_language(f"{picture}_alt")
    if status:
        undescribed &= Q(status=Status.PUBLISHED)
    return models.CheckConstraint(
        condition=~undescribed,
        name=f"%(app_label)s_%(class)s_{picture}_alt",
        violation_error_message=_("Say in English and in Chinese what the picture shows."),
    )


def _empty_in_any_language(field):
    empty = Q()
    for name in in_each_language(field):
        empty |= Q(**{name: ""}) | Q(**{f"{name}__isnull": True})
    return empty


class LoadedRecord(models.Model):
    """A record of the shipped content, as its file had it, and the version that was loaded.

    The next load leaves alone a record that has a newer version, or that is deleted.
    """

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    shipped = models.JSONField()
    version = models.BigIntegerField()  # in the record's history

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="content_loaded_once")]

    def __str__(self):
        return f"{self.model} {self.key}"


class ContentNumber(models.Model):
    """The content number, in a single row: see `content_number`."""

    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="content_only_one_number")]

    def __str__(self):
        return str(self.number)
