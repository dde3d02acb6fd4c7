"""A number for each request that is not answered from memory: in the log, and in the answer."""

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-ID"
NGINX = re.compile("[0-9a-f]{32}")  # as `$request_id` is; nobody else's word gets into the log

current = ContextVar("request_id", default="-")


def identified(environ, start_response):
    """Begin a request, and return a `start_response` that tells its number to the visitor."""
    number = environ.get("HTTP_X_REQUEST_ID", "")
    if not NGINX.fullmatch(number):
        number = secrets.token_hex(16)
    current.set(number)

    def answering(status, headers, *error):
        return start_response(status, [*headers, (HEADER, number)], *error)

    return answering
