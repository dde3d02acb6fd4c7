"""Signing in: the password, then a code where somebody has set up a second factor."""

import time

import django_otp
from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from . import audit, carrying, known_devices, limits, notices, second_factor, sessions
from .refusing import too_many

HALF = "half"  # in a session: whose password was right, and what they were about to do
HALF_LASTS = 10 * 60  # seconds


class SignInForm(AdminAuthenticationForm):
    def clean(self):
        """Django's check of the password, as often as the limits allow."""
        typed = self.cleaned_data.get("username")
        if not typed or not self.cleaned_data.get("password"):
            return self.cleaned_data
        counted = limits.for_signing_in(self.request, typed)
        is_last = limits.take(counted)
        try:
            cleaned = super().clean()
        except ValidationError:
            audit.record_refusal(self.request, audit.Kind.REFUSED, typed)
            if is_last:
                audit.record_refusal(self.request, audit.Kind.LIMIT, typed)
            raise
        limits.give_back(counted)
        return cleaned


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "staff/sign_in.html"

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except limits.TooManyError as refusal:
            return too_many(request, refusal)

    def form_valid(self, form):
        """In at once, or on to the code: until that is given, nobody is signed in."""
        request, user = self.request, form.get_user()
        to, carried = self.get_success_url(), request.POST.get("carried", "")
        if not second_factor.device_of(user):
            return _enter(request, user, to, carried)
        request.session.flush()
        request.session[HALF] = {
            "user": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "since": time.time(),
            "to": to,
            "carried": carried,
        }
        request.session.set_expiry(HALF_LASTS)
        return redirect("admin:staff_code")

    def get_context_data(self, **kwargs):
        given = self.request.POST.get("carried", "")
        return super().get_context_data(**kwargs) | around_signing_in(self.request, given)


def around_signing_in(request, carried="", words=""):
    """What the page with the two fields stands in."""
    return admin.site.each_context(request) | {
        "title": _("Log in"),
        "action": request.get_full_path(),
        "button": _("Log in"),
        "carried": carried,
        "words": words,
    }


def signed_out(request, carried=""):
    """What somebody sent after their session had ended, kept until they are back."""
    after = {} if carried else {"next": request.get_full_path()}
    context = around_signing_in(request, carried or carrying.packed(request)) | {
        "title": _("You have been signed out"),
        "words": _(
            "Your session had ended, so this is not saved yet. It is not lost: it is kept on "
            "this page. Sign in here, then send it again."
        ),
        "form": SignInForm(request),
        "action": reverse("admin:login", query=after),
    }
    return render(request, "staff/sign_in.html", context, status=403)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


@sensitive_post_parameters()
@csrf_protect
@never_cache
def code(request):
    """The second step: six digits from the telephone, or one of the recovery codes."""
    half, user = _half(request)
    if not user or "again" in request.POST:
        carried = request.POST.get("carried")
        return signed_out(request, carried) if carried else redirect("admin:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            used = _try(request, user, form.cleaned_data["code"])
        except limits.TooManyError as refusal:
            return too_many(request, refusal)
        if used:
            return _enter(request, user, half["to"], half["carried"], used)
        form.add_error("code", _("This code is not right, or it was used already."))
    context = around_signing_in(request, half["carried"]) | {
        "title": _("The second step"),
        "words": _(
            "Write the six digits that the app on your telephone shows now, or one of your "
            "recovery codes."
        ),
        "form": form,
        "again": reverse("admin:login"),
    }
    return render(request, "staff/sign_in.html", context)


def _half(request):
    """Who has given the right password a short while ago, and what they were about to do."""
    half = request.session.get(HALF)
    if not half or time.time() - half["since"] > HALF_LASTS:
        return None, None
    user = get_user_model().objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    same = user and constant_time_compare(user.get_session_auth_hash(), half["password"])
    return (half, user) if same else (None, None)


def _try(request, user, text):
    counted = limits.for_code(request, user)
    is_last = limits.take(counted)
    used = second_factor.used(user, text)
    if used:
        limits.give_back(counted)
        return used
    audit.record_refusal(request, audit.Kind.CODE_REFUSED, user.get_username())
    if is_last:
        audit.record_refusal(request, audit.Kind.LIMIT, user.get_username())
        notices.codes_were_tried(user)
    return ""


def _enter(request, user, to, carried, used=""):
    """Begin a session that has nothing of the one before; go where the colleague wanted to."""
    half = request.session.get(HALF)
    request.session.flush()
    login(request, user, backend=half and half["backend"])
    if used:
        django_otp.login(request, second_factor.device_of(user))
    audit.record(request, audit.Kind.SIGNED_IN, used)
    if used == "recovery":
        left = user.recovery_codes.count()
        audit.record(request, audit.Kind.CODE_USED, user.get_username())
        notices.recovery_code_was_used(user, left)
    sessions.remove_expired()
    response = carrying.send_again(request, carried) or HttpResponseRedirect(to)
    known_devices.remember(request, response, user)
    return response
