"""An earlier version of a record, put back into its form: saving it goes the usual way."""

from pathlib import PurePath

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField

from jinhua_site.content.versions import state_of
from jinhua_site.office.choices import is_key
from jinhua_site.office.proposals.form_data import REMOVED, as_it_stands, values
from jinhua_site.office.proposals.replay import forms_of


def version_named_in(request, model, record_id):
    """The version that the form's address asks for, if it is one of this record."""
    number = request.GET.get("restore", "")
    if not (is_key(number) and is_key(record_id)):
        return None
    return model.history.filter(history_id=int(number), id=int(record_id)).first()


def put_back(model_admin, request, record, version):
    """What makes `record` again what it was in `version`: a submission, and its files."""
    form, formsets = forms_of(model_admin, request, record)
    submission, files = as_it_stands(form, formsets), {}
    state = state_of(version)
    links = {name: [*numbers] for name, numbers in state.links.items()}
    old = type(form)(instance=state.record, initial=links)
    _put_back(submission, files, old, state.record, record)
    for formset in formsets:
        if formset.model in state.parts:
            there = {row.instance.pk: row.instance for row in formset.initial_forms}
            parts = {part.pk: part for part in state.parts[formset.model]}
            for number in there.keys() - parts.keys():
                submission[f"{formset.prefix}:{number}:{REMOVED}"] = ["on"]
            for number, part in parts.items():
                row = f"{formset.prefix}:{number if number in there else f'+{number}'}:"
                old = formset.form(instance=part)
                _put_back(submission, files, old, part, there.get(number), row)
    return submission, files


def _put_back(submission, files, old, was, now, row=""):
    """The values of one form as it `was`; a file that it had is read from where it still lies."""
    for name, held in values(old, row).items():
        submission[name] = held
    for field in was._meta.fields:
        if not isinstance(field, FileField) or field.name not in old.fields:
            continue
        before, after = getattr(was, field.name), now and getattr(now, field.name)
        if after and not before:
            submission[f"{row}{field.name}-clear"] = ["on"]
        elif before and before != after and before.storage.exists(before.name):
            with before.storage.open(before.name) as file:
                files[row + field.name] = SimpleUploadedFile(
                    PurePath(before.name).name, file.read()
                )
