"""`python -m tests.faults [--seconds 30]`; the exit code says whether anybody noticed."""

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests import nginx, server
from tests.bench import stage
from tests.bench.desk import Desk
from tests.bench.edits import PAGE, form_of_a_faculty
from tests.bench.figures import Figure, table
from tests.faults.disk import Disk
from tests.faults.services import Postgres, started
from tests.faults.strangers import BODY, HEAD, dawdling
from tests.faults.visitors import Visitor, reading, together
from tests.pages import in_sitemap

NAME = "localhost"
THROUGH_NGINX, PAST_NGINX = 6, 2  # visitors
BEFORE, AFTER = 2, 3  # seconds of reading with everything there
RESTARTS = 10
SLOW_HEADS, SLOW_BODIES = 500, 200


class Town:
    """The site with all it stands on, behind nginx."""

    def __init__(self, folder, stack):
        folder.mkdir()
        self.disk = stack.enter_context(Disk(folder))
        self.postgres = stack.enter_context(started(Postgres(folder)))
        self.variables = {
            "VAR_DIR": folder / "var",
            "SITE_URL": f"https://{NAME}",
            "DATABASE_URL": self.postgres.address,
        }
        self.said = stage.install(self.variables)
        self.address = f"http://127.0.0.1:{server.free_port()}"
        self._stack = ExitStack()
        stack.callback(lambda: self._stack.close())
        self.start()
        made = server.python("manage.py", "mirror", **self.variables)
        assert made.returncode == 0, made.stderr
        node = urlsplit(self.address).netloc
        # nginx's cache lies on a disk of its own, as deploy/README.md says.
        behind = nginx.running(folder.parent / "nginx", [node], folder / "var", name=NAME)
        self.front = stack.enter_context(behind)
        self.form, self.edits = form_of_a_faculty(self.site), 0
        self.desk = Desk(self.front.address, self.site.password, self.front.trust)
        found = in_sitemap(self.front.get("/sitemap.xml").body)
        self.paths = [path for path in found if path.endswith("/")]
        # What nobody has asked for is in the mirror only, once the rest is away.
        self.unseen = self.paths[::10]
        self.paths = [path for path in self.paths if path not in self.unseen]
        for path in self.paths:
            assert self.front.get(path).status == 200, path
            assert self.site.get(path, **self.headers).status == 200, path

    headers = {"Host": NAME, "X-Forwarded-Proto": "https"}

    def start(self):
        serving = server.serving(self.address, self.variables, self.said)
        self.site = self._stack.enter_context(serving)

    def stop(self):
        self._stack.close()

    def visitors(self, past_nginx=True):
        """Those who come through nginx, and those who ask the node itself."""
        near = [Visitor(self.address, self.paths, self.headers) for _ in range(PAST_NGINX)]
        far = [
            Visitor(self.front.address, self.paths, trust=self.front.trust)
            for _ in range(THROUGH_NGINX)
        ]
        return [*far, *(near if past_nginx else [])]

    def try_to_edit(self):
        """A save that may well fail."""
        with contextlib.suppress(Exception):
            self.desk.change(self.form, name_en="Never to be seen")

    def edit(self):
        """Seconds until an edit shows on the node, and until it shows through nginx."""
        self.edits += 1
        word = f"Edited {self.edits}"
        self.desk.change(self.form, name_en=word)
        start, shown = time.monotonic(), []
        for ask in (lambda: self.site.get(PAGE, **self.headers), lambda: self.front.get(PAGE)):
            server.wait_until(lambda ask=ask: word in ask().text, f"{word!r} never showed.", 30)
            shown.append(time.monotonic() - start)
        return shown


def postgres_stops(town, seconds):
    town.postgres.stop()
    time.sleep(seconds)
    town.postgres.start()


def postgres_hangs(town, seconds):
    """Right after an edit, when there is a page to be made for each visitor."""
    town.edit()
    town.postgres.hang()
    time.sleep(seconds)
    start = time.monotonic()
    assert town.site.get("/healthz", **town.headers).status == 200
    assert time.monotonic() - start < 2, "Every thread waits for it."
    town.postgres.wake()


