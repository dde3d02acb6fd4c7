"""allauth's forms, with the defaults and rules of this site."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext as _


class PasskeyForm(AddWebAuthnForm):
    """A passkey that replaces the password, unless its owner wants otherwise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].label = _("Name")


class OwnPasswordForm(ChangePasswordForm):
    def clean_password1(self):
        """Refuse the current password, which an administrator may have chosen and still know."""
        if self.cleaned_data["password1"] == self.cleaned_data.get("oldpassword"):
            raise get_adapter().validation_error("same_as_current")
        return self.cleaned_data["password1"]
