"""What a record from a spreadsheet breaks of its model's rules, by column."""

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from jinhua_site.core.languages import in_each_language


def broken_rules(record, columns, faults, touched):
    """The `faults` of its cells, and those of the record as a whole.

    Links and what is unique are left to whoever looked them up, and a rule that names none
    of the columns `touched` to the database: each would take a query for each record.
    """
    faults, model = dict(faults), type(record)
    texts = translator.get_options_for_model(model).all_fields
    every = {field.name for field in model._meta.fields}
    links = {field.name for field in model._meta.fields if field.is_relation}
    try:
        record.clean_fields(exclude=every - {*columns} | links | {*texts, *faults})
    except ValidationError as error:
        faults = error.update_error_dict(faults)
    for text in texts:
        pair = in_each_language(text)
        written = any(getattr(record, name) or name in faults for name in pair)
        if not (written or model._meta.get_field(text).blank):
            faults[pair[0]] = _("Write this in one of the languages at least.")
    for rule in model._meta.constraints:
        named = isinstance(rule, CheckConstraint) and rule.condition.referenced_base_fields
        if named and named & touched:
            others = every - named  # which make it slower
            try:
                rule.validate(model, record, exclude=others | {*faults})
            except ValidationError as error:
                faults[_columns_of(rule, record, columns, texts)] = error.messages
    if not faults:
        try:
            record.clean()
        except ValidationError as error:
            faults = error.update_error_dict(faults)
    return faults


def _columns_of(rule, record, columns, texts):
    """The columns that a broken rule is about: of a text, those where it is missing."""
    named = [name for name in columns if name in rule.condition.referenced_base_fields]
    bilingual = {column for text in texts for column in in_each_language(text)}
    missing = [name for name in named if name in bilingual and not getattr(record, name)]
    return ", ".join(missing or [name for name in named if name != "status"])
