"""An answer in its final form: each encoding with its headers, and the word that it still holds."""

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import brotli
from django.utils.http import parse_http_date_safe

# What a visitor's own program, and anything in between, may do with a public answer: ask
# each time whether it still holds, which costs a few bytes, and show an old one where the
# site does not answer.
FRESHNESS = "public, max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error=604800"
# Whoever waits for the page pays for more: 37 ms for 10 % at brotli's highest.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
SHORTEST_COMPRESSED = 500  # bytes
COMPRESSED = ("text/", "application/", "image/svg+xml")
OURS = {"cache-control", "content-length", "etag", "vary"}
OVERHEAD = 4096  # bytes of memory that an answer takes besides its bodies, about


@dataclass(frozen=True)
class Variant:
    """An answer in one encoding."""

    tag: str
    headers: list
    headers_unchanged: list
    body: bytes


class Answer:
    """A 200 that is the same for everyone, and holds as long as the content stands at `stand`.

    `bodies` are the same body by encoding: "" for none, "gzip", "br".
    """

    is_whole, has_failed = True, False

    def __init__(self, stand, headers, bodies):
        self.stand, self.bodies = stand, bodies
        self.headers = [(name, value) for name, value in headers if name.lower() not in OURS]
        self.modified = dict(self.headers).get("Last-Modified")
        self.size = OVERHEAD + sum(map(len, bodies.values()))
        tag = sha256(bodies[""]).hexdigest()[:32]
        self._variants = {
            encoding: _variant(self.headers, tag, encoding, bodies) for encoding in bodies
        }

    @classmethod
    def made_of(cls, stand, headers, body):
        """From a body as it was rendered."""
        bodies = {"": body}
        if dict(headers)["Content-Type"].startswith(COMPRESSED) and len(body) > SHORTEST_COMPRESSED:
            bodies["br"] = brotli.compress(body, quality=BROTLI_QUALITY)
            bodies["gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return cls(stand, headers, bodies)

    def send(self, environ, start_response):
        """Answer a GET or a HEAD as WSGI does."""
        variants = self._variants
        variant = variants[""]
        if len(variants) > 1 and "HTTP_ACCEPT_ENCODING" in environ:
            variant = variants[_encoding(environ["HTTP_ACCEPT_ENCODING"])]
        asked_at = until(environ)
        if self._is_known(environ, variant):
            start_response("304 Not Modified", variant.headers_unchanged + asked_at)
            return []
        start_response("200 OK", variant.headers + asked_at)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]

    def _is_known(self, environ, variant):
        """Whether the asker has this very answer: by its tag, or else by its date."""
        if "HTTP_IF_NONE_MATCH" in environ:
            known = environ["HTTP_IF_NONE_MATCH"]
            return variant.tag in known or known.strip() == "*"
        since = self.modified and environ.get("HTTP_IF_MODIFIED_SINCE")
        if not since:
            return False
        since, modified = parse_http_date_safe(since), parse_http_date_safe(self.modified)
        return since is not None and since >= modified

    def as_bytes(self):
        """All of it but `stand`, for a store that other processes read: never a pickle."""
        sizes = {encoding: len(body) for encoding, body in self.bodies.items()}
        head = json.dumps([self.headers, sizes]).encode()
        return b"\n".join([head, b"".join(self.bodies.values())])

    @classmethod
    def from_bytes(cls, stand, text):
        """What `as_bytes` gave; `ValueError` for anything else."""
        head, _line, rest = text.partition(b"\n")
        headers, sizes = json.loads(head)
        bodies = {}
        for encoding, size in sizes.items():
            bodies[encoding], rest = rest[:size], rest[size:]
        if rest or [len(body) for body in bodies.values()] != list(sizes.values()):
            raise ValueError("The parts of an answer are not as long as it says.")
        return cls(stand, [(name, value) for name, value in headers], bodies)


def _variant(headers, tag, encoding, bodies):
    tag = f'"{tag}-{encoding}"' if encoding else f'"{tag}"'
    body = bodies[encoding]
    ours = [("ETag", tag), ("Cache-Control", FRESHNESS)]
    if len(bodies) > 1:
        ours.append(("Vary", "Accept-Encoding"))
    coded = [("Content-Encoding", encoding)] if encoding else []
    whole = [*headers, *ours, *coded, ("Content-Length", str(len(body)))]
    return Variant(tag, whole, ours, body)


def until(environ):
    """For nginx in front, which counts whole seconds of its own clock: fresh until this one ends.

    Of one second from now it would make nearly two.
    """
    second = environ.get("HTTP_X_NGINX_TIME", "").partition(".")[0]
    return [("X-Accel-Expires", f"@{second}")] if second.isdecimal() and second.isascii() else []


@lru_cache(maxsize=256)
def _encoding(accepted):
    """The best of our encodings that an `Accept-Encoding` allows."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    for encoding in ("br", "gzip"):
        if encoding in weights and weights[encoding].rstrip("0.") != "q=":
            return encoding
    return ""
