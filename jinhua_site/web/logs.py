"""The log: one line for each event, for people or for machines.

No line identifies a visitor: queries, network and mail addresses, cookies, keys and the
contents of rows are left out. What visitors send cannot begin
a line of its own. gunicorn, which imports this before the settings, logs in the same format.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address

ADDRESS = re.compile(
    r"(?<![\w:.])(?:(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?!\w|[:.]\w)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w))"
)
COOKIES = "session|csrf"
# Each takes linear time, since visitors can make a line long.
UNSAID = (
    (re.compile(r"://[^/\s@]*@"), "://…@"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@(?=[\w-]+\.\w)"), "…@"),
    (re.compile(r"\?[^\s'\"<>]+"), "?…"),
    (re.compile(r"(/calendar/|/reset/key/)[^/\s'\"]+"), r"\1…"),
    (re.compile(rf"(?<![\w-])(?=[\w-]*?(?:{COOKIES}))([\w-]+=)[^\s;,'\"]+"), r"\1…"),
    # PostgreSQL: “Key (username)=(wangli) already exists”, “Failing row contains (…)”. A value
    # may contain brackets and line breaks, so only the end of the message ends it.
    (re.compile(r"(\)=|contains )\(.*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL), r"\1(…)"),
)

# The request's ID from nginx, which logs it too; gunicorn.conf.py sets it.
request_id = ContextVar("request_id", default="-")


def configuration(how):
    """Return the settings for `dictConfig`: all goes to standard error, for the process manager."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": JSONLine if how == "json" else Line}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"level": "INFO", "propagate": True, "handlers": []},
            # A visitor's mistyped address is not worth a line, let alone a traceback.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"level": "INFO", "propagate": False, "handlers": ["stderr"]},
        },
    }


class JSONLine(logging.Formatter):
    """For machines: a JSON object in each line."""

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "request_id": request_id.get(),
            "message": without_persons(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = record.exc_info[0].__name__
            entry["traceback"] = without_persons(self.formatException(record.exc_info))
        return self.line(entry)

    def line(self, entry):
        return json.dumps(entry).replace("\x7f", "\\u007f")


class Line(JSONLine):
    """For people: time, level, logger, request and message."""

    def line(self, entry):
        text = "{time} {level} {logger} [{request_id}] {message}".format(**entry)
        text += f" | {entry['traceback']}" if "traceback" in entry else ""
        # Escape what cannot be printed, as Python does.
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode()
            for character in text
        )


def without_persons(text):
    for pattern, instead in UNSAID:
        text = pattern.sub(instead, text)
    return ADDRESS.sub(lambda match: "…" if _is_of_another_machine(match[0]) else match[0], text)


def _is_of_another_machine(text):
    try:
        address = ip_address(text)
    except ValueError:  # a time of day, for example
        return False
    return not (address.is_loopback or address.is_unspecified)
