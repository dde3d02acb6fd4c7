"""Whether the public sees a record, and will see a proposal."""

from django.utils.translation import gettext as _

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.grammar import paragraph

from .form_data import name_of, row_of


def is_public(record):
    """Return whether a record is published, or its model has no drafts."""
    return not isinstance(record, Publishable) or record.status == Status.PUBLISHED


def publishes(data, before):
    """Return the status keys by which form data publishes what was not public `before`."""
    return [
        key
        for key, values in data.items()
        if name_of(key) == "status"
        and values[-1:] == [Status.PUBLISHED]  # the form takes the last value
        and before.get(key) != values[-1:]
    ]


def as_draft(data, before):
    return data | {key: [Status.DRAFT.value] for key in publishes(data, before)}


def what_the_public_sees(proposal, record, is_seen):
    """Return the end of a message on a proposal carried out: whether it is public now."""
    if is_seen:
        return paragraph([_("The public sees it now."), _drafts_within(proposal)])
    if not is_public(record):
        status = {"status": record.get_status_display()}
        return _("Its status is “%(status)s”: the public does not see it.") % status
    return _("The public does not see it: it is not marked public, or what it belongs to is not.")


def what_the_public_will_see(proposal):
    """Return the end of a message on an open proposal; empty if all of it will be public."""
    status = proposal.wanted.get("status", [Status.PUBLISHED])[-1]
    if status == Status.PUBLISHED:
        return _drafts_within(proposal)
    message = _("Its status is then “%(status)s”: the public does not see it.")
    return message % {"status": Status(status).label}


def _drafts_within(proposal):
    """Return a sentence on the parts proposed as drafts, or an empty string."""
    has_drafts = any(
        row_of(key)
        and name_of(key) == "status"
        and values[-1:] != [Status.PUBLISHED]
        and proposal.base.get(key) != values
        for key, values in proposal.wanted.items()
    )
    return _("The public does not see the drafts in it.") if has_drafts else ""
