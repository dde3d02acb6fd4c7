"""The saves of a record: groups the versions that one save wrote."""

from datetime import timedelta
from operator import attrgetter

# The versions of one save are no further apart than this, on a busy machine too.
ONE_SAVE = timedelta(seconds=3)


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
        own = [version for version in self.versions if not version.link]
        return own[-1] if own else None

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
