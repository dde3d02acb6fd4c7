"""Clients that dawdle on purpose: a head that never ends, a body that comes byte by byte."""

import selectors
import socket
import time
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import urlsplit

HEAD = b"GET /en/ HTTP/1.1\r\nHost: {name}\r\nX-Slow: "
BODY = (
    b"POST /admin/account/login/ HTTP/1.1\r\nHost: {name}\r\nContent-Length: 60000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
PACE = 1  # seconds from byte to byte


class Dawdlers:
    """So many connections, each opened anew whenever the server has had enough of it."""

    def __init__(self, address, trust, begins, number):
        parts = urlsplit(address)
        self._place, self._name, self._trust = ("127.0.0.1", parts.port), parts.hostname, trust
        self._begins = begins.replace(b"{name}", parts.netloc.encode())
        self._number, self._open = number, selectors.DefaultSelector()
        self.opened = self.most = 0

    def dawdle(self, enough):
        while not enough.is_set():
            start = time.monotonic()
            self._open_more()
            self.most = max(self.most, len(self._open.get_map()))
            for key, _ in self._open.select(0):
                self._close(key.fileobj)  # an answer, or the end: either way it is over
            for key in list(self._open.get_map().values()):
                self._send(key.fileobj, b"a")
            enough.wait(max(0, PACE - (time.monotonic() - start)))
        for key in list(self._open.get_map().values()):
            self._close(key.fileobj)

    def _open_more(self):
        while len(self._open.get_map()) < self._number:
            try:
                plain = socket.create_connection(self._place, 2)
                stranger = self._trust.wrap_socket(plain, server_hostname=self._name)
            except OSError:
                return
            self.opened += 1
            stranger.settimeout(2)
            self._open.register(stranger, selectors.EVENT_READ)
            self._send(stranger, self._begins)

    def _send(self, stranger, some):
        try:
            stranger.sendall(some)
        except OSError:
            self._close(stranger)

    def _close(self, stranger):
        self._open.unregister(stranger)
        stranger.close()


@contextmanager
def dawdling(address, trust, begins, number):
    """Let them dawdle for as long as the context lasts; gives the `Dawdlers`."""
    strangers, enough = Dawdlers(address, trust, begins, number), Event()
    thread = Thread(target=strangers.dawdle, args=(enough,))
    thread.start()
    try:
        yield strangers
    finally:
        enough.set()
        thread.join()
