"""The cells of a spreadsheet: how a value is written and read."""

import re
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.widgets import Widget

from jinhua_site.content.loader import identity
from jinhua_site.core.grammar import paragraph, set_apart
from jinhua_site.core.numbers import plain

from .files import CellError, tidy

SEPARATORS = re.compile(r"[,;，；、\n]")
TRUE, FALSE = {"true", "yes", "1", "是"}, {"false", "no", "0", "否"}


class Cell(Widget):
    """Converts a field's value to text and back; raises a readable `ValueError`."""

    def __init__(self, field):
        super().__init__()
        self.field = field

    def clean(self, value, row=None, **kwargs):
        text = value.strip()
        if isinstance(value, CellError):
            raise ValueError(value)
        if not (text or self.field.blank):
            raise ValueError(_("This cell may not be empty."))
        return self.read(text) if text else self.empty()

    def read(self, text):
        try:
            return self.field.clean(text, None)
        except ValidationError as error:
            raise ValueError(paragraph(error.messages)) from None

    def empty(self):
        return None if self.field.null else ""

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else tidy(str(value))


class NumberCell(Cell):
    def render(self, value, obj=None, **kwargs):
        return "" if value is None else Decimal(plain(Decimal(value)))


class YesOrNoCell(Cell):
    def read(self, text):
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise ValueError(_("“%(value)s” is neither true nor false.") % {"value": text[:30]})

    def render(self, value, obj=None, **kwargs):
        return str(bool(value)).lower()


class ChoiceCell(Cell):
    """The key of a choice; reads its label in either language too."""

    def read(self, text):
        keys = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                keys |= {str(label).lower(): key for key, label in self.field.flatchoices}
        keys |= {str(key).lower(): key for key, _label in self.field.flatchoices}
        if text.lower() in keys:
            return keys[text.lower()]
        known = set_apart(str(key) for key, _label in self.field.flatchoices)
        names = {"value": text[:30], "known": known}
        raise ValueError(_("“%(value)s” is none of: %(known)s.") % names)


class LinkCell(Cell):
    """Another record, by its natural key: a slug, a key, an ISO code."""

    def __init__(self, field):
        super().__init__(field)
        self.known = {}  # the records by that key, loaded once for a whole file
        (self.key,) = identity(field.related_model)
        self.key_name = field.related_model._meta.get_field(self.key).verbose_name

    def read(self, text):
        if text in self.known:
            return self.known[text]
        names = {"what": self.field.related_model._meta.verbose_name, "value": text[:80]}
        raise ValueError(_("There is no %(what)s “%(value)s”.") % names)

    def render(self, value, obj=None, **kwargs):
        return getattr(value, self.key) if value else ""


class LinksCell(LinkCell):
    """Other records, separated by commas."""

    def read(self, text):
        keys = (key.strip() for key in SEPARATORS.split(text))
        return [super(LinksCell, self).read(key) for key in dict.fromkeys(keys) if key]

    def empty(self):
        return []

    def render(self, value, obj=None, **kwargs):
        records = value.all() if isinstance(value, models.Manager) else value or ()
        return ", ".join(sorted(getattr(record, self.key) for record in records))


def cell_of(field):
    """Return the cell for a model's field."""
    if field.many_to_many:
        return LinksCell(field)
    if field.is_relation:
        return LinkCell(field)
    if field.choices:
        return ChoiceCell(field)
    if isinstance(field, models.BooleanField):
        return YesOrNoCell(field)
    if isinstance(field, models.DecimalField | models.IntegerField):
        return NumberCell(field)
    return Cell(field)
