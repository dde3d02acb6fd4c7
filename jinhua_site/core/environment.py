"""Read the settings that an operator gives in the environment.

A wrong value raises `WrongSetting` with one sentence for the operator, which
`manage.py` and gunicorn print instead of a traceback.
"""

import os
import re
import secrets
from contextlib import suppress
from email.utils import parseaddr
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environ import Env

PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5000}  # seconds, milliseconds
SHORTEST_KEY = 50
SIZE = re.compile(r"(?P<number>[1-9]\d{0,6}) ?(?P<unit>[MGT]B)", re.IGNORECASE)
UNITS = {"MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")


class WrongSetting(ImproperlyConfigured):
    """An environment variable that the site cannot start with."""


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def choice(name, *words):
    """Return one of the `words`; the first if the variable is not set."""
    value = text(name, words[0]).lower()
    if value not in words:
        raise WrongSetting(f"{name} is {value!r}; write {' or '.join(words)}.")
    return value


def size(name, default):
    """Return a number of bytes, written as `500MB` or `2GB`."""
    value = text(name, default)
    match = SIZE.fullmatch(value)
    if not match:
        raise WrongSetting(f"{name} is {value!r}; write a size, such as 500MB or 2GB.")
    return int(match["number"]) * UNITS[match["unit"].upper()]


def address(url, schemes):
    """Return the parts of a URL with one of the `schemes` and a host; None for any other."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in schemes and HOST.fullmatch(parts.hostname or "") and parts.port != 0:
            return parts
    return None


def site_url(default):
    """The public address of the site, without a path or a slash at the end."""
    value = text("SITE_URL", default).rstrip("/")
    parts = address(value, {"http", "https"})
    if not parts or parts.path or parts.query or parts.fragment or parts.username:
        raise WrongSetting(
            f"SITE_URL is {value!r}; write the public address, such as https://www.example.edu.cn."
        )
    return value


def database(sqlite_file):
    """Django's settings for `DATABASE_URL`, or for `sqlite_file` when it is not set."""
    url = text("DATABASE_URL", f"sqlite:///{quote(str(sqlite_file))}")
    scheme = url.partition(":")[0]
    try:
        if scheme not in {"postgres", "postgresql", "sqlite"}:
            raise ValueError
        settings = Env.db_url_config(url)
    except ValueError:
        raise WrongSetting(
            "DATABASE_URL is not an address the site knows; write "
            "postgres://user:password@host:5432/name or sqlite:////path/to/file."
        ) from None
    if not settings["NAME"]:
        raise WrongSetting("DATABASE_URL names no database; add its name at the end.")
    if scheme == "sqlite":
        # Without these, eight concurrent writers lose most of their writes to
        # "database is locked".
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        # Give up soon on a server that stops answering. Options in the URL take
        # precedence.
        options = PATIENCE | settings.get("OPTIONS", {})
    return settings | {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def email():
    """Django's settings for `EMAIL_URL`; without one, mail is printed and not sent."""
    url = text("EMAIL_URL", "consolemail://")
    server = address(url, {"smtp", "smtp+tls", "smtp+ssl"})
    if url != "consolemail://" and (not server or server.query or server.path.strip("/")):
        raise WrongSetting(
            "EMAIL_URL is not the address of a mail server; write "
            "smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465."
        )
    return Env.email_url_config(url) | {"EMAIL_TIMEOUT": 20}


def email_from(default):
    """The sender of mail: an address, with or without a name before it."""
    value = text("EMAIL_FROM")
    if not value:
        return default
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise WrongSetting(
            f"EMAIL_FROM is {value!r}; write an address, such as site@example.edu.cn."
        ) from None
    return value


def secret_key(file):
    """`SECRET_KEY`, or else the key kept in `file`, made on the first run (mode 0600)."""
    key = text("SECRET_KEY") or _kept_in(file)
    if len(key) < SHORTEST_KEY:
        raise WrongSetting(f"SECRET_KEY is too short; write {SHORTEST_KEY} characters or more.")
    return key


def _kept_in(file):
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            file.touch(mode=0o600, exist_ok=False)
            file.write_text(secrets.token_urlsafe(64))
        return file.read_text().strip()
    except OSError as error:
        raise WrongSetting(
            f"no secret key could be kept in {file} ({error.strerror}); "
            "set SECRET_KEY, or set VAR_DIR to a writable folder."
        ) from None
