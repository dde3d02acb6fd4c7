"""The log: one line for each thing that happened, for people or for machines.

A line says nothing of who visits: the query of an address is cut, a network address
shortened, a mail address, a cookie, a key and what a row holds left out. What anybody
sends cannot begin a line of its own. gunicorn, which reads this before any setting,
writes in the same way.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

NETWORK = {4: 24, 6: 48}  # bits of an address that are kept
ADDRESS = re.compile(
    r"(?<![\w:.])(?:(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?!\w|[:.]\w)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w))"
)
COOKIES = "session|csrf"
# Each in a time that grows with the line, not with its square: whoever visits can make it long.
UNSAID = (
    (re.compile(r"://[^/\s@]*@"), "://…@"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@(?=[\w-]+\.\w)"), "…@"),
    (re.compile(r"\?[^\s'\"<>]+"), "?…"),
    (re.compile(r"(/calendar/|/reset/key/)[^/\s'\"]+"), r"\1…"),
    (re.compile(rf"(?<![\w-])(?=[\w-]*?(?:{COOKIES}))([\w-]+=)[^\s;,'\"]+"), r"\1…"),
    # PostgreSQL: “Key (username)=(wangli) already exists”, “Failing row contains (…)”. A value
    # may hold brackets and lines of its own, so that only the end of the message ends it.
    (re.compile(r"(\)=|contains )\(.*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL), r"\1(…)"),
)

# nginx's number of the request, which stands in its log too; gunicorn.conf.py sets it.
request_id = ContextVar("request_id", default="-")


def configuration(how):
    """For `dictConfig`: everything to standard error, for the process manager to keep."""
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
    """For machines: an object in each line."""

    def format(self, record):
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "request_id": request_id.get(),
            "message": without_persons(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            said["exception"] = record.exc_info[0].__name__
            said["traceback"] = without_persons(self.formatException(record.exc_info))
        return self.line(said)

    def line(self, said):
        return json.dumps(said).replace("\x7f", "\\u007f")


class Line(JSONLine):
    """For people: time, level, who says it, of which request, and what."""

    def line(self, said):
        text = "{time} {level} {logger} [{request_id}] {message}".format(**said)
        text += f" | {said['traceback']}" if "traceback" in said else ""
        # Whatever cannot be printed is written as Python writes it.
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode()
            for character in text
        )


def without_persons(text):
    for pattern, instead in UNSAID:
        text = pattern.sub(instead, text)
    return ADDRESS.sub(_network, text)


def _network(found):
    """A visitor's address without its end; that of the machine itself as it is."""
    try:
        address = ip_address(found[0])
    except ValueError:  # a time of the day, say
        return found[0]
    if address.is_loopback or address.is_unspecified:
        return found[0]
    network = ip_network((address, NETWORK[address.version]), strict=False)
    return str(network.network_address)
