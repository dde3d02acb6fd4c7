"""Puts an earlier version of a record back into its form, to be saved as usual."""

from pathlib import PurePath

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import CASCADE, FileField
from django.utils import timezone

from jinhua_site.office.choices import is_key
from jinhua_site.office.proposals.form_data import REMOVED, as_it_stands, values
from jinhua_site.office.proposals.replay import forms_of

from .saves import changes, links_of, saves


def all_saves(model_admin, request, number):
    """Return the saves of a record and of those parts that the user may see."""
    return saves(model_admin.model, number, _parts(model_admin, request))


def _parts(model_admin, request):
    return [inline.model for inline in model_admin.get_inline_instances(request)]


def moment_in(request, model_admin, record_id):
    """Return when the version that `?restore=` names was saved, if it is one of this record."""
    number = request.GET.get("restore")
    for save in all_saves(model_admin, request, record_id) if number and is_key(record_id) else ():
        if save.own and str(save.own.pk) == number and save.own.history_type != "-":
            return save.last.history_date
    return None


def changes_since(moment, model_admin, request, record):
    """Return what restoring a record as of a moment changes in it and in its parts."""
    parts = _parts(model_admin, request)
    now, then = (_versions(record, parts, end) for end in (timezone.now(), moment))
    pairs = [(now.get(key), then.get(key)) for key in now | then]
    return [change for change in changes(pairs, record) if change]


def _versions(record, parts, moment):
    """Return the versions of a record and its parts as of a moment, by model and key.

    Parts that can outlive their record are left out.
    """
    versions, links = {}, [related.field for related in record._meta.related_objects]
    for link in [None, *(link for link in links if link.model in parts and _is_part(link))]:
        model, name = (link.model, link.attname) if link else (type(record), "id")
        newest = model.history.filter(history_date__lte=moment).latest_of_each()
        rows = newest.filter(**{name: record.pk}).exclude(history_type="-")
        for version in rows.order_by("history_id"):  # of two at one moment the later
            version.link = link
            versions[model, version.id] = version
    return versions


def _is_part(link):
    return link.remote_field.on_delete is CASCADE


def form_data(model_admin, request, record_id):
    """Return the form data and the files that restore a record; None if none is asked for."""
    moment = moment_in(request, model_admin, record_id)
    record = moment and model_admin.get_object(request, str(record_id))
    if not record:
        return None, {}
    form, formsets = forms_of(model_admin, request, record)
    data, files = as_it_stands(form, formsets), {}
    then = _versions(record, [formset.model for formset in formsets], moment)
    version = then[model_admin.model, record.pk]
    many = record._meta.local_many_to_many
    links = {field.name: links_of([version], field)[version.pk] for field in many}
    old = type(form)(instance=version.history_object, initial=links)
    _put_back(data, files, old, record)
    for formset in filter(lambda formset: _is_part(formset.fk), formsets):
        there = {row.instance.pk: row.instance for row in formset.initial_forms}
        parts = {number: part for (model, number), part in then.items() if model is formset.model}
        for number in there.keys() - parts.keys():
            data[f"{formset.prefix}:{number}:{REMOVED}"] = ["on"]
        for number, part in parts.items():
            row = f"{formset.prefix}:{number if number in there else f'+{number}'}:"
            old = formset.form(instance=part.history_object)
            _put_back(data, files, old, there.get(number), row)
    return data, files


def _put_back(data, files, old, now, row=""):
    """Add the values of one `old` form, and its file if that is still stored."""
    data |= values(old, row)
    for field in old.instance._meta.fields:
        if not isinstance(field, FileField) or field.name not in old.fields:
            continue
        before, after = getattr(old.instance, field.name), now and getattr(now, field.name)
        if after and not before:
            data[f"{row}{field.name}-clear"] = ["on"]
        elif before and before != after and before.storage.exists(before.name):
            with before.storage.open(before.name) as file:
                name = PurePath(before.name).name
                files[row + field.name] = SimpleUploadedFile(name, file.read())
