"""allauth's forms, where the site asks for a little more."""

import unicodedata

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import audit


class FullWidthDigits:
    """Takes a code as a Chinese keyboard may write it: １２３４５６."""

    def clean_code(self):
        self.cleaned_data["code"] = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        return super().clean_code()


class CodeForm(FullWidthDigits, AuthenticateForm):
    """Somebody who knows the password gets few tries in a day, wherever they come from."""

    def clean_code(self):
        limit = {"action": "code_failed", "key": str(self.user.pk)}
        if not ratelimit.consume(context.request, **limit, dry_run=True):
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            return super().clean_code()
        except ValidationError:
            ratelimit.consume(context.request, **limit)
            if not ratelimit.consume(context.request, **limit, dry_run=True):
                name = self.user.get_username()
                audit.record_refusal(context.request, audit.Kind.LIMIT, name)
                get_adapter().send_notification_mail("accounts/mail/codes_tried", self.user)
            raise


class ConfirmCodeForm(FullWidthDigits, ReauthenticateForm):
    pass


class NewAppForm(FullWidthDigits, ActivateTOTPForm):
    pass


class PasskeyForm(AddWebAuthnForm):
    """A key that lets in by itself, unless its owner wants otherwise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].label = _("Name")


class OwnPasswordForm(ChangePasswordForm):
    def clean_password1(self):
        """Refuse the password that is there: who was given one would share it for good."""
        if self.cleaned_data["password1"] == self.cleaned_data.get("oldpassword"):
            raise get_adapter().validation_error("same_as_current")
        return self.cleaned_data["password1"]
