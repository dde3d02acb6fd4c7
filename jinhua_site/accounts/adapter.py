"""How allauth behaves here: its limits, its mails, its ways back, its keys."""

import unicodedata
from base64 import b32encode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathImage

from . import audit, mail, sessions
from .network import address_of

LIMIT_NOTED = 300  # seconds for which a limit that is reached is not noted again


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "There were too many tries that failed. Try again in a few minutes."
        )
    }

    def get_client_ip(self, request):
        return address_of(request)

    def is_safe_url(self, url):
        """Accept addresses of this host alone, not of every host that is allowed."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())

    # Signing in

    def pre_authenticate(self, request, **credentials):
        """Count by name and address together, so that nobody locks out anybody elsewhere."""
        typed = credentials.get("username", "")
        name = unicodedata.normalize("NFKC", typed).casefold()
        who = f"{name} at {get_ip(request)}"
        try:
            super().pre_authenticate(request, username=who)
        except ValidationError:
            note = sha256(who.encode()).hexdigest()
            if cache.add(f"limit-noted-{note}", True, LIMIT_NOTED):
                audit.record_refusal(request, audit.Kind.LIMIT, typed)
            raise

    def pre_login(self, request, user, **options):
        """Refuse a passkey of somebody who is no colleague, as the backend does a password."""
        if not user.is_staff:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **options)

    def respond_user_inactive(self, request, user):
        messages.error(request, self.error_messages["account_inactive"])
        return redirect("account_login")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Ask for nothing again shortly after the sign-in."""
        return sessions.age(context.request.session) >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request):
        return reverse("account_overview")

    # Mail

    def get_reset_password_from_key_url(self, key):
        """Name the public address, whichever host was asked."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        mail.send(template_prefix, email or user.email, {"user": user, **(context or {})})

    def send_mail(self, template_prefix, email, context):
        mail.send(template_prefix, email, context)


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_label(self, user):
        return user.get_username()

    def build_totp_svg(self, url):
        """Draw in attributes, without a style or a declaration, to stand within a page."""
        picture = qrcode.make(url, image_factory=SvgPathImage, border=4)
        return picture.to_string(encoding="unicode")

    def get_public_key_credential_rp_entity(self):
        entity = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    # Whoever reads the database or a backup of it has no second factor yet.

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:  # SECRET_KEY is another one: no code fits any more
            return b32encode(token_bytes(20)).decode()


def _cipher():
    key = sha256(f"jinhua_site.accounts.adapter {settings.SECRET_KEY}".encode()).digest()
    return Fernet(urlsafe_b64encode(key))
