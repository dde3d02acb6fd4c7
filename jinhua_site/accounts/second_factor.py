"""Who needs a second factor, and how to take away a lost one."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.conf import settings
from django.utils.translation import gettext as _

from . import audit, sessions
from .roles import may_publish


def is_lacking(user):
    return settings.SECOND_FACTOR_REQUIRED and may_publish(user) and not is_mfa_enabled(user)


def take_away(user, request=None):
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
