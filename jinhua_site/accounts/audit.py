"""The audit log: what is recorded of accounts and of what they protect, and what follows.

Each entry is a row in the database and a line in the log.
"""

import json
import logging
from datetime import UTC, timedelta
from functools import partial

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from simple_history.signals import post_create_historical_record

from jinhua_site.content.models import Publishable, Status

from . import sessions
from .models import AuditEntry, GivenPassword

logger = logging.getLogger(__name__)
Kind = AuditEntry.Kind
SHOWN_OF_A_STRANGER = 3  # letters of an unknown user name, which may be a mistyped password
MANY_CODES = 10  # wrong ones within a day, after which the user gets a mail
RECOVERY = Authenticator.Type.RECOVERY_CODES


def record(request, kind, about="", user=None):
    """Record what the signed-in colleague, or `user`, has done."""
    user = user or (getattr(request, "user", None) if request else None)
    entry = AuditEntry.objects.create(
        kind=kind,
        who=user.get_username() if user else "",
        about=str(about)[:250],
        address=(request and get_client_ip(request)) or "",
    )
    # Only after the commit, since a dry run is rolled back.
    transaction.on_commit(lambda: _write(entry))


def record_refusal(request, kind, typed):
    """Record a refusal of somebody who typed this user name."""
    known = User.objects.filter(username=typed).exists()
    record(request, kind, typed if known else f"{typed[:SHOWN_OF_A_STRANGER]}…")


def _write(entry):
    line = {name: getattr(entry, name) for name in ("kind", "who", "about", "address")}
    line["at"] = entry.at.astimezone(UTC).isoformat(timespec="seconds")
    logger.info("%s", json.dumps(line))  # in ASCII, so that an entry stays one line


# What happens, and what follows


def note(kind, request, user, authenticator=None, **kwargs):
    if user:
        record(request, kind, f"{user}: {authenticator.type}" if authenticator else user)


def signed_in(request, user, **kwargs):
    ways = [way.get("type", way["method"]) for way in get_authentication_records(request, user)]
    record(request, Kind.SIGNED_IN, ": ".join([str(user), *ways[-1:]]))


def refused(request, credentials, **kwargs):
    record_refusal(request, Kind.REFUSED, credentials.get("username", ""))


def code_refused(request, user, **kwargs):
    record(request, Kind.CODE_REFUSED, user)
    since = timezone.now() - timedelta(days=1)
    of_user = AuditEntry.objects.filter(kind=Kind.CODE_REFUSED, about=user, at__gt=since)
    if of_user.count() == MANY_CODES:
        get_adapter().send_notification_mail("accounts/mail/codes_tried", user)


def password_chosen(request, user, **kwargs):
    record(request, Kind.PASSWORD, user)
    GivenPassword.objects.filter(user=user).delete()


def factor_added(request, user, authenticator, **kwargs):
    """End the sessions that began without the new factor."""
    note(Kind.FACTOR, request, user, authenticator)
    if authenticator.type != RECOVERY:
        sessions.end(user, but=request.session.session_key)


def factor_used(request, user, authenticator, **kwargs):
    if authenticator.type == RECOVERY:
        authenticator.refresh_from_db()
        left = len(authenticator.wrap().get_unused_codes())
        record(request, Kind.CODE_USED, user)
        mail = "accounts/mail/recovery_code_used"
        get_adapter().send_notification_mail(mail, user, {"left": left})


def user_deleted(sender, instance, **kwargs):
    if sender is User:
        record(context.request, Kind.ACCOUNT, f"{instance}: deleted")


def version_written(instance, history_instance, **kwargs):
    """Compare a new version of a record with the one before; shipped content has no user."""
    user = history_instance.history_user
    if not isinstance(instance, Publishable) or not user:
        return
    before = history_instance.prev_record
    was_public = before is not None and before.status == Status.PUBLISHED
    is_public = instance.status == Status.PUBLISHED and history_instance.history_type != "-"
    if is_public != was_public:
        kind = Kind.PUBLISHED if is_public else Kind.UNPUBLISHED
        about = f"{instance._meta.label_lower} {instance.pk}: {instance}"
        # There is no request when a scheduled proposal takes effect.
        record(context.request, kind, about, user=user)


RECEIVERS = [
    (user_logged_in, sessions.begin),
    (account.user_logged_in, signed_in),
    (user_logged_out, partial(note, Kind.SIGNED_OUT)),
    (user_login_failed, refused),
    (account.password_changed, password_chosen),
    (account.password_set, password_chosen),
    (account.password_reset, password_chosen),
    (mfa.authenticator_added, factor_added),
    (mfa.authenticator_removed, partial(note, Kind.NO_FACTOR)),
    (mfa.authenticator_reset, partial(note, Kind.CODES)),
    (mfa.authenticator_used, factor_used),
    (mfa.authentication_failed, code_refused),
    (post_delete, user_deleted),
    (post_create_historical_record, version_written),
]
