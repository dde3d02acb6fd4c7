"""Work that takes a while, told of as it goes on to a script that asks for it."""

import json

from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

LINES = "application/x-ndjson"


def answer(request, work):
    """The response that the generator `work` returns, once it is through.

    What it yields, how many are done of how many, goes to `office_import.js` as a line
    of JSON each, and the page or its address as the last.
    """
    if LINES not in request.headers.get("Accept", ""):
        return _finish(work)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Encoding": "identity",  # neither the middleware nor nginx is to gather the lines
        "X-Accel-Buffering": "no",
    }
    lines = _lines(work, get_language())
    return StreamingHttpResponse(lines, content_type=LINES, headers=headers)


def _finish(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def _lines(work, language):
    """The middleware is through by then: the language has to be set anew."""
    with override(language):
        response = yield from _told(work)
        if "Location" in response.headers:
            last = {"location": response.headers["Location"]}
        else:
            last = {"html": response.content.decode()}
        yield json.dumps(last) + "\n"


def _told(work):
    while True:
        try:
            done, total = next(work)
        except StopIteration as end:
            return end.value
        yield json.dumps({"done": done, "total": total}) + "\n"
