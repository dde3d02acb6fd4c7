"""The audit log: an entry in the database and a line in the log for each thing that matters."""

import json
import logging
from datetime import UTC

from allauth.account.adapter import get_adapter
from django.contrib.auth import get_user_model
from django.db import transaction

from .models import AuditEntry

logger = logging.getLogger(__name__)
Kind = AuditEntry.Kind
SHOWN_OF_A_STRANGER = 3  # letters of a user name that nobody has: it may be somebody's password


def record(request, kind, about="", user=None):
    """Note that the colleague who is signed in, or `user`, has done something."""
    user = user or (getattr(request, "user", None) if request else None)
    entry = AuditEntry.objects.create(
        kind=kind,
        who=user.get_username() if user else "",
        about=str(about)[:250],
        address=get_adapter().get_client_ip(request) if request else "",
    )
    # Not before it is true: what is tried out is taken back.
    transaction.on_commit(lambda: _write(entry))


def record_refusal(request, kind, typed):
    """Note that somebody was refused under the user name that they typed."""
    known = get_user_model().objects.filter(username=typed).exists()
    record(request, kind, typed if known else f"{typed[:SHOWN_OF_A_STRANGER]}…")


def _write(entry):
    line = {name: getattr(entry, name) for name in ("kind", "who", "about", "address")}
    line["at"] = entry.at.astimezone(UTC).isoformat(timespec="seconds")
    logger.info("%s", json.dumps(line))  # in ASCII, so that a line stays one line
