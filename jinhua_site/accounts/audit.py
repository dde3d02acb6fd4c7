"""The audit log: an entry in the database and a line in the log for each security event."""

import json
import logging
from datetime import UTC

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth import get_user_model
from django.db import transaction

from .models import AuditEntry

logger = logging.getLogger(__name__)
Kind = AuditEntry.Kind
SHOWN_OF_A_STRANGER = 3  # letters of an unknown user name, which may be a mistyped password


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
    known = get_user_model().objects.filter(username=typed).exists()
    record(request, kind, typed if known else f"{typed[:SHOWN_OF_A_STRANGER]}…")


def _write(entry):
    line = {name: getattr(entry, name) for name in ("kind", "who", "about", "address")}
    line["at"] = entry.at.astimezone(UTC).isoformat(timespec="seconds")
    logger.info("%s", json.dumps(line))  # in ASCII, so that an entry stays one line
