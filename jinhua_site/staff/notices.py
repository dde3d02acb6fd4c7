"""Tells a colleague by mail that something has changed that protects their account."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jinhua_site.languages import in_both_languages

from .audit import Kind

logger = logging.getLogger(__name__)


def changed(user, kind):
    """Tell of a change that has its own kind in the audit log."""
    sentences = {
        Kind.PASSWORD: lambda: _("Your password was changed."),
        Kind.FACTOR: lambda: _("A telephone was set up for the second step of signing in."),
        Kind.NO_FACTOR: lambda: _("The second step of signing in was taken away."),
        Kind.CODES: lambda: _("New recovery codes were made; the ones before are void."),
    }
    _tell(user, sentences[kind])


def address_changed(user, before):
    """Tell it to the address before: whoever reads the new one knows."""
    _tell(user, lambda: _("Another e-mail address was given to your account."), before)


def codes_were_tried(user):
    _tell(
        user,
        lambda: _(
            "Somebody who knows your password has tried code after code. Change your password."
        ),
    )


def recovery_code_was_used(user, left):
    _tell(
        user,
        lambda: (
            ngettext(
                "A recovery code was used to sign in; %d is left.",
                "A recovery code was used to sign in; %d are left.",
                left,
            )
            % left
        ),
    )


def _tell(user, sentence, address=None):
    """Send it once it is true; where mail does not work, the change stands nevertheless."""
    address = user.email if address is None else address
    if not address:
        return
    now = timezone.localtime()

    def text():
        time = date_format(now, "DATETIME_FORMAT")
        end = _("If that was not you, tell an administrator of the website at once.")
        return f"{sentence()}\n{user.get_username()} · {time}\n\n{end}"

    subject = in_both_languages(lambda: _("Your account at the college’s website"))
    mail = EmailMessage(subject, in_both_languages(text, between="\n\n\n"), to=[address])
    transaction.on_commit(lambda: _send(mail))


def _send(mail):
    try:
        mail.send()
    except (SMTPException, OSError, ValueError):
        logger.exception("A notice to a colleague could not be sent.")
