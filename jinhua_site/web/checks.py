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
def the_environment(app_configs, **kwargs):
    if not settings.SITE_URL.startswith("https://"):
        yield forgotten(
            "W001",
            f"SITE_URL is {settings.SITE_URL}: passwords and pages travel unencrypted.",
            "Set it to the https address; every secure setting follows from it.",
        )
    key = settings.VAR_DIR / "secret_key"
    is_used = key.exists() and not environment.text("SECRET_KEY")
    if is_used and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield forgotten("W002", f"Others than its owner can read {key}.", f"Run chmod 600 {key}.")
    if not settings.SECOND_FACTOR_REQUIRED:
        yield forgotten(
            "W004",
            "Publishers and administrators may sign in with a password alone.",
            "Set SECOND_FACTOR=required.",
        )
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield forgotten(
            "W005",
            "No mail is sent: EMAIL_URL is not set.",
            "Set it to the college's mail server: smtp+tls://user:password@host:587.",
        )
    bind = environment.text("BIND")
    host = "" if bind.startswith("unix:") else bind.rpartition(":")[0]
    is_here = host == "localhost" or is_loopback(host)
    if not is_here and not environment.text("FORWARDED_ALLOW_IPS"):
        yield forgotten(
            "W011",
            f"The site listens on {host} and takes nginx's address for every visitor's.",
            "Set FORWARDED_ALLOW_IPS to the address of nginx.",
        )


@checks.register("backups", deploy=True)
def backups(app_configs, **kwargs):
    """Look at the file that `deploy/backup` touches when it has succeeded."""
    hint = "Enable jinhua-backup.timer; journalctl -u jinhua-backup says why one failed."
    try:
        made = (settings.VAR_DIR / "backup.stamp").stat().st_mtime
    except OSError:
        yield forgotten("W006", "There is no backup yet.", hint)
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
                "Give a second colleague the role, to help the first after a lost password.",
            )
    except Error:
        yield forgotten(
            "W010", "The database does not answer.", "Run manage.py migrate, then check again."
        )
