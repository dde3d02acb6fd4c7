"""Adapt allauth: its limits, its mails, its redirects, its encryption."""

import logging
import unicodedata
from base64 import b32encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from secrets import token_bytes
from smtplib import SMTPException
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.core.languages import in_both_languages

from . import audit, sessions

logger = logging.getLogger(__name__)
# In a thread: neither the delay nor a failure of the mail server reveals who has an account.
sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


class AccountAdapter(DefaultAccountAdapter):
    def pre_authenticate(self, request, **credentials):
        """Limit tries by user name and address together: nobody can lock a colleague out."""
        typed = credentials.get("username", "")
        name = unicodedata.normalize("NFKC", typed).casefold()
        limit = {"app": "allauth.account", "key": f"{name} at {ratelimit.get_ip(request)}"}
        # allauth takes this usage back after a successful sign-in.
        usage = ratelimit.consume(request, action="password_failed", **limit)
        self._login_failed_rl_usage = usage
        if not usage:
            if ratelimit.consume(request, action="limit_noted", **limit):
                audit.record_refusal(request, audit.Kind.LIMIT, typed)
            raise self.validation_error("too_many_login_attempts")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Require it only some time after the sign-in."""
        return sessions.age(context.request.session) >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request):
        return reverse("account_overview")

    def get_reset_password_from_key_url(self, key):
        """Return a link at `SITE_URL`, whatever host the request named."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        self.send_mail(template_prefix, email or user.email, {"user": user, **(context or {})})

    def send_mail(self, template_prefix, email, context):
        """Mail the text of a template in both languages, once the transaction is committed."""
        if not email:
            return
        context = {"now": timezone.localtime()} | context
        template = f"{template_prefix}_message.txt"
        subject = in_both_languages(lambda: _("Your account at the college’s website"))
        text = in_both_languages(
            lambda: render_to_string(template, context).strip(), between="\n\n\n"
        )
        mail = EmailMessage(subject, text, to=[email])
        transaction.on_commit(partial(sender.submit, _deliver, mail))


class MFAAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url):
        """Leave out the XML declaration, since the picture is part of a page."""
        return super().build_totp_svg(url).partition("?>")[2]

    # Encrypted, so that a copy of the database gives nobody a second factor.

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:  # SECRET_KEY has changed: return a secret that no code matches
            return b32encode(token_bytes(20)).decode()


def _cipher():
    key = sha256(f"jinhua_site.accounts.adapter {settings.SECRET_KEY}".encode()).digest()
    return Fernet(urlsafe_b64encode(key))


def _deliver(mail):
    try:
        mail.send()
    except (SMTPException, OSError, ValueError):
        logger.exception("A mail about an account could not be sent.")
