"""A hundred requests that no honest program sends, byte by byte, and what comes back of each."""

import re
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass

from tests.fuzz import SLOWEST

SILENCE = 1  # seconds without a byte, after which nothing more is waited for
MOST_READ = 1 << 20
STATUS_LINE = re.compile(rb"^HTTP/1\.[01] (\d{3})", re.MULTILINE)
# A server that does not know a coding or a version says so with 501 or 505, and is right.
FAULTS = {500, 502, 503, 504}
# What none of the answers may show: another's name, a file of the machine, the inside.
TELLTALES = (b"evil.example", b"root:x:", b"Traceback", b"django.", b"/site-packages/", b"psycopg")


@dataclass(frozen=True)
class Case:
    """What is sent, where `HOST` stands for the site's own name; and how many answers are due."""

    name: str
    sent: bytes
    answers: int = 1

    def to(self, host):
        return self.sent.replace(b"HOST", host.encode())


def _get(target, *lines, host=b"HOST", version=b"HTTP/1.1"):
    head = [b"GET " + target + b" " + version, *([b"Host: " + host] if host else []), *lines]
    return b"\r\n".join([*head, b"Connection: close", b"", b""])


def _post(body, *lines, target=b"/en/"):
    head = [b"POST " + target + b" HTTP/1.1", b"Host: HOST", *lines]
    return b"\r\n".join([*head, b"", b""]) + body


def _hosts():
    for host in (
        *(b"evil.example", b"", b"evil.example:80", b"HOST:99999", b"HOST@evil.example"),
        *(b"evil.example#HOST", b"a b", b"HOST, evil.example", b"[::1", b"\xff\xfe", b"HOST/../x"),
        *(b"." * 300, b"a" * 4000, b"HOST\x00.evil.example", b"'><script>", b"localhost%00"),
    ):
        yield Case(f"Host {host[:30]!r}", _get(b"/en/", host=host))
    yield Case("no Host", _get(b"/en/", host=None))
    yield Case("two Hosts", _get(b"/en/", b"Host: evil.example"))
    yield Case("another in the address", _get(b"http://evil.example/en/"))
    yield Case("another beside it", _get(b"/", b"X-Forwarded-Host: evil.example"))
    yield Case("another in Forwarded", _get(b"/", b"Forwarded: host=evil.example;proto=https"))
    yield Case(
        "an address rewritten", _get(b"/en/", b"X-Original-URL: /admin/", b"X-Rewrite-URL: /admin/")
    )
    yield Case("no Host in HTTP/1.0", _get(b"/en/", host=None, version=b"HTTP/1.0"))


SMUGGLED = b"GET /admin/ HTTP/1.1\r\nHost: HOST\r\n\r\n"


