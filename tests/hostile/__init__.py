"""Files that somebody might send to do harm: made in code, the same ones each time.

Each maker is a function without arguments that returns the content; the lists say under
which name it comes and what becomes of it.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Hostile:
    """A file, the name it comes under, and the words it is refused with; none: made harmless."""

    make: object
    name: str
    words: str = ""
    gone: tuple = ()  # what must not be in any file that is kept

    def __str__(self):
        return self.make.__name__

    @property
    def content(self):
        return _made(self.make)


@cache
def _made(make):
    return make()
