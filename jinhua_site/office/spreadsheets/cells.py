"""What the cells of a spreadsheet hold: how a value is written there and read from there."""

import re
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.fields import Field
from import_export.widgets import Widget

from jinhua_site.content.loader import identity
from jinhua_site.core.grammar import set_apart
from jinhua_site.core.numbers import plain

from .reading import tidy

SEPARATORS = re.compile(r"[,;，；、\n]")
TRUE, FALSE = {"true", "yes", "1", "是"}, {"false", "no", "0", "否"}


class Cell(Widget):
    """A value as text, and back. `ValidationError` in words for a text that is none."""

    is_number = False
    hint = ""  # what a person writes there, where the field does not say it

    def __init__(self, field):
        super().__init__()
        self.field = field

    def clean(self, value, row=None, **kwargs):
        text = value.strip()
        if text:
            return self.read(text)
        if not self.field.blank:
            raise ValidationError(_("This cell may not be empty."))
        return None if self.field.null else ""

    def read(self, text):
        return self.field.to_python(text)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else tidy(str(value))

    def keys(self, text):
        """The short names of other records that stand in the cell."""
        return []


class NumberCell(Cell):
    is_number = True

    def render(self, value, obj=None, **kwargs):
        return plain(value) if isinstance(value, Decimal) else super().render(value)


class YesOrNoCell(Cell):
    @property
    def hint(self):
        return _("Write true or false.")

    def read(self, text):
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise ValidationError(_("“%(value)s” is neither true nor false.") % {"value": text[:30]})

    def render(self, value, obj=None, **kwargs):
        return str(bool(value)).lower()


class ChoiceCell(Cell):
    """The key of a choice; its label in either language is understood too."""

    def read(self, text):
        keys = {str(key).lower(): key for key, _label in self.field.flatchoices}
        for code, _name in settings.LANGUAGES:
            with override(code):
                keys = {str(label).lower(): key for key, label in self.field.flatchoices} | keys
        if text.lower() in keys:
            return keys[text.lower()]
        known = set_apart(str(key) for key, _label in self.field.flatchoices)
        told = {"value": text[:30], "known": known}
        raise ValidationError(_("“%(value)s” is none of: %(known)s.") % told)


class LinkCell(Cell):
    """Another record, by the name it is known by: a slug, a key, an ISO code."""

    def __init__(self, field):
        super().__init__(field)
        self.known = {}
        (self.key,) = identity(field.related_model)

    @property
    def hint(self):
        return _("Write its %(key)s.") % {"key": self.key_name}

    @property
    def key_name(self):
        return self.field.related_model._meta.get_field(self.key).verbose_name

    def read(self, text):
        if text in self.known:
            return self.known[text]
        what = self.field.related_model._meta.verbose_name
        raise ValidationError(
            _("There is no %(what)s “%(value)s”.") % {"what": what, "value": text[:80]}
        )

    def render(self, value, obj=None, **kwargs):
        return str(getattr(value, self.key)) if value else ""

    def keys(self, text):
        return [text.strip()]


class LinksCell(LinkCell):
    """Other records, separated by commas."""

    @property
    def hint(self):
        return _("Write the %(key)s of each, with commas between.") % {"key": self.key_name}

    def clean(self, value, row=None, **kwargs):
        return [self.read(key) for key in dict.fromkeys(self.keys(value))]

    def render(self, value, obj=None, **kwargs):
        records = value.all() if isinstance(value, models.Manager) else value or ()
        return ", ".join(sorted(getattr(record, self.key) for record in records))

    def keys(self, text):
        return [key.strip() for key in SEPARATORS.split(text) if key.strip()]


def column(field):
    """The column of a model's field."""
    if field.many_to_many:
        kind = LinksCell
    elif field.is_relation:
        kind = LinkCell
    elif field.choices:
        kind = ChoiceCell
    elif isinstance(field, models.BooleanField):
        kind = YesOrNoCell
    elif isinstance(field, models.DecimalField | models.IntegerField):
        kind = NumberCell
    else:
        kind = Cell
    return Field(attribute=field.name, column_name=field.name, widget=kind(field))
