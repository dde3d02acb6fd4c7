"""The WSGI application in front of Django's: a page that is ready costs a look into memory."""

import logging
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock

from django.conf import settings
from django.urls import reverse

from .addresses import LONGEST, canonical, is_ours
from .answer import Answer
from .release import release
from .rendering import render
from .store import Memory, Shared
from .watch import Watch

logger = logging.getLogger(__name__)

# Fewer than a process has threads: where the database hangs, and each of these with it,
# the others go on answering from memory.
MOST_AT_ONCE = 5
WAIT = 5  # seconds until one of these is free, or until another's page is made
# `/readyz` asks it beside the request, and does not wait for it.
ASKS_NO_DATABASE = (settings.STATIC_URL, settings.MEDIA_URL, "/healthz", "/readyz")


class PageCache:
    """Answers what is the same for everyone from memory, and all else through `django`.

    What makes a page another is its path, what it reads of the query, and where the
    content stands. Nothing else that a visitor sends has a part in what is kept.
    """

    def __init__(self, django):
        self.django = django
        self.memory = Memory()
        self.shared = Shared(settings.REDIS_URL, release()) if settings.REDIS_URL else None
        self._is_secure = settings.SITE_URL.startswith("https://")
        self._watch = self._apology = None
        self._free = BoundedSemaphore(MOST_AT_ONCE)
        self._lock = Lock()
        self._under_way = {}
        self._long = set()

    def __call__(self, environ, start_response):
        key = self._key(environ)
        answer = key and self.memory.get(key)
        if answer and answer.stand == self.watch.stand:
            return answer.send(environ, start_response)
        if key is None or key in self._long:
            return self._through_django(environ, start_response)
        page = self._once(key)
        # nginx has a copy of its own, which knows more: every process has told it.
        if answer and page.has_failed and "HTTP_X_NGINX_TIME" not in environ:
            logger.warning("%s is shown as it was: %s", key, page.status)
            page = answer
        return page.send(environ, start_response)

    @property
    def watch(self):
        """Begun by the first request, since a fork takes no threads along."""
        if self._watch is None:
            with self._lock:
                self._watch = self._watch or Watch()
        return self._watch

    def _key(self, environ):
        """The address under which an answer is kept; None for what is not for everyone."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or environ.get("SCRIPT_NAME")
            or environ.get("CONTENT_LENGTH", "0") not in ("0", "")
            or "HTTP_TRANSFER_ENCODING" in environ
            or not is_ours(environ.get("HTTP_HOST", ""))
            or (self._is_secure and environ.get("HTTP_X_FORWARDED_PROTO") != "https")
        ):
            return None
        query = canonical(path, query)
        if query is None:
            return None
        return f"{path}?{query}" if query else path

    def _once(self, key):
        """Renew an answer; of those who ask for it at the same time one does, and all wait."""
        with self._lock:
            under_way = self._under_way.get(key)
            if not under_way:
                mine = self._under_way[key] = Future()
        if under_way:
            try:
                answer = under_way.result(self._patience())
            except TimeoutError:
                return self._unavailable()
            # A long one is sent to one visitor as it is made.
            return answer if answer.is_whole else self._renewed(key)
        try:
            mine.set_result(self._renewed(key))
        except BaseException as error:
            mine.set_exception(error)
        finally:
            with self._lock:
                del self._under_way[key]
        return mine.result()

    def _renewed(self, key):
        stand = self.watch.stand
        answer = self.shared and self.shared.get(key, stand)
        if answer:
            self.memory.put(key, answer)
            return answer
        page = self._rendered(key)
        if page.may_be_kept:
            return self._kept(key, Answer.made_of(stand, page.headers, page.body))
        if not page.is_whole:
            self._long.add(key)
        if not page.has_failed:
            self.memory.forget(key)  # what stood there has gone, and is not shown again
        return page

    def _kept(self, key, answer):
        if len(key) <= LONGEST:
            self.memory.put(key, answer)
            if self.shared:
                self.shared.put(key, answer)
        return answer

    def _rendered(self, key):
        """The page as Django makes it, or a 503 where it could not, or not soon."""
        if not self.watch.is_away and self._free.acquire(timeout=WAIT):
            try:
                path, _, query = key.partition("?")
                return render(self.django, path, query)
            except Exception:  # in the middle of a file, where Django has answered already
                logger.exception("%s could not be read to its end.", key)
            finally:
                self._free.release()
        return self._unavailable()

    def _patience(self):
        """Seconds that a thread may wait for another: none where that waits for the database."""
        return 0 if self.watch.is_away else WAIT

    def _unavailable(self):
        self._apology = self._apology or render(self.django, reverse("unavailable"))
        return self._apology

    def _through_django(self, environ, start_response):
        if environ["PATH_INFO"].startswith(ASKS_NO_DATABASE):
            return self.django(environ, start_response)
        if not self._free.acquire(timeout=self._patience()):
            return self._unavailable().send(environ, start_response)
        try:
            return self.django(environ, start_response)
        finally:
            self._free.release()
