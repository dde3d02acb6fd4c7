"""What every field for an upload shares: its file is looked into once, before it is kept."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile

from . import room


def checked(file, field):
    """What `field` makes of a `file` that came, looked into once; raises `ValidationError`.

    A form may be tried several times on its way, with the same file.
    """
    known = getattr(file, "_checked", {})
    if field not in known:
        try:
            made = field.make(file, field)
        except ValidationError as refusal:
            made = refusal
        known = file._checked = known | {field: made}
    if isinstance(known[field], ValidationError):
        raise known[field]
    return known[field]


def look_beforehand(files, model, models_of_rows):
    """Look into the `files` of a form before anything is locked, since that takes its time.

    What is wrong with one is said where the form is read.
    """
    for name, file in files.items():
        for each in models_of_rows if "-" in name else [model]:
            for field in each._meta.fields:
                if isinstance(field, Checked) and field.name == name.rpartition("-")[2]:
                    with suppress(ValidationError):
                        field.run_validators(file)
                        checked(file, field)


def was_refused(file):
    """Whether a field has looked into the file, and would not have it."""
    return getattr(file, "_refused", False)


class Checked:
    """A field for files that `make(file, field)` looks into and makes anew."""

    make = None

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if isinstance(value, FieldFile) and value and not value._committed:
            try:
                room.make_sure_of(value.size)
                checked(value.file, self)
            except ValidationError:
                value.file._refused = True
                raise
        return value
