"""Refuses admin addresses with a number too long for the database."""

import re

from django.core.exceptions import BadRequest
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

TEXTS = {"q", "value"}  # free text, of any length
OVERLONG = re.compile(r"[0-9]{19,}")  # 64 bits hold every number of 18 digits


def refuse_overlong_numbers(get_response):
    def refuse(request):
        if request.path_info.startswith(reverse("admin:index")):
            if OVERLONG.search(request.path_info):
                raise Http404
            numbers = [value for name, value in request.GET.items() if name not in TEXTS]
            if any(OVERLONG.fullmatch(number) for number in numbers):
                raise BadRequest(_("A number in this address is too long."))
        return get_response(request)

    return refuse
