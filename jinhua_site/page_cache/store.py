"""Where answers are kept: in the process always, in Redis too where there is one."""

import json
import logging
import time
from hashlib import sha256
from threading import Lock

import redis
from cachetools import LRUCache
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from .answer import Answer

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
MOST_OF_PAGES, MOST_OF_QUERIES = 64 * MEGABYTE, 16 * MEGABYTE  # a process
TIMEOUT = 0.25  # seconds
PAUSE = 5  # seconds without Redis after it has failed
KEEP_FOR = 24 * 3600  # seconds


class JSONSerializer:
    """Keeps cached values in Redis as JSON, which runs no code when it is read."""

    def dumps(self, value):
        return json.dumps(value).encode()

    def loads(self, data):
        return json.loads(data)


class Memory:
    """Answers of this process, those that were not asked for the longest time given up first.

    Addresses with a query, of which there are any number, never push out those without.
    """

    def __init__(self):
        self._lock = Lock()
        self._pages = LRUCache(MOST_OF_PAGES, getsizeof=lambda answer: answer.size)
        self._queries = LRUCache(MOST_OF_QUERIES, getsizeof=lambda answer: answer.size)

    def get(self, key):
        with self._lock:
            return self._of(key).get(key)

    def put(self, key, answer):
        """Keep it, unless it takes more room than a tenth of all answers may."""
        answers = self._of(key)
        if answer.size <= answers.maxsize / 10:
            with self._lock:
                answers[key] = answer

    def forget(self, key):
        with self._lock:
            self._of(key).pop(key, None)

    def __len__(self):
        return len(self._pages) + len(self._queries)

    def _of(self, key):
        return self._queries if "?" in key else self._pages


class Shared:
    """Answers that all processes share, in Redis. Without it the site goes on as if it were empty.

    After a failure it is left alone for a while, so that a Redis that hangs costs one wait.
    """

    def __init__(self, url, release):
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        self._release = release
        self._again_at = float("-inf")

    def get(self, key, stand):
        text = self._ask(lambda: self._redis.get(self._name(key, stand)))
        try:
            return text and Answer.from_bytes(stand, text)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("Redis holds something at %r that is no answer of this site.", key)

    def put(self, key, answer):
        name = self._name(key, answer.stand)
        self._ask(lambda: self._redis.set(name, answer.as_bytes(), ex=KEEP_FOR))

    def _ask(self, question):
        if time.monotonic() < self._again_at:
            return None
        try:
            return question()
        except (redis.RedisError, OSError) as error:
            self._again_at = time.monotonic() + PAUSE
            logger.warning("Redis does not answer; pages are kept without it: %s", error)

    def _name(self, key, stand):
        told = repr((settings.SITE_URL, self._release, stand, key))
        return f"jinhua:page:{sha256(told.encode()).hexdigest()}"
