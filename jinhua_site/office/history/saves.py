"""Who saved a record and its parts, and when: the versions that one save wrote go together."""

from datetime import timedelta
from operator import attrgetter

# The versions that one save writes follow each other within this time.
ONE_SAVE = timedelta(seconds=1)


class Save:
    """The versions that one save wrote of a record and of its parts, oldest first."""

    def __init__(self, version):
        self.versions = [version]
        self.changes, self.reason = [], ""  # for the page that shows it

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
        """The version of the record itself that it left; none where it wrote parts only."""
        own = [version for version in self.versions if not version.link]
        return own[-1] if own else None

    def pairs(self):
        """What was before and what it left: of the record first, and then of each part."""
        ends = {}
        for version in sorted(self.versions, key=lambda version: bool(version.link)):
            key = version.instance_type, version.id
            ends[key] = ends.get(key, (version.before,))[0], version
        return [*ends.values()]


def saves(model, number, parts=()):
    """The saves of a record, and of its parts of these kinds, newest first."""
    versions = _versions(model, {"id": number})
    for link in [related.field for related in model._meta.related_objects]:
        if link.model in parts:
            # A part that has come from another record, or gone to one, is told of at both.
            here = link.model.history.filter(**{link.attname: number}).values("id")
            versions += _versions(link.model, {"id__in": here}, link)
    found = []
    for version in sorted(versions, key=attrgetter("history_date")):
        if found and found[-1].includes(version):
            found[-1].versions.append(version)
        else:
            found.append(Save(version))
    return found[::-1]


def _versions(model, chosen, link=None):
    """The versions of records, oldest first, each with the one `before` it, and its `link`."""
    rows = model.history.filter(**chosen).select_related("history_user")
    found, last = [*rows.order_by("history_date", "history_id")], {}
    for version in found:
        version.link, version.before = link, last.get(version.id)
        last[version.id] = version
    return found
