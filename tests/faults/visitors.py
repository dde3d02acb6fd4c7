"""Visitors who read pages all the while, and notice whatever is not right with one."""

import http.client
import random
import ssl
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import urlsplit

PATIENCE = 15  # seconds
END = b"</html>"


@dataclass
class Seen:
    """What visitors saw: how many pages, from whom, and what failed."""

    pages: int = 0
    slowest: float = 0
    served_by: Counter = field(default_factory=Counter)
    failures: list = field(default_factory=list)


class Visitor:
    """One who keeps a connection open and reads page after page."""

    def __init__(self, address, paths, headers=None, trust=None):
        self.seen = Seen()
        self._site, self._paths, self._headers = urlsplit(address), paths, headers or {}
        self._trust, self._connection = trust, None

    def read_on(self, enough):
        while not enough.is_set():
            path = random.choice(self._paths)
            try:
                self._read(path)
            except (OSError, http.client.HTTPException) as error:
                self.seen.failures.append(f"{self._site.netloc}{path}: {error!r}")
                self._connection = None

    def _read(self, path):
        self._connection = self._connection or self._connect()
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        self.seen.pages += 1
        self.seen.served_by[response.headers.get("X-Served-By", "node")] += 1
        if response.status != 200 or not body.rstrip().endswith(END):
            self.seen.failures.append(f"{path}: {response.status}, {len(body)} bytes")

    def _connect(self):
        if self._site.scheme == "http":
            return http.client.HTTPConnection(self._site.netloc, timeout=PATIENCE)
        trust = self._trust or ssl.create_default_context()
        return http.client.HTTPSConnection(self._site.netloc, timeout=PATIENCE, context=trust)


@contextmanager
def reading(visitors):
    """Let them read for as long as the context lasts; what each has seen is in its `seen`."""
    enough = Event()
    threads = [Thread(target=visitor.read_on, args=(enough,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def together(visitors):
    """What all of them saw."""
    told = Seen()
    for seen in (visitor.seen for visitor in visitors):
        told.pages += seen.pages
        told.served_by += seen.served_by
        told.failures += seen.failures
    return told
