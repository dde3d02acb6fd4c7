"""Limit the size of request bodies before any of them is read.

Django writes uploaded files to the disk as soon as code accesses `request.POST`. nginx has
the same limits.
"""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from . import errors

KIB = 1024
FROM_ANYBODY = 64 * KIB
FROM_STAFF = 32 * KIB * KIB  # a document of 20 MB and a picture of 10 MB


class BodyLimits:
    """Runs after authentication, since only colleagues may send much."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "HTTP_TRANSFER_ENCODING" in request.META:  # nginx sends the length instead
            return errors.answer(request, 411)
        length = request.META.get("CONTENT_LENGTH", "")
        length = int(length) if length.isdecimal() else 0  # as Django reads it
        if length <= FROM_ANYBODY:
            return self.get_response(request)
        if length > FROM_STAFF or not errors.in_the_office(request):
            return errors.answer(request, 413)
        if not request.user.is_authenticated:
            return errors.answer(request, 413, fault=errors.SIGNED_OUT)
        return self.get_response(request) if request.user.is_staff else errors.answer(request, 413)


@never_cache
def may_send(request):
    """Tell nginx whether the user may send more than a visitor."""
    return HttpResponse(status=204 if request.user.is_staff else 403)
