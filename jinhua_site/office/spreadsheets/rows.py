"""A record as a row of a spreadsheet: its columns, its cells, and the way back.

Built on django-import-export, whose resource takes a row at a time; the columns are the
model's own, both languages of a text side by side.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from import_export.resources import ModelResource

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.loader import identity
from jinhua_site.content.models import Status
from jinhua_site.core.languages import CODES, bcp47, in_each_language

from .cells import column
from .rules import broken_rules

MOST_CHARACTERS = 10_000
ENDINGS = [*zip(CODES, in_each_language(""), strict=True)]


@dataclass
class Change:
    column: str
    old: str
    new: str

    @property
    def language(self):
        """The tag of the language that the column is in, if it is in one."""
        return next((bcp47(code) for code, end in ENDINGS if self.column.endswith(end)), "")


class Rows(ModelResource):
    """The records of a model as rows, for a colleague and, on their way in, from a file.

    `Meta.fields` are the columns. `there` holds the records that the rows are of, by key.
    """

    class Meta:
        skip_diff = True

    def __init__(self, user=None, file_name=""):
        super().__init__()
        self.user, self.file_name = user, file_name
        self.columns = self.get_import_fields()
        self.names = [column.column_name for column in self.columns]
        self.links = [each for each in self.columns if each.widget.field.is_relation]
        self.many = [each for each in self.links if each.widget.field.many_to_many]
        self.keys = [self.fields[name] for name in identity(self._meta.model)]
        self.there, self.met, self.of_this_kind = {}, {}, {}
        self.written = False  # or only tried

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return column(django_field)

    @property
    def numbers(self):
        return {each.column_name for each in self.columns if each.widget.is_number}

    def get_queryset(self):
        """Every record with what it links to, in the order of what it is known by."""
        ones = [each.attribute for each in self.links if each not in self.many]
        rows = super().get_queryset().select_related(*ones)
        rows = rows.prefetch_related(*(each.attribute for each in self.many))
        return rows.order_by(*self.paths())

    def rows(self):
        return ([*self.cells(record).values()] for record in self.get_queryset())

    def cells(self, record):
        return {each.column_name: each.export(record) for each in self.columns}

    def key_of(self, record):
        return tuple(each.export(record) for each in self.keys)

    def paths(self):
        """The lookups that lead to the columns by which a row is known."""
        for key in self.keys:
            link = key in self.links
            yield f"{key.attribute}__{key.widget.key}" if link else key.attribute

    # A row, in the steps that import-export takes

    def get_instance(self, instance_loader, row):
        """The record that the row is of, none where it is new."""
        try:
            cleaned = (each.widget.clean(row[each.column_name]) for each in self.keys)
            pairs = zip(self.keys, cleaned, strict=True)
            self.key = tuple(each.widget.render(value) for each, value in pairs)
        except ValidationError:
            self.key = None
        return self.there.get(self.key)

    def after_init_instance(self, instance, new, row, **kwargs):
        self.new, self.changes, self.chosen = new, [], {}
        self.before = dict.fromkeys(self.names, "") if new else self.cells(instance)

    def import_instance(self, instance, row, **kwargs):
        faults = dict(kwargs["faults"])
        first = self.met.setdefault(self.key, kwargs["row_number"])
        if self.key and first != kwargs["row_number"]:
            told = _("Row %(number)s is for the same record.") % {"number": first}
            faults.setdefault(self.keys[0].column_name, told)
        for each in self.columns:
            if each.column_name not in faults:
                try:
                    self._take_cell(each, instance, row[each.column_name])
                except ValidationError as error:
                    faults[each.column_name] = error
        if self.key:
            self.of_this_kind[self.key[0]] = instance  # rows below may link to it
        if faults:
            raise ValidationError(faults)

    def _take_cell(self, each, instance, text):
        was, model_field = self.before[each.column_name], each.widget.field
        if (text == was and (text or not self.new)) or (
            self.new and not text and model_field.has_default()
        ):
            return
        if len(text) > MOST_CHARACTERS:
            told = {"long": f"{len(text):,}", "most": f"{MOST_CHARACTERS:,}"}
            raise ValidationError(_("%(long)s characters; a cell takes %(most)s.") % told)
        value = each.widget.clean(text)
        now = each.widget.render(value)
        if now == was:
            return
        if each in self.many:
            self.chosen[each.attribute] = value
        else:
            setattr(instance, each.attribute, value)
        self.changes.append(Change(each.column_name, was, now))

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not (self.new or self.changes or import_validation_errors)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        touched = {*self.names} if self.new else {change.column for change in self.changes}
        if self.written:
            # The rest was tried. Only now a link has the number of a record that is new itself.
            touched &= {each.attribute for each in self.links}
        faults = broken_rules(instance, self.names, import_validation_errors or {}, touched)
        public = {self.before["status"], instance.status}
        if Status.PUBLISHED in public and not may_publish(self.user):
            faults["status"] = _("Only a publisher may change what is public.")
        if faults:
            raise ValidationError(faults)

    def do_instance_save(self, instance, is_create):
        """One version of the record for its history, with its links in it where it was there."""
        reason = _("Import of %(file)s") % {"file": self.file_name}
        instance._history_user = self.user
        instance._change_reason = Truncator(reason).chars(100)
        if is_create:
            instance.save(force_insert=True)
        else:
            instance.skip_history_when_saving = True
        for name, records in self.chosen.items():
            getattr(instance, name).set(records)
        if not is_create:
            del instance.skip_history_when_saving
            instance.save()

    def save_m2m(self, instance, row, **kwargs):
        """The links were saved with the record."""
