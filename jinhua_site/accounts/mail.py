"""Mails to colleagues about their accounts, in both languages."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.core.languages import in_both_languages

logger = logging.getLogger(__name__)
# In a thread: neither the delay nor a failure of the mail server reveals who has an account.
sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send(template_prefix, address, context):
    """Send the text of a template, once the transaction is committed."""
    if not address:
        return
    context = {"now": timezone.localtime()} | context
    template = f"{template_prefix}_message.txt"
    subject = in_both_languages(lambda: _("Your account at the college’s website"))
    text = in_both_languages(lambda: render_to_string(template, context).strip(), between="\n\n\n")
    mail = EmailMessage(subject, text, to=[address])
    transaction.on_commit(partial(sender.submit, _deliver, mail))


def _deliver(mail):
    try:
        mail.send()
    except (SMTPException, OSError, ValueError):
        logger.exception("A mail about an account could not be sent.")
