"""Writes down what happens to accounts, as Django and allauth tell it."""

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed

from . import audit, sessions
from .audit import Kind
from .models import GivenPassword

RECOVERY = Authenticator.Type.RECOVERY_CODES


def watch():
    account.user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_refused)
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_password_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_codes_made)
    mfa.authenticator_used.connect(_factor_used)
    mfa.authentication_failed.connect(_code_refused)


def _signed_in(request, user, **kwargs):
    used = [record.get("type", "") for record in get_authentication_records(request, user)]
    audit.record(request, Kind.SIGNED_IN, used[-1] if used else "")


def _signed_out(request, user, **kwargs):
    if user:
        audit.record(request, Kind.SIGNED_OUT, user=user)


def _refused(request, credentials, **kwargs):
    audit.record_refusal(request, Kind.REFUSED, credentials.get("username", ""))


def _password_changed(request, user, **kwargs):
    """Let whoever has chosen the password themselves go on; all else of theirs has ended."""
    GivenPassword.objects.filter(user=user).delete()
    request.session[sessions.GIVEN] = False
    sessions.end(user, but=request.session.session_key)
    audit.record(request, Kind.PASSWORD, user.get_username())


def _factor_added(request, user, authenticator, **kwargs):
    if authenticator.type == RECOVERY:
        audit.record(request, Kind.CODES, user.get_username())
    else:
        sessions.end(user, but=request.session.session_key)
        audit.record(request, Kind.FACTOR, f"{user.get_username()}: {authenticator.type}")


def _factor_removed(request, user, authenticator, **kwargs):
    if authenticator.type != RECOVERY:
        audit.record(request, Kind.NO_FACTOR, f"{user.get_username()}: {authenticator.type}")


def _codes_made(request, user, **kwargs):
    audit.record(request, Kind.CODES, user.get_username())


def _factor_used(request, user, authenticator, **kwargs):
    if authenticator.type == RECOVERY:
        authenticator.refresh_from_db()
        left = len(authenticator.wrap().get_unused_codes())
        audit.record(request, Kind.CODE_USED, user.get_username())
        get_adapter().send_notification_mail(
            "accounts/mail/recovery_code_used", user, {"left": left}
        )


def _code_refused(request, user, **kwargs):
    audit.record_refusal(request, Kind.CODE_REFUSED, user.get_username())