def _smuggled():
    body = b"0\r\n\r\n" + SMUGGLED
    length = b"Content-Length: %d" % len(body)
    for coding in (
        *(b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked"),
        *(b"Transfer-Encoding: xchunked", b"Transfer-Encoding:\tchunked"),
        *(b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: identity, chunked"),
        *(b"Transfer-Encoding: \x0bchunked", b" Transfer-Encoding: chunked"),
        *(b"X: y\nTransfer-Encoding: chunked", b"Transfer_Encoding: chunked"),
        *(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", b"Transfer-Encoding: CHUNKED"),
    ):
        yield Case(f"length and {coding!r}", _post(body, length, coding, b"Connection: close"))
    for length in (
        *(b"+5", b"-1", b"5, 5", b"5\r\nContent-Length: 6", b"0x5", b"5_0", b"1e1", b"\xb2"),
        *(b"99999999999999999999", b"9" * 5_000, b"", b"5;5", b"\x0b5"),
    ):
        sent = _post(b"q=abc", b"Content-Length: " + length, b"Connection: close")
        yield Case(f"Content-Length {length[:30]!r}", sent)
    for chunks in (
        *(b"-1\r\n\r\n", b"0x3\r\nabc\r\n0\r\n\r\n", b"3;\n\r\nabc\r\n0\r\n\r\n", b"g\r\n\r\n"),
        *(b"3\r\nabcd\r\n0\r\n\r\n", b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n", b"\r\n" * 10),
        *(b"3 ;x\nabc\r\n0\r\n\r\n", b"0" * 9000 + b"\r\n\r\n", b"0\r\nHost: evil.example\r\n\r\n"),
    ):
        sent = _post(chunks, b"Transfer-Encoding: chunked", b"Connection: close")
        yield Case(f"chunks {chunks[:20]!r}", sent)
    yield Case("a body with a GET", _get(b"/en/", b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED)


def _traversals():
    for path in (
        *(b"/static/../../../../etc/passwd", b"/media/../../../../etc/passwd"),
        *(b"/static/..%2f..%2f..%2fetc/passwd", b"/media/%2e%2e/%2e%2e/secret_key"),
        *(b"/media/..%c0%af..%c0%afetc/passwd", b"/media/..%5c..%5csecret_key"),
        *(b"/media//etc/passwd", b"/media/%252e%252e/secret_key", b"/static/%00/../x.css"),
        *(b"/en/../../secret_key", b"/.nginx/../../../secret_key", b"/media/" + b"../" * 500),
        *(b"/static//../db.sqlite3", b"/media/....//....//secret_key", b"/.nginx/503.html"),
    ):
        yield Case(f"path {path[:40]!r}", _get(path))


def _overlong():
    yield Case("an address of 5,000 letters", _get(b"/en/" + b"a" * 5_000))
    yield Case("an address of 100,000 letters", _get(b"/en/" + b"a" * 100_000))
    yield Case("a query of 7,000 letters", _get(b"/en/majors/?q=" + b"%41" * 2_300))
    yield Case("2,000 parameters", _get(b"/en/majors/?" + b"q=1&" * 2_000))
    yield Case("a media name of 3,000 letters", _get(b"/media/" + b"a" * 3_000 + b".png"))
    yield Case("a method of 9,000 letters", _get(b"/en/").replace(b"GET", b"G" * 9_000))
    yield Case("a version of 9,000 letters", _get(b"/en/", version=b"HTTP/1." + b"1" * 9_000))
    yield Case("500 headers", _get(b"/en/", *(b"X-%d: y" % i for i in range(500))))
    yield Case("5,000 headers", _get(b"/en/", *(b"X-%d: y" % i for i in range(5_000))))
    yield Case("a header of 60,000 letters", _get(b"/en/", b"X: " + b"y" * 60_000))
    yield Case("a header name of 60,000 letters", _get(b"/en/", b"X" * 60_000 + b": y"))
    yield Case("cookies of 30,000 letters", _get(b"/admin/", b"Cookie: a=" + b"b" * 30_000))
    yield Case("1,500 cookies", _get(b"/admin/", b"Cookie: " + b"a=b; " * 1_500))
    yield Case("600 languages", _get(b"/", b"Accept-Language: " + b"zh-Hans-CN, " * 600))
    yield Case("1,000 ranges", _get(b"/en/", b"Range: bytes=" + b"0-0," * 1_000))
    yield Case("90 times the same header", _get(b"/en/", *[b"Accept: a"] * 90))


def _malformed():
    for sent in (
        *(b"\r\n\r\n", b"GET\r\n\r\n", b"GET /en/\r\n\r\n", b"/en/ HTTP/1.1\r\n\r\n", b"\x00" * 50),
        *(b"GET  /en/  HTTP/1.1\r\nHost: HOST\r\n\r\n", b"GET /en/ HTTP/9.9\r\nHost: HOST\r\n\r\n"),
        *(b"GET /en/ HTTP/1.1\nHost: HOST\nConnection: close\n\n", b"\x16\x03\x01\x02\x00\x01" * 9),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):
        yield Case(f"a request {sent[:30]!r}", sent)
    for target in (
        b"*",
        b"/en/\x00",
        b"/en/%00",
        b"/en/\xff\xfe",
        b"/en/%",
        b"en/",
        b"//evil.example/",
    ):
        yield Case(f"the address {target!r}", _get(target))
    for line in (b"X\x00: y", b"X: y\x00z", b"X: y\r z", b"No colon", b": no name", b"X y: z"):
        yield Case(f"the header {line!r}", _get(b"/en/", line))
    yield Case("a folded header", _get(b"/en/", b"X: y\r\n  z"))
    upgrade = (b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA")
    yield Case("to another protocol", _get(b"/en/", *upgrade))
    yield Case("CONNECT", b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n")
    yield Case("TRACE", _get(b"/en/", b"X: secret").replace(b"GET", b"TRACE"))
    pair = b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n" + _get(b"/en/")
    yield Case("two at once", pair, answers=2)


CASES = [*_hosts(), *_smuggled(), *_traversals(), *_overlong(), *_malformed()]


@dataclass
class Outcome:
    """What came back of a case, and what is wrong with it; an answer may be to hang up."""

    case: Case
    statuses: list
    took: float
    said: bytes

    @property
    def faults(self):
        if FAULTS & set(self.statuses):
            yield f"{self.statuses}"
        if self.took > SLOWEST:
            yield f"{self.took:.1f} s"
        if len(self.statuses) > self.case.answers:
            yield f"{len(self.statuses)} answers to {self.case.answers}"
        for telltale in TELLTALES:
            if telltale in self.said:
                yield f"it says {telltale!r}"


def send(case, port, host, trust=None):
    """Send a case to this machine's `port`, with TLS where there is a `trust`."""
    begun = time.monotonic()
    with ExitStack() as stack:
        place = socket.create_connection(("127.0.0.1", port), timeout=SILENCE)
        connection = stack.enter_context(place)
        if trust:
            connection = stack.enter_context(trust.wrap_socket(place, server_hostname=host))
        said = _exchange(connection, case.to(host))
    took = time.monotonic() - begun
    return Outcome(case, [int(code) for code in STATUS_LINE.findall(said)], took, said)


def _exchange(connection, sent):
    said = b""
    try:
        connection.sendall(sent)
        while len(said) < MOST_READ and (more := connection.recv(65536)):
            said += more
    except OSError:  # they have hung up, or say nothing more
        pass
    return said
