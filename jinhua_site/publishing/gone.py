"""What was public once and is no more: its address says so, where a mistyped one has no page."""

from django.http import Http404

from .models import Status


class Gone(Http404):
    """What stood at an address has been taken out of public view."""


def published_or_gone(published, **address):
    """The one of the `published` records at an address; `Gone` where there was one before."""
    model = published.model
    try:
        return published.get(**address)
    except model.DoesNotExist:
        was_there = model.history.filter(status=Status.PUBLISHED, **address).exists()
        raise (Gone if was_there else Http404) from None
