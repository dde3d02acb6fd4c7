"""The saves of a record: the versions that each wrote, and how these differ, in words."""

from collections import defaultdict
from datetime import timedelta
from operator import attrgetter
from typing import NamedTuple

from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import in_words, label, language, names_in

# The versions of one save are no further apart than this, on a busy machine too.
ONE_SAVE = timedelta(seconds=3)


class FieldChange(NamedTuple):
    label: str
    language: str | None  # its HTML code, if the text is in one language
    old: str
    new: str
    both: bool = False  # in a proposal, whether a colleague has changed it otherwise


class Change(NamedTuple):
    """What happened to a record or to one of its parts."""

    kind: str  # created, brought back or deleted; empty if it was edited
    part: str  # its name; empty for the record itself
    part_kind: str
    fields: list


class Save:
    """The versions that one save wrote of a record and of its parts, oldest first."""

    def __init__(self, version):
        self.versions = [version]
        self.changes, self.reason = [], ""  # filled in for the page

    def includes(self, version):
        return (
            version.history_user_id == self.last.history_user_id
            and version.history_change_reason == self.last.history_change_reason
            and version.history_date - self.last.history_date <= ONE_SAVE
        )

    @property
    def last(self):
        return self.versions[-1]

    @property
    def own(self):
        """Return the record's own version, or None if the save wrote parts only."""
        return next((version for version in self.versions[::-1] if not version.link), None)

    def pairs(self):
        """Return (before, after) of the record, then of each part."""
        ends = {}
        for version in sorted(self.versions, key=lambda version: bool(version.link)):
            key = version.instance_type, version.id
            ends[key] = ends.get(key, (version.before,))[0], version
        return [*ends.values()]


def saves(model, number, parts=()):
    """Return the saves of a record and of its `parts`, which are models; newest first."""
    versions = _versions(model, {"id": number})
    for link in [related.field for related in model._meta.related_objects]:
        if link.model in parts:
            # A part that moved between two records is in the history of both.
            here = link.model.history.filter(**{link.attname: number}).values("id")
            versions += _versions(link.model, {"id__in": here}, link)
    grouped = []
    for version in sorted(versions, key=attrgetter("history_date")):
        if grouped and grouped[-1].includes(version):
            grouped[-1].versions.append(version)
        else:
            grouped.append(Save(version))
    return grouped[::-1]


def _versions(model, chosen, link=None):
    """Return versions, oldest first, each with its `link` and the version `before` it."""
    rows = model.history.filter(**chosen).select_related("history_user")
    versions, last = [*rows.order_by("history_date", "history_id")], {}
    for version in versions:
        version.link, version.before = link, last.get(version.id)
        last[version.id] = version
    return versions


# Differences


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
    rows = [
        FieldChange(
            label(field),
            language(field),
            in_words(field, old.get(field), names),
            in_words(field, new.get(field), names),
        )
        for field in fields
        if not (kind and field is version.link)  # a part's link to its record need not be shown
    ]
    return Change(kind, str(part), str(version.instance_type._meta.verbose_name), rows)


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
