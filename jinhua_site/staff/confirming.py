"""The password once more, before somebody changes what protects an account."""

import time
from functools import wraps

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from . import audit, carrying, limits
from .refusing import too_many
from .session_store import MARKS

LASTS = 10 * 60  # seconds


def is_recent(request):
    return time.time() - request.session.get(MARKS, {}).get("confirmed", 0) < LASTS


def confirmed(view):
    """A page for somebody who has given their password a short while ago, or else gives it now."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        return view(request, *args, **kwargs) if is_recent(request) else ask(request)

    return inner


def ask(request):
    """The way to the page that asks for the password; what was sent is carried along."""
    if request.method != "POST":
        address = request.get_full_path()
        return redirect(reverse("admin:staff_confirm", query={"next": address}))
    return _page(request, ConfirmForm(request), carried=carrying.packed(request))


def check(request, password):
    """Refuse a password that is not one's own, and too many of them."""
    counted = limits.for_confirming(request)
    limits.take(counted)
    if not request.user.check_password(password):
        audit.record(request, audit.Kind.REFUSED, request.user.get_username())
        raise ValidationError(_("This is not your password."), code="password_incorrect")
    limits.give_back(counted)


class ConfirmForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self):
        check(self.request, self.cleaned_data["password"])


@sensitive_post_parameters()
def confirm(request):
    form = ConfirmForm(request, request.POST or None)
    try:
        is_right = form.is_valid()
    except limits.TooManyError as refusal:
        return too_many(request, refusal)
    carried = request.POST.get("carried", "")
    if not is_right:
        return _page(request, form, carried, request.GET.get("next", ""))
    request.session[MARKS] |= {"confirmed": int(time.time())}
    request.session.cycle_key()
    return carrying.send_again(request, carried) or HttpResponseRedirect(_after(request))


def _page(request, form, carried="", after=""):
    context = admin.site.each_context(request) | {
        "title": _("Your password once more"),
        "words": _("What comes next protects an account. Give your password to go on."),
        "form": form,
        "action": reverse("admin:staff_confirm", query={"next": after} if after else None),
        "button": _("Go on"),
        "carried": carried,
    }
    return render(request, "staff/sign_in.html", context)


def _after(request):
    after = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
    return after if ours else reverse("admin:index")
