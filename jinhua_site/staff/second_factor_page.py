"""The page on which a colleague sets up the second factor, or puts another in its place."""

import django_otp
import segno
from django.contrib import admin
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from . import audit, limits, notices, second_factor, sessions
from .confirming import confirmed
from .refusing import too_many
from .signing_in import CodeForm

NEW_KEY = "new_key"  # in the session, until a code has shown that the telephone holds it


@sensitive_post_parameters()
@confirmed
def set_up(request):
    """A key as a picture and in letters; once a code of it is right, the recovery codes."""
    key = request.session.get(NEW_KEY) or second_factor.new_key()
    request.session[NEW_KEY] = key
    device = second_factor.new_device(request.user, key)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        counted = limits.for_confirming(request)
        try:
            limits.take(counted)
        except limits.TooManyError as refusal:
            return too_many(request, refusal)
        if second_factor.is_right(device, form.cleaned_data["code"]):
            limits.give_back(counted)
            return _taken_up(request, device)
        form.add_error(
            "code", _("This is not the code of this key. Is the telephone’s clock right?")
        )
    context = {
        "title": _("Set up the second step"),
        "form": form,
        "picture": _picture(device.config_url),
        "key": second_factor.readable(device),
        "is_replacing": second_factor.device_of(request.user) is not None,
        "is_compulsory": second_factor.is_lacking(request),
    }
    return render(request, "staff/second_factor.html", admin.site.each_context(request) | context)


def show_codes(request, codes):
    """The recovery codes, this once."""
    context = admin.site.each_context(request) | {"title": _("Your recovery codes"), "codes": codes}
    return render(request, "staff/recovery_codes.html", context)


def new_codes(request):
    """Other recovery codes in place of the ones before."""
    codes = second_factor.new_codes(request.user)
    audit.record(request, audit.Kind.CODES, request.user.get_username())
    notices.changed(request.user, audit.Kind.CODES)
    return show_codes(request, codes)


def _taken_up(request, device):
    codes = second_factor.take_up(device)
    del request.session[NEW_KEY]
    django_otp.login(request, device)
    sessions.end_others(request)
    audit.record(request, audit.Kind.FACTOR, request.user.get_username())
    notices.changed(request.user, audit.Kind.FACTOR)
    return show_codes(request, codes)


def _picture(address):
    code = segno.make(address, error="m", micro=False)
    # Drawn in attributes, without a style; black on white in the dark too, or no camera reads it.
    return mark_safe(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S308
