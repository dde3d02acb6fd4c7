"""The kinds of record that have texts: where each is written, who may, and what is public of it."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jinhua_site.content.models import Publishable
from jinhua_site.core.filters import words
from jinhua_site.core.languages import in_each_language

from .texts import translated_fields, translated_models


@dataclass(frozen=True)
class Kind:
    model: type[models.Model]

    @property
    def key(self):
        return self.model._meta.label_lower

    @property
    def label(self):
        return capfirst(self.model._meta.verbose_name)

    @cached_property
    def whole(self):
        """The key to the record in whose form this one is written, where it has none of its own."""
        if admin.site.is_registered(self.model):
            return None
        keys = (field for field in self.model._meta.fields if field.many_to_one)
        return next(key for key in keys if key.remote_field.on_delete is models.CASCADE)

    def may_be_seen(self, user):
        return self._may(user, "view") or self.may_be_changed(user)

    def may_be_changed(self, user):
        return self._may(user, "change")

    def _may(self, user, action):
        codename = get_permission_codename(action, self.model._meta)
        return user.has_perm(f"{self.model._meta.app_label}.{codename}")

    def address(self, record):
        """The address of the form in which a record is written."""
        model = self.whole.related_model if self.whole else self.model
        number = getattr(record, self.whole.attname) if self.whole else record.pk
        return reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[number]
        )

    def status(self, record):
        if issubclass(self.model, Publishable):
            return record.get_status_display()
        if self.whole:
            return _("as its %(kind)s") % {"kind": self.whole.related_model._meta.verbose_name}
        return _("always public")

    def records(self):
        """All of them in the order of their lists, each with what its name draws on."""
        keys = [field.name for field in self.model._meta.fields if field.many_to_one]
        rows = self.model._default_manager.select_related(*keys)
        return rows.order_by(*self.model._meta.ordering, "pk")

    def search(self, rows, q, request):
        """The rows with the words of `q`, as the kind's own list searches."""
        own = None if self.whole else admin.site.get_model_admin(self.model)
        if own and own.search_fields:
            rows, repeated = own.get_search_results(request, rows, q)
            return rows.distinct() if repeated else rows
        for word in words(q):
            names = in_each_language(translated_fields(self.model)[0])
            found = Q()
            for name in names:
                found |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(found)
        return rows

    def last_changes(self, records):
        """The days on which these records of the kind were last changed, by their keys."""
        if issubclass(self.model, Publishable):
            moments = {record.pk: record.changed for record in records}
        else:
            versions = self.model.history.filter(id__in=[record.pk for record in records])
            moments = dict(versions.order_by().values_list("id").annotate(Max("history_date")))
        return {number: timezone.localdate(moment) for number, moment in moments.items()}


def kinds_for(user):
    """The kinds that a colleague may see, in the order of the applications."""
    return [kind for kind in map(Kind, translated_models()) if kind.may_be_seen(user)]
