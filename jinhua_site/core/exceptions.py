"""Exceptions that several rooms know."""

from django.http import Http404


class Gone(Http404):
    """What stood at an address has been taken out of public view."""
