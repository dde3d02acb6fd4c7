"""Puts an earlier version of a record back into its form, to be saved as usual."""

from pathlib import PurePath
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import CASCADE, FileField

from jinhua_site.office.choices import is_key
from jinhua_site.office.proposals.form_data import REMOVED, as_it_stands, values
from jinhua_site.office.proposals.replay import forms_of

from .changes import changes, links_of
from .saves import saves


class Earlier(NamedTuple):
    """A record and its parts after an earlier save, and now: versions by model and key."""

    moment: Any
    then: dict
    now: dict

    def changes(self, record):
        """Return what restoring it changes in the record and in its parts."""
        keys = dict.fromkeys([*self.then, *self.now])
        pairs = [(self.now.get(key), self.then.get(key)) for key in keys]
        return [change for change in changes(pairs, record) if change]


def named_in(request, model_admin, record_id):
    """Return the version that `?restore=` names, if it is one of this record."""
    number = request.GET.get("restore")
    if not (number and is_key(record_id)):
        return None
    now, earlier = {}, None
    for save in reversed(all_saves(model_admin, request, int(record_id))):
        now |= {(version.instance_type, version.id): version for version in save.versions}
        if number in [str(version.pk) for version in save.versions if not version.link]:
            earlier = save.last.history_date, _there(now)
    if earlier and (model_admin.model, int(record_id)) in earlier[1]:
        return Earlier(*earlier, _there(now))
    return None


def all_saves(model_admin, request, number):
    """Return the saves of a record and of those parts that the user may see."""
    parts = [inline.model for inline in model_admin.get_inline_instances(request)]
    return saves(model_admin.model, number, parts)


def _there(versions):
    """Return the versions not deleted, without parts that can outlive their record."""
    return {
        key: version
        for key, version in versions.items()
        if version.history_type != "-" and (not version.link or _is_part(version.link))
    }


def _is_part(link):
    return link.remote_field.on_delete is CASCADE


def put_back(model_admin, request, record, earlier):
    """Return the form data and the files that restore `record`."""
    form, formsets = forms_of(model_admin, request, record)
    submission, files, then = as_it_stands(form, formsets), {}, earlier.then
    version = then[model_admin.model, record.pk]
    many = record._meta.local_many_to_many
    links = {field.name: links_of([version], field)[version.pk] for field in many}
    old = type(form)(instance=version.history_object, initial=links)
    _put_back(submission, files, old, record)
    for formset in filter(lambda formset: _is_part(formset.fk), formsets):
        there = {row.instance.pk: row.instance for row in formset.initial_forms}
        parts = {number: part for (model, number), part in then.items() if model is formset.model}
        for number in there.keys() - parts.keys():
            submission[f"{formset.prefix}:{number}:{REMOVED}"] = ["on"]
        for number, part in parts.items():
            row = f"{formset.prefix}:{number if number in there else f'+{number}'}:"
            old = formset.form(instance=part.history_object)
            _put_back(submission, files, old, there.get(number), row)
    return submission, files


def _put_back(submission, files, old, now, row=""):
    """Add the values of one `old` form, and its file if that is still stored."""
    submission |= values(old, row)
    for field in old.instance._meta.fields:
        if not isinstance(field, FileField) or field.name not in old.fields:
            continue
        before, after = getattr(old.instance, field.name), now and getattr(now, field.name)
        if after and not before:
            submission[f"{row}{field.name}-clear"] = ["on"]
        elif before and before != after and before.storage.exists(before.name):
            with before.storage.open(before.name) as file:
                name = PurePath(before.name).name
                files[row + field.name] = SimpleUploadedFile(name, file.read())
