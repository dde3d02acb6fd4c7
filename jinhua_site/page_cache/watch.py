"""Looks at the content version beside all requests, so that none of them waits for it."""

import logging
import time
from threading import Event, Thread

from django.db import close_old_connections, connections

from jinhua_site.publishing import version

logger = logging.getLogger(__name__)

EVERY = 0.4  # seconds; with the rendering, an edit shows on every node within one
SILENT_AFTER = 3  # seconds without an answer, be it that the database hangs
PAUSE = 5  # seconds after something has taken effect by itself, or could not


class Watch:
    """What the content stands at, as it was a moment ago, and whether the database answers."""

    def __init__(self):
        # From now on nobody else in this process looks, but after a change of its own.
        version.LOOK_EVERY = float("inf")
        self._wake, self._has_looked = Event(), Event()
        self._answers, self._looked, self.stand = False, time.monotonic(), None
        version.on_bump(self._wake.set)
        for name, task in [("version", self._go_on_looking), ("due", self._go_on_carrying_out)]:
            Thread(target=task, name=f"content-{name}", daemon=True).start()
        self._has_looked.wait(SILENT_AFTER)

    @property
    def is_away(self):
        return not self._answers or time.monotonic() - self._looked > SILENT_AFTER

    def look(self):
        self._answers = version.look()
        self.stand = version.stand()
        self._looked = time.monotonic()

    def _go_on_looking(self):
        while True:
            try:
                close_old_connections()
                self.look()
            except Exception:  # whatever it was, the next look may go well
                logger.exception("The content version could not be looked at.")
            self._has_looked.set()
            self._wake.wait(EVERY)
            self._wake.clear()

    def _go_on_carrying_out(self):
        """It may take its time over a picture, or wait for whoever has locked a record."""
        while True:
            time.sleep(EVERY)
            if version.carry_out_what_is_due():
                connections.close_all()
                time.sleep(PAUSE)
