"""The audit log: an entry in the database and a line in the log for each thing that matters."""

import json
import logging
import unicodedata
from datetime import UTC

from django.contrib.auth import get_user_model
from django.db import transaction

from .models import AuditEntry
from .network import address_of

logger = logging.getLogger(__name__)
Kind = AuditEntry.Kind
SHOWN_OF_A_STRANGER = 3  # letters of a user name that nobody has: it may be somebody's password


def record(request, kind, about="", user=None):
    """Note that the colleague who is signed in, or `user`, has done something."""
    user = user or (getattr(request, "user", None) if request else None)
    entry = AuditEntry.objects.create(
        kind=kind,
        who=_plain(user.get_username() if user else "", 150),
        about=_plain(str(about), 250),
        address=address_of(request) if request else "",
    )
    # Not before it is true: what is tried out is taken back.
    transaction.on_commit(lambda: _write(entry))


def record_refusal(request, kind, typed):
    """Note that somebody was refused under the user name that they typed."""
    known = get_user_model().objects.filter(username=typed).exists()
    record(request, kind, typed if known else f"{typed[:SHOWN_OF_A_STRANGER]}…")


def _write(entry):
    told = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        "kind": str(entry.kind),
        "who": entry.who,
        "about": entry.about,
        "address": entry.address,
    }
    logger.info("%s", json.dumps(told))  # in ASCII, so that a line stays one line


def _plain(text, most):
    """`text` of bearable length; what would break a line or turn its direction is spelt out."""
    plain = "".join(
        each if each == " " or unicodedata.category(each)[0] not in "CZ" else _spelt_out(each)
        for each in text[:most]
    )
    return plain[:most]


def _spelt_out(letter):
    return letter.encode("unicode_escape").decode()
