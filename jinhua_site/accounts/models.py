"""Passwords that somebody else has chosen, and the audit log."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class GivenPassword(models.Model):
    """A `user` whose password somebody else has chosen, until they change it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="given_password"
    )

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.user)


class AuditEntry(models.Model):
    """An event of an account or of what it protects. Only `audit` writes entries."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed in", _("signed in")
        SIGNED_OUT = "signed out", _("signed out")
        REFUSED = "refused", _("sign-in refused")
        CODE_REFUSED = "code refused", _("code refused")
        LIMIT = "limit", _("too many tries")
        SESSION_ENDED = "session ended", _("session ended")
        PASSWORD = "password", _("password changed")
        FACTOR = "factor", _("second factor set up")
        NO_FACTOR = "no factor", _("second factor taken away")
        CODES = "codes", _("recovery codes made")
        CODE_USED = "code used", _("recovery code used")
        ACCOUNT = "account", _("account made or changed")
        ROLE = "role", _("role changed")
        PUBLISHED = "published", _("published")
        UNPUBLISHED = "unpublished", _("taken off the website")
        EXPORTED = "exported", _("exported")
        SCAN = "scan", _("private scan opened")
        IMPORTED = "imported", _("imported")

    # Events of records, not of accounts.
    OF_RECORDS = (Kind.PUBLISHED, Kind.UNPUBLISHED, Kind.EXPORTED, Kind.SCAN, Kind.IMPORTED)

    at = models.DateTimeField(_("time"), default=timezone.now)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    who = models.CharField(_("who did it"), max_length=150)
    about = models.CharField(_("whom or what it concerns"), max_length=250)
    address = models.CharField(_("network address"), max_length=45)

    class Meta:
        verbose_name = _("audit log entry")
        verbose_name_plural = _("audit log entries")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["-at", "-id"], name="accounts_audit_newest")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.get_kind_display()}"
