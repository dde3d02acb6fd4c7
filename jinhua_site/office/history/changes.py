"""The differences between two versions, in words."""

from collections import defaultdict
from typing import NamedTuple

from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import in_words, label, language, names_in


class FieldChange(NamedTuple):
    label: str
    language: str | None  # its HTML code, if the text is in one language
    old: str
    new: str


class Change(NamedTuple):
    """What happened to a record or to one of its parts."""

    kind: str  # created, brought back or deleted; empty if it was edited
    part: str  # its name; empty for the record itself
    part_kind: str
    fields: list


def describe(saves, record):
    """Add to each save its changes; the number of queries does not grow with the saves."""
    owners = [(save, pair) for save in saves for pair in save.pairs()]
    differences = changes([pair for _save, pair in owners], record)
    for (save, _pair), change in zip(owners, differences, strict=True):
        if change:
            save.changes.append(change)


def changes(pairs, record):
    """Return how the second version of each pair differs from the first; None if it does not.

    The versions are of `record` or of its parts. Either of a pair may be None.
    """
    versions = [version for pair in pairs for version in pair]
    held = _contents([version for version in versions if version and version.history_type != "-"])
    names = names_in(held.values())
    return [_change(before, after, held, names, record) for before, after in pairs]


def _change(before, after, held, names, record):
    version, part, kind = after or before, "", ""
    old, new = held.get(before, {}), held.get(after, {})
    fields = [field for field in old | new if old.get(field) != new.get(field)]
    if version.link:
        part = version.history_object
        setattr(part, version.link.name, record)
    if not new:
        kind, new, old = _("deleted"), old, {}
    elif not old:
        kind = _("brought back") if before else _("created")
    elif not fields:
        return None
    if kind:  # a part's link to its record need not be shown
        fields = [field for field in fields if field is not version.link]
    rows = [_field_change(field, old.get(field), new.get(field), names) for field in fields]
    return Change(kind, str(part), str(version.instance_type._meta.verbose_name), rows)


def _field_change(field, old, new, names):
    texts = in_words(field, old, names), in_words(field, new, names)
    return FieldChange(label(field), language(field), *texts)


def _contents(versions):
    """Return the editable values of each version, many-to-many fields last."""
    by_model, held = defaultdict(list), {}
    for version in versions:
        by_model[version.instance_type].append(version)
        held[version] = {
            field: None if (value := getattr(version, field.attname)) == "" else value
            for field in version.tracked_fields
            if field.editable and not field.primary_key
        }
    for model, of_model in by_model.items():
        for field in model._meta.local_many_to_many:
            links = links_of(of_model, field)
            for version in of_model:
                held[version][field] = tuple(sorted(links[version.pk])) or None
    return held


def links_of(versions, field):
    """Return the keys that a many-to-many field links to, by the key of the version."""
    target = f"{field.m2m_reverse_field_name()}_id"
    rows = getattr(type(versions[0]), field.name).model.objects
    links = defaultdict(list)
    for number, linked in rows.filter(history__in=versions).values_list("history_id", target):
        links[number].append(linked)
    return links
