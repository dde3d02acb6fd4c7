"""What a form says beside a text that is missing or stale."""

from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from jinhua_site.core.languages import bcp47
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import differences

from .texts import LANGUAGES, column, fingerprint, other, texts, texts_by_column, wanted_in_both

AROUND = 24  # words or characters beside a change


@dataclass(frozen=True)
class Mark:
    """A text in one language that needs a look; without `stale` it is missing."""

    record: Model
    field: str
    language: str
    stale: StaleText | None = None

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
        return timezone.localdate(self.stale.since)

    @property
    def written(self):
        return format_html(
            '<p class="written" lang="{}">{}</p>', bcp47(self.language), self.texts[self.language]
        )

    @property
    def changes(self):
        """What has changed in the other language since."""
        code = other(self.language)
        shown = differences(self.stale.other_was, self.texts[code], around=AROUND)
        return format_html('<p lang="{}">{}</p>', bcp47(code), shown)

    @property
    def address(self):
        return reverse("admin:office_still_correct", args=[self.stale.pk])

    @property
    def seen(self):
        return fingerprint(self.record, self.field)


def mark_of(record, name, stale):
    """The mark beside the column `name` of a form's record, or none."""
    if not isinstance(record, Model) or name not in texts_by_column(type(record)):
        return None
    field, code = texts_by_column(type(record))[name]
    written = texts(record, field)
    if not written[code]:
        missing = written[other(code)] and field in wanted_in_both(type(record))
        return Mark(record, field, code) if missing else None
    row = stale.get((field, code))
    return Mark(record, field, code, row) if row else None
