"""Exceptions that several packages use."""

from django.http import Http404


class Gone(Http404):
    """What was published at an address has been withdrawn."""
