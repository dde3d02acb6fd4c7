"""What differs between two versions, in words."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import FileField
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import NOTHING, in_words, label, language, names_in


class FieldChange(NamedTuple):
    label: str
    language: str | None  # as HTML names it, of a text in one language
    old: str
    new: str

    @property
    def only(self):
        """The one value there is, of what was created or deleted."""
        return self.old if self.new == NOTHING else self.new


class Change(NamedTuple):
    """What became of a record or of one of its parts."""

    kind: str
    is_compared: bool  # there is a before and an after
    part: str  # its name; empty for the record itself
    part_kind: str
    fields: list


def describe(saves, record):
    """Say of each save what it changed: in as many queries for one as for fifty."""
    owners = [(save, pair) for save in saves for pair in save.pairs()]
    found = changes([pair for _save, pair in owners], record)
    for (save, _pair), change in zip(owners, found, strict=True):
        if change:
            save.changes.append(change)


def changes(pairs, record):
    """How the second version of each pair differs from the first; none where it does not.

    They are of `record` or of its parts, and either may be missing.
    """
    held = _contents([each for pair in pairs for each in pair if _is_there(each)])
    names = names_in(held.values())
    return [_change(before, after, held, names, record) for before, after in pairs]


def _is_there(version):
    return version is not None and version.history_type != "-"


def _change(before, after, held, names, record):
    version, part = after or before, ""
    old, new = held.get(before, {}), held.get(after, {})
    fields = [field for field in old | new if old.get(field) != new.get(field)]
    if not fields and old and new:
        return None
    if version.link:
        part = version.history_object
        setattr(part, version.link.name, record)
        if not (old and new):  # what it belongs to goes without saying
            fields = [field for field in fields if field != version.link]
    return Change(
        kind=_kind(before, after),
        is_compared=bool(old and new),
        part=str(part),
        part_kind=str(version.instance_type._meta.verbose_name),
        fields=[_field_change(field, old.get(field), new.get(field), names) for field in fields],
    )


def _field_change(field, old, new, names):
    texts = in_words(field, old, names), in_words(field, new, names)
    return FieldChange(label(field), language(field), *texts)


def _kind(before, after):
    if not _is_there(after):
        return _("deleted")
    if _is_there(before):
        return _("changed")
    return _("brought back") if before else _("created")


def _contents(versions):
    """What each version holds in the fields that a person fills in, links to many last."""
    by_model, held = defaultdict(list), {}
    for version in versions:
        by_model[version.instance_type].append(version)
        held[version] = {
            field: _value(field, version)
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
    """The numbers of what versions of one model link to by a field, by the version's number."""
    target = f"{field.m2m_reverse_field_name()}_id"
    rows = getattr(type(versions[0]), field.name).model.objects
    links = defaultdict(list)
    for number, linked in rows.filter(history__in=versions).values_list("history_id", target):
        links[number].append(linked)
    return links


def _value(field, version):
    """The value without what nobody sees: a browser's line ends, no text but an empty one."""
    value = getattr(version, field.attname)
    if isinstance(field, FileField):
        value = str(value or "")
    if isinstance(value, str) and "\r\n" in value:  # others may be more than text
        value = value.replace("\r\n", "\n")
    return None if value == "" else value
