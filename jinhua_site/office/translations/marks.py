"""Marks in a form beside texts that are missing or out of date."""

from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from jinhua_site.core.languages import bcp47
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import differences

from .texts import LANGUAGES, column, other, texts, wanted_in_both

AROUND = 24  # words or characters beside a change


@dataclass(frozen=True)
class Mark:
    """A text in one language that is outdated or, without `outdated`, missing."""

    record: Model
    field: str
    language: str
    outdated: StaleText | None = None

    @property
    def name(self):
        return self.record._meta.get_field(column(self.field, self.language)).verbose_name

    @property
    def other_language(self):
        return LANGUAGES[other(self.language)]

    @cached_property
    def texts(self):
        return texts(self.record, self.field)

    @property
    def since(self):
        return timezone.localdate(self.outdated.since)

    @property
    def changes(self):
        """Return what has changed in the other language since."""
        code = other(self.language)
        marked = differences(self.outdated.other_was, self.texts[code], around=AROUND)
        return format_html('<p lang="{}">{}</p>', bcp47(code), marked)

    @property
    def address(self):
        return reverse("admin:office_confirm", args=[self.outdated.pk])

    @property
    def seen(self):
        """Return a hash of the text in both languages, as the user has seen it."""
        return sha256(repr(self.texts).encode()).hexdigest()[:16]


def mark_of(record, name, outdated):
    """Return the mark beside the column `name` of a form's record, or None."""
    columns = {
        field.name: field for field in record._meta.fields if hasattr(field, "translated_field")
    }
    if name not in columns:
        return None
    field, code = columns[name].translated_field.name, columns[name].language
    written = texts(record, field)
    if not written[code]:
        missing = written[other(code)] and field in wanted_in_both(type(record))
        return Mark(record, field, code) if missing else None
    row = outdated.get((field, code))
    return Mark(record, field, code, row) if row else None