def workers_are_killed(town, seconds):
    for _kill in range(3):
        os.kill(town.site.workers[0], signal.SIGKILL)
        time.sleep(seconds / 10)


def restarts(town, seconds):
    for _restart in range(RESTARTS):
        before = set(town.site.workers)
        os.kill(town.site.pid, signal.SIGHUP)
        server.wait_until(lambda before=before: not before & set(town.site.workers), "It stays.")
        time.sleep(seconds / RESTARTS / 10)


def everything_stops(town, seconds):
    town.stop()
    town.paths += town.unseen
    time.sleep(seconds)
    town.start()


def heads_are_slow(town, seconds):
    with dawdling(town.front.address, town.front.trust, HEAD, SLOW_HEADS) as strangers:
        time.sleep(seconds)
    assert strangers.most == SLOW_HEADS, f"Only {strangers.most} came in."


def bodies_are_slow(town, seconds):
    with dawdling(town.front.address, town.front.trust, BODY, SLOW_BODIES) as strangers:
        time.sleep(seconds)
    assert strangers.most == SLOW_BODIES, f"Only {strangers.most} came in."


def disk_is_full(town, seconds):
    """PostgreSQL's and the site's own: they share one."""
    with town.disk.full():
        town.try_to_edit()
        time.sleep(seconds)
    if not town.postgres.is_up():  # it gives up when it cannot write its log
        town.postgres.start()


# What happens, and whether those who ask the node itself can be meant to notice nothing.
FAULTS = {
    "PostgreSQL stopped": (postgres_stops, False),
    "PostgreSQL hangs": (postgres_hangs, False),
    "a worker killed, three times": (workers_are_killed, False),
    "ten rolling restarts": (restarts, True),
    "the whole application stopped": (everything_stops, False),
    f"{SLOW_HEADS} slow heads": (heads_are_slow, True),
    f"{SLOW_BODIES} slow bodies": (bodies_are_slow, True),
    "the disk full": (disk_is_full, True),
}


def figures(town, what, seconds):
    happens, is_for_all = FAULTS[what]
    visitors = town.visitors(past_nginx=is_for_all)
    with reading(visitors):
        time.sleep(BEFORE)
        happens(town, seconds)
        on_node, through_nginx = town.edit()
        time.sleep(AFTER)
    seen = together(visitors)
    told = ", ".join(f"{number:,} by {who}" for who, number in sorted(seen.served_by.items()))
    for failure in seen.failures[:5]:
        sys.stderr.write(f"  {failure}\n")
    yield Figure(f"{what}: failed of {seen.pages:,} pages", len(seen.failures), "", None, 0, told)
    yield Figure("  then an edit shows on the node after", on_node, "s", None, 1)
    yield Figure("  and through nginx after", through_nginx, "s", None, 1.5)


def lacking():
    needed = {
        "nginx": nginx.find(),
        "initdb of PostgreSQL": Postgres.programs(),
    }
    return [name for name, found in needed.items() if not found]


@contextmanager
def town():
    with tempfile.TemporaryDirectory(prefix="jinhua-faults-") as folder, ExitStack() as stack:
        yield Town(Path(folder) / "town", stack)


def main():
    parser = argparse.ArgumentParser(description=sys.modules["tests.faults"].__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long each is away")
    parser.add_argument("--only", action="append", choices=FAULTS)
    args = parser.parse_args()
    if lacking():
        sys.stderr.write(f"Not installed: {', '.join(lacking())}.\n")
        return False
    told = []
    with town() as site:
        for what in args.only or FAULTS:
            if what == "the disk full" and not site.disk.is_own:
                sys.stderr.write("Not tried: the disk full. No disk may be mounted here.\n")
                continue
            sys.stderr.write(f"{what} …\n")
            told += figures(site, what, args.seconds)
    sys.stdout.write(f"{table(told)}\n")
    return all(figure.is_met for figure in told)


if __name__ == "__main__":
    os.chdir(server.PROJECT)
    sys.exit(0 if main() else 1)
