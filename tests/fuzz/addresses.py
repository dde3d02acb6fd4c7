"""Generated requests: real addresses, their patterns filled in at random, and both spoiled."""

import random
import re
from dataclasses import dataclass, field
from urllib.parse import quote, quote_from_bytes

from django.urls import URLPattern, get_resolver
from django.utils.translation import override

from jinhua_site.languages import CODES

# What values are when nobody has thought of them.
ODD = [
    *("", "0", "-1", "1e9", "NaN", "None", "null", "true", "undefined", "[]", "{}", "%", "%%s"),
    *("2018", "2018-13", "2018-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "-1-1-1"),
    *(
        "99999999999999999999999",
        "1.5",
        "9" * 5_000,
        "٣",
        "²",
        "0x10",
        "1_000",
        "+1",
        " 1 ",
        "last",
    ),
    *("'", '"', "' OR 1=1 --", "1); DROP TABLE profile_fact; --", "<script>alert(1)</script>"),
    *("{{ 7*7 }}", "{% debug %}", "${jndi:ldap://x}", "../../etc/passwd", "..\\..\\secret_key"),
    *("\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\u202egnp.exe", "\ufeff", "\ud7ff", "\U0010ffff"),
    *("护理", "İ", "ß", "ﬁ", "e\u0301" * 40, "😀" * 50, "a" * 500, "%E6%8A%A4", "%00", "%ff"),
    *("a&b=c", "a;b", "a=b", "#", "?", "//", "/", "\\", ".", "..", "~", "*", "|", "^", "`"),
]
BYTES = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80", b"\xe6\x8a"]
METHODS = ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 9]
HEADERS = {
    "ACCEPT_ENCODING": ["br", "gzip;q=0", "*", "br;q=abc,", ";;;", "identity;q=0", "x" * 2000],
    "ACCEPT_LANGUAGE": ["zh-CN,zh;q=0.9", "*", "zh-" * 100, "en;q=nan", ",,,;", "x" * 3000],
    "COOKIE": ["sessionid=x", "sessionid=\x00", "csrftoken=" + "a" * 500, "a=b; ;=;==", '"'],
    "HOST": ["127.0.0.1", "127.0.0.1:99999", "evil.example", "", "[::1]:80", "a b", "localhost."],
    "IF_MODIFIED_SINCE": ["yesterday", "Sun, 06 Nov 1994 08:49:37 GMT", "0", "x" * 400],
    "IF_NONE_MATCH": ["*", 'W/"x"', '"', "x" * 3000, ",,,"],
    "RANGE": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,5-9", "lines=1", "bytes=a-b"],
    "REFERER": ["http://evil.example/", "\x00", "http://["],
    "X_FORWARDED_HOST": ["evil.example"],
    "X_FORWARDED_PROTO": ["https", "ftp", ""],
}


@dataclass
class Request:
    path: str  # as WSGI has it: Latin letters that stand for bytes
    query: str
    method: str = "GET"
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    def __str__(self):
        return f"{self.method} {self.path!r} ?{self.query!r} {self.headers}"[:400]


class Requests:
    """An endless row of requests, the same for the same `seed`.

    `known` are addresses that the site has. Those that give `signed_in`, a cookie, only read.
    """

    def __init__(self, known, seed=7, signed_in=""):
        self._chance = random.Random(seed)
        self._known, self._signed_in = known, signed_in
        self._routes, self._parameters = zip(*_patterns(), strict=True)
        self._words = sorted({part for path in known for part in re.findall(r"[\w-]+", path)})

    def __iter__(self):
        while True:
            yield self._request()

    def _request(self):
        chance = self._chance
        path = chance.choice([chance.choice(self._known), self._filled(), self._filled()])
        if chance.random() < 0.35:
            path = self._spoiled(path)
        headers = {name: chance.choice(HEADERS[name]) for name in self._some(HEADERS, 2)}
        request = Request(path, self._query(), headers=headers)
        if self._signed_in and chance.random() < 0.3:
            request.path = self._filled("admin/")
            request.headers = {"COOKIE": self._signed_in}
        elif chance.random() < 0.15:
            request.method = chance.choice(METHODS)
            request.body = self._query().encode() if request.method == "POST" else b""
        return request

    def _filled(self, beginning=""):
        """An address by one of the site's own patterns."""
        routes = [route for route in self._routes if route.startswith(beginning)]
        route = self._chance.choice(routes)
        route = re.sub(
            r"<int:\w+>", lambda _hit: str(self._chance.choice([1, 2, 3, 10**20])), route
        )
        return "/" + re.sub(r"<[^>]+>", lambda _hit: self._word(), route)

    def _word(self):
        pool = self._words if self._chance.random() < 0.7 else ODD
        return self._chance.choice(pool).encode().decode("latin-1")

    def _spoiled(self, path):
        chance = self._chance
        place = chance.randrange(len(path) + 1)
        begin, end = path[:place], path[place:]
        return chance.choice(
            [
                lambda: begin + self._word() + end,
                lambda: begin + chance.choice(BYTES).decode("latin-1") + end,
                lambda: (
                    begin + chance.choice(["//", "/./", "/../", "\\", "%2f", "\x00", ";x=1"]) + end
                ),
                lambda: begin,
                lambda: begin + end * chance.choice([2, 3, 50]),
                lambda: path.upper(),
                lambda: path.rstrip("/"),
                lambda: chance.choice(["/zh", "/zh-CN", "/EN", "/fr", "/en-GB-x"]) + path,
                lambda: path[1:],
            ]
        )()

    def _query(self):
        chance, parts = self._chance, []
        for _ in range(chance.choice([0, 0, 1, 1, 2, 3, 8])):
            names = chance.choice(self._parameters) or ("x",)
            name = chance.choice([*names, *names, self._word(), "next", "_popup", "o", "e"])
            value = chance.choice([self._word(), self._word(), chance.choice(ODD)])
            how = chance.random()
            if how < 0.1:
                value = quote_from_bytes(chance.choice(BYTES))
            elif how < 0.9:
                value = quote(value)
            parts.append(f"{name}={value}" if how < 0.95 else name)
        query = chance.choice("&&&;").join(parts).encode("utf-8", "replace").decode("latin-1")
        return query * chance.choice([1] * 50 + [300])

    def _some(self, names, most):
        return self._chance.sample(sorted(names), self._chance.choice([0, 0, 0, 1, most]))


def _patterns():
    """Each of the site's patterns in plain words, and what its view reads of a query."""
    for code in CODES:
        with override(code):
            yield from _flat(get_resolver().url_patterns, "")


def _flat(entries, beginning):
    for entry in entries:
        route = beginning + re.sub(r"[\^$\\]|\(\?[^)]*\)", "", str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield route, getattr(entry.callback, "reads", ())
        else:
            yield from _flat(entry.url_patterns, route)
