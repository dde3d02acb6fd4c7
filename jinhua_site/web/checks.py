"""What operators forget: checks for `manage.py check --deploy`."""

import stat
import time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import Error
from django.db.models import Q

from jinhua_site.core import environment

from .health import is_loopback

DAY = 24 * 3600  # seconds


def forgotten(name, what, hint):
    return checks.Warning(what, hint=hint, id=f"jinhua.{name}")


@checks.register(checks.Tags.security, deploy=True)
def site_url(app_configs, **kwargs):
    if not settings.SITE_URL.startswith("https://"):
        yield forgotten(
            "W001",
            f"SITE_URL is {settings.SITE_URL}: passwords and pages travel in the clear.",
            "Set it to the address with https; every secure setting follows from it.",
        )


@checks.register(checks.Tags.security, deploy=True)
def secret_key(app_configs, **kwargs):
    file = settings.VAR_DIR / "secret_key"
    if environment.text("SECRET_KEY") or not file.exists():
        return
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield forgotten("W002", f"Others than its owner can read {file}.", f"Run chmod 600 {file}.")


@checks.register(checks.Tags.security, deploy=True)
def proxies(app_configs, **kwargs):
    bind = environment.text("BIND")
    host = "" if bind.startswith("unix:") else bind.rpartition(":")[0]
    if host and not _is_here(host) and not environment.text("FORWARDED_ALLOW_IPS"):
        yield forgotten(
            "W011",
            f"The site listens on {host}, and takes all visitors for one.",
            "Set FORWARDED_ALLOW_IPS to the address of nginx.",
        )


@checks.register(checks.Tags.security, deploy=True)
def second_factor(app_configs, **kwargs):
    if not settings.SECOND_FACTOR_REQUIRED:
        yield forgotten(
            "W004",
            "Publishers and administrators may sign in with a password alone.",
            "Set SECOND_FACTOR=required.",
        )


@checks.register("mail", deploy=True)
def mail(app_configs, **kwargs):
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield forgotten(
            "W005",
            "No mail is sent: EMAIL_URL is not set.",
            "Set it to the college's mail server: smtp+tls://user:password@host:587.",
        )


@checks.register("backups", deploy=True)
def backups(app_configs, **kwargs):
    """Look at the stamp that `deploy/backup` touches when it has succeeded."""
    hint = "Enable jinhua-backup.timer; journalctl -u jinhua-backup says why one failed."
    try:
        made = (settings.VAR_DIR / "backup.stamp").stat().st_mtime
    except OSError:
        yield forgotten("W006", "No backup was made yet.", hint)
        return
    if time.time() - made > DAY:
        yield forgotten("W007", f"The newest backup is older than a day: {time.ctime(made)}.", hint)


@checks.register("accounts", deploy=True)
def administrators(app_configs, **kwargs):
    users = get_user_model().objects.filter(is_active=True, is_staff=True)
    users = users.filter(Q(is_superuser=True) | Q(groups__name="administrator")).distinct()
    try:
        if users.count() < 2:
            yield forgotten(
                "W009",
                "There is no second administrator.",
                "Give a second colleague the role: who loses a password needs another to help.",
            )
    except Error:
        yield forgotten(
            "W010", "The database could not be asked.", "Run manage.py migrate, and this again."
        )


def _is_here(host):
    return host == "localhost" or is_loopback(host)
