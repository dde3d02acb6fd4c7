"""Shortcuts for views, like those of Django."""

from django.http import Http404

from jinhua_site.core.exceptions import Gone

from .models import Status


def get_published_or_410(published, **address):
    """Return the `published` record at an address; raise `Gone` if there was one before."""
    model = published.model
    try:
        return published.get(**address)
    except model.DoesNotExist:
        was_there = model.history.filter(status=Status.PUBLISHED, **address).exists()
        raise (Gone if was_there else Http404) from None
