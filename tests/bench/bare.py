"""The least that gunicorn can do: one answer, the same bytes and headers each time."""

import json
import os
from pathlib import Path

_folder = Path(os.environ["BARE_ANSWER"])
_headers = [tuple(pair) for pair in json.loads((_folder / "headers.json").read_text())]
_body = [(_folder / "body").read_bytes()]


def application(environ, start_response):
    start_response("200 OK", _headers)
    return _body
