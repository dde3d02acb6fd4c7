"""Asks the site for an address as an anonymous visitor does: in this process, or over HTTP."""

import http.client
import sys
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from . import MirrorError

PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Answer:
    """What the site answers; `kind` is the media type without its parameters."""

    status: int
    headers: dict
    body: bytes

    @property
    def is_there(self):
        return self.status == HTTPStatus.OK

    @property
    def kind(self):
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def static_file(self):
        """The address of the static file that this one stands for, if it does."""
        location = self.headers.get("location", "")
        return location if location.startswith(settings.STATIC_URL) else None


class Application:
    """The site's own application in this process, under the host of `SITE_URL`."""

    def __init__(self):
        self.handler = WSGIHandler()

    def __call__(self, address):
        head = {}

        def start_response(status, headers, exc_info=None):
            names = {name.lower(): value for name, value in headers}
            head.update(status=int(status.split()[0]), headers=names)

        chunks = self.handler(_environ(address), start_response)
        try:
            return Answer(body=b"".join(chunks), **head)
        finally:
            chunks.close()


def _environ(address):
    """The request as WSGI has it, with no header but the host."""
    site = urlsplit(settings.SITE_URL)
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),  # as PEP 3333 wants it
        "QUERY_STRING": query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or {"http": 80, "https": 443}[site.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": site.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": True,
    }


class Website:
    """The site that answers at `base`; `MirrorError` when nothing does, or only a mirror."""

    def __init__(self, base):
        parts = urlsplit(base)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if parts.scheme not in kinds or not parts.hostname:
            raise MirrorError(f"{base} is no address; write https://www.example.edu.")
        self.base = base
        self.connection = kinds[parts.scheme](parts.netloc, timeout=PATIENCE)

    def __call__(self, address):
        try:
            answer = self._ask(address)
        except (OSError, http.client.HTTPException) as error:
            raise MirrorError(f"{self.base}{address} does not answer: {error!r}.") from None
        if answer.headers.get("x-served-by") == "mirror":
            raise MirrorError(f"The mirror itself answers at {self.base}{address}, not the site.")
        return answer

    def _ask(self, address):
        # A node that is asked past its proxy would lead to https.
        headers = {"X-Forwarded-Proto": urlsplit(settings.SITE_URL).scheme}
        try:
            self.connection.request("GET", address, headers=headers)
            response = self.connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            self.connection.close()  # kept open, and closed meanwhile at the other end
            self.connection.request("GET", address, headers=headers)
            response = self.connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
