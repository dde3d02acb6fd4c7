"""Exports the records of a model as the rows of a spreadsheet, and imports them.

Built on django-import-export, which imports row by row in one transaction.
"""

import hashlib
from functools import cache

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import CheckConstraint, FileField, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory
from modeltranslation.translator import translator

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.history import because
from jinhua_site.content.loader import identity
from jinhua_site.content.models import Status
from jinhua_site.office.translations.texts import unwritten

from .cells import cell_of
from .files import NUMBER


@cache
def sheet_of(model):
    """Return the spreadsheet of a model: its natural key, then all other editable fields.

    Files are left out. A text has a column for each language.
    """
    bare = translator.get_options_for_model(model).all_fields
    names = [
        field.name
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.editable and not field.primary_key and not isinstance(field, FileField)
        if field.name not in bare
    ]
    keys = identity(model)
    names.sort(key=lambda name: (name not in keys, name == "status"))
    return modelresource_factory(model, Sheet, {"fields": names})


class Sheet(ModelResource):
    """Compares and writes a row cell by cell: a cell that reads the same is not written."""

    class Meta:
        skip_diff = True  # `import_row` sets the differences itself
        store_row_values = True  # with the row's number in the file

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.model = self._meta.model
        self.columns = self.get_import_fields()
        self.keys = [self.fields[name] for name in identity(self.model)]
        self.links = [column for column in self.columns if column.widget.field.is_relation]
        rules = self.model._meta.constraints
        self.rules = [rule for rule in rules if isinstance(rule, CheckConstraint)]

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return Field(field_name, field_name, cell_of(django_field))

    def get_queryset(self):
        """Return every record with its related ones, in the order of its natural key."""
        many = [column.attribute for column in self.links if column.widget.field.many_to_many]
        ones = [column.attribute for column in self.links if column.attribute not in many]
        records = super().get_queryset().select_related(*ones).prefetch_related(*many)
        return records.order_by(*identity(self.model))

    # A file

    def import_data(self, dataset, *, user, file_name, seen=None):
        """Try the rows or, with the marks `seen` in the preview, write all of them or none."""
        self.user, self.seen, self.marks, self.met, self.moved = user, seen, {}, {}, []
        if seen is None:  # no transaction: it would block others from saving
            result = self.import_data_inner(dataset, True, False, False, False)
        else:
            reason = Truncator(_("Import of %(file)s") % {"file": file_name}).chars(100)
            with because(reason, user):
                result = super().import_data(dataset, rollback_on_validation_errors=True)
        for fault in [*result.base_errors, *(error for row in result for error in row.errors)]:
            raise fault.error  # an error of the site itself
        return result

    def before_import(self, dataset, **kwargs):
        """Load once all records that the rows may name."""
        known = {}
        for link in self.links:
            model, key = link.widget.field.related_model, link.widget.key
            if model not in known:
                known[model] = {getattr(record, key): record for record in model.objects.all()}
            link.widget.known = known[model]
        self.own = known.get(self.model, {})
        records = self.get_queryset()
        if self.seen is not None:
            records = records.order_by("pk").select_for_update(of=("self",))
        self.there = {tuple(key.export(record) for key in self.keys): record for record in records}

    def after_import(self, dataset, result, **kwargs):
        """Do not reset the database's sequences: in parallel, that could issue a key twice."""

    # A row

    def import_row(self, row, instance_loader, **kwargs):
        result = super().import_row(row, instance_loader, **kwargs)
        name = result.object_repr or " ".join(row[key.column_name] for key in self.keys)
        result.object_repr, result.diff = Truncator(name).chars(80), self.changes
        return result

    def get_instance(self, instance_loader, row):
        try:
            values = [(key.widget, key.widget.clean(row[key.column_name])) for key in self.keys]
            self.key = tuple(cell.render(value) for cell, value in values)
        except ValueError:
            self.key = None
        return self.there.get(self.key)

    def after_init_instance(self, instance, new, row, **kwargs):
        self.new, self.changes, self.chosen = new, [], {}
        self.before = {
            column.column_name: "" if new else str(column.export(instance))
            for column in self.columns
        }
        self.marks[row[NUMBER]] = hashlib.sha256(repr(self.before).encode()).hexdigest()[:16]

    def import_instance(self, instance, row, **kwargs):
        errors, number, column = {}, row[NUMBER], self.keys[0].column_name
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        first = self.met.setdefault(self.key, number)
        if self.key and first != number:
            errors[column] = _("Row %(number)s is for the same record.") % {"number": first}
        if self.seen and self.seen[number] != self.marks[number]:
            self.moved.append((number, str(instance)))
            errors[column] = ""
        if errors:
            raise ValidationError(errors)
        self.own[self.key[0]] = instance  # later rows may link to it

    def import_field(self, field, instance, row, is_m2m=False, **kwargs):
        name, cell = field.column_name, field.widget
        was = self.before[name]
        text = row.get(name, was)  # an older file may lack the column
        if text == was and not self.new:
            return
        if self.new and not text and cell.field.has_default():
            return
        value = cell.clean(text)
        now = str(cell.render(value))
        if now == was:
            return
        if cell.field.many_to_many:
            self.chosen[name] = value
        else:
            setattr(instance, name, value)
        self.changes.append({"column": field, "old": was, "new": now})

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not (self.new or self.changes or import_validation_errors)

    # The rules of the model

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        for column in unwritten(self.model, lambda name: getattr(instance, name) or name in errors):
            errors[column] = _("Write this in one of the languages at least.")
        if self.seen is None:  # when writing, the database checks them
            errors |= self._broken(instance, errors)
        if not errors:
            try:
                instance.clean()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        is_public = Status.PUBLISHED in (self.before["status"], instance.status)
        if is_public and not may_publish(self.user):
            errors["status"] = _("Only a publisher may change what is public.")
        if errors:
            raise ValidationError(errors)

    def _broken(self, instance, errors):
        """Return the message of each broken constraint, by the columns that it names."""
        whole = CheckConstraint(condition=Q(*(rule.condition for rule in self.rules)), name="all")
        broken = {}
        for rule in self.rules if errors else [whole, *self.rules]:
            named = rule.condition.referenced_base_fields
            others = {field.name for field in self.model._meta.fields} - named
            try:
                rule.validate(self.model, instance, exclude=others | {*errors})
                if rule is whole:  # all hold: one query was enough
                    break
            except ValidationError as error:
                columns = ", ".join(name for name in self.fields if name in named - {"status"})
                broken[columns] = error.messages
        return broken

    # Saving

    def save_instance(self, instance, is_create, row, **kwargs):
        try:
            super().save_instance(instance, is_create, row, **kwargs)
        except IntegrityError as error:  # somebody else saved first
            broken = [rule for rule in self.model._meta.constraints if rule.name in str(error)]
            broken = [rule.get_violation_error_message() for rule in broken]
            taken = instance.unique_error_message(self.model, identity(self.model))
            raise ValidationError({self.keys[0].column_name: broken or taken}) from None

    def do_instance_save(self, instance, is_create):
        """Save the record with its links as a single version in its history."""
        instance.skip_history_when_saving = True
        instance.save(force_insert=is_create)
        for name, records in self.chosen.items():
            getattr(instance, name).set(records)
        del instance.skip_history_when_saving
        instance.history_records.create_historical_record(instance, "+" if is_create else "~")

    def save_m2m(self, instance, row, **kwargs):
        """Do nothing: the links were saved with the record."""
