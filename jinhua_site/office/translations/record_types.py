"""The models with translated texts: their forms, and who may see and change them."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .texts import translated_models


@dataclass(frozen=True)
class RecordType:
    model: type[models.Model]

    @property
    def key(self):
        return self.model._meta.label_lower

    @property
    def label(self):
        return capfirst(self.model._meta.verbose_name)

    @cached_property
    def parent(self):
        """Return the foreign key to the record whose form edits this one, if it has none."""
        if admin.site.is_registered(self.model):
            return None
        keys = (field for field in self.model._meta.fields if field.many_to_one)
        return next(key for key in keys if key.remote_field.on_delete is models.CASCADE)

    def may(self, action, user):
        codename = get_permission_codename(action, self.model._meta)
        return user.has_perm(f"{self.model._meta.app_label}.{codename}")

    def address(self, record):
        """Return the address of the form that edits a record."""
        opts = (self.parent.related_model if self.parent else self.model)._meta
        number = getattr(record, self.parent.attname) if self.parent else record.pk
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[number])

    def status(self, record):
        """Return the status of a record, or of the one whose form edits it."""
        owner = getattr(record, self.parent.name) if self.parent else record
        return owner.get_status_display() if hasattr(owner, "status") else _("always public")

    def records(self):
        """Return all records in the order of their list, with those that their names need."""
        keys = [field.name for field in self.model._meta.fields if field.many_to_one]
        rows = self.model._default_manager.select_related(*keys)
        return rows.order_by(*self.model._meta.ordering, "pk")


def record_types_for(user):
    """Return the types that a user may see, in the order of the applications."""
    types = map(RecordType, translated_models())
    return [each for each in types if each.may("view", user) or each.may("change", user)]
