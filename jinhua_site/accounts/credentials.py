"""Passwords and second factors: which are refused, who needs what, and what follows."""

import re

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.conf import settings
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import audit, sessions
from .models import GivenPassword
from .roles import may_publish

LEAST = 8  # different characters
# Words that others would try first, also repeated or followed by a year.
COLLEGE = "jinhua|polytechnic|zhejiang|college|university|wfcp|金华|职业|技术|学院|大学|浙江"
KEYS = "password|qwertyuiop|asdfgh|abcdefghijklm|1234567890|0987654321|12345678|12345|54321"
LIKELY = re.compile(f"{COLLEGE}|{KEYS}", re.IGNORECASE)


class NotLikelyValidator:
    """Refuse a password with few different characters besides the likely words."""

    def validate(self, password, user=None):
        if len({*LIKELY.sub("", password).lower()}) < LEAST:
            raise ValidationError(
                _("Others would try this one soon. Take words that do not belong together."),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Several words in a row, with spaces between them, are long and easy to remember.")


class OwnPasswordForm(ChangePasswordForm):
    def clean_password1(self):
        """Refuse the current password, which an administrator may have chosen and still know."""
        if self.cleaned_data["password1"] == self.cleaned_data.get("oldpassword"):
            raise get_adapter().validation_error("same_as_current")
        return self.cleaned_data["password1"]


class GivenPasswordForm(AdminPasswordChangeForm):
    """Set a colleague's password, after which Django ends the older sessions."""

    def save(self, commit=True):
        user = super().save(commit)
        if user != context.request.user:
            GivenPassword.objects.get_or_create(user=user)
        audit.record(context.request, audit.Kind.PASSWORD, user)
        get_adapter().send_notification_mail("account/email/password_changed", user)
        return user


def lacks_second_factor(user):
    return settings.SECOND_FACTOR_REQUIRED and may_publish(user) and not is_mfa_enabled(user)


def take_away_second_factor(user, request=None):
    """Let `user` in with the password alone. Return whether there was anything to take away."""
    deleted, _models = Authenticator.objects.filter(user=user).delete()
    if deleted:
        sessions.end(user)
        audit.record(request, audit.Kind.NO_FACTOR, user)
        get_adapter().send_notification_mail("accounts/mail/factor_taken_away", user)
    return deleted > 0


class PasskeyForm(AddWebAuthnForm):
    """A passkey that replaces the password, unless its owner wants otherwise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].label = _("Name")
