"""Takes away, under load, what the site stands on, and counts who noticed: `make faults`.

PostgreSQL, a worker, the whole application: wrk reads every public page through nginx all the
while, and none may fail. Afterwards an edit shows at once, with nothing started anew but what
was taken away. `--seconds 5` takes each away for a shorter time.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support import nginx, server
from tests.support.pages import in_sitemap
from tests.tools.bench import Figure, shell, table

PAGE = "/en/faculties/"
ENCODINGS = ("br", "gzip", "identity")
LEAST = 10_000  # requests for each fault
# Eight visitors, each with a page every few milliseconds: some 1,000 pages a second.
VISITORS = """
local addresses, answered = {{{addresses}}}, 0
function delay() return 5 end
function request()
  answered = answered + 1
  local encoding = ({{"br", "gzip", "identity"}})[answered % 3 + 1]
  return wrk.format("GET", addresses[answered % #addresses + 1], {{["Accept-Encoding"] = encoding}})
end
function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.stderr:write(string.format('{{"pages": %d, "failed": %d}}', summary.requests, failed))
end
"""


class Postgres:
    """A cluster in a folder of its own."""

    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)

    def __init__(self, folder):
        self.folder, self.port = folder / "postgres", server.free_port()
        self.folder.mkdir()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:  # the server refuses to run as root
            folder.chmod(0o711)
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-D", self.folder / "data")
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self._control("start", "-l", self.folder / "log", "-o", options)

    def stop(self):
        """As when its machine fails: nobody is told."""
        self._control("stop", "-m", "immediate")

    def signal(self, number):
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for each in (pid, *server.children(pid)):
            os.kill(each, number)

    def _control(self, *arguments):
        self._run("pg_ctl", "-w", "-D", self.folder / "data", *arguments)

    def _run(self, program, *arguments):
        command = [*self._as, self.programs / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


class Town:
    """The site behind nginx, on a PostgreSQL of its own."""

    def __init__(self, folder, stack):
        self.folder, self.edits = folder, 0
        self.postgres = Postgres(folder)
        self.postgres.start()
        stack.callback(self.postgres.stop)
        self.variables = {
            "VAR_DIR": folder / "var",
            "SITE_URL": "https://localhost",
            "DATABASE_URL": self.postgres.address,
        }
        self.variables["VAR_DIR"].mkdir()
        server.install(self.variables)
        shell("from tests.support.makers import *; publish_drafts()", **self.variables)
        self.address = f"http://127.0.0.1:{server.free_port()}"
        self._application = ExitStack()
        stack.callback(self.stop)
        self.start()
        nodes = [self.address.removeprefix("http://")]
        behind = nginx.running(folder / "nginx", nodes, folder / "var", name="localhost")
        self.front = stack.enter_context(behind)
        paths = in_sitemap(self.front.get("/sitemap.xml").body)
        for path in paths:  # as deploy/warm does
            for encoding in ENCODINGS:
                assert self.front.get(path, **{"Accept-Encoding": encoding}).status == 200, path
        script = VISITORS.format(addresses=", ".join(map(json.dumps, paths)))
        (folder / "visitors.lua").write_text(script)

    def start(self):
        serving = server.serving(self.address, self.variables)
        self.site = self._application.enter_context(serving)

    def stop(self):
        self._application.close()

    def edit(self):
        """Seconds until an edit shows through nginx."""
        self.edits += 1
        word = f"Edited {self.edits}"
        code = "from profile.models import *; faculty = Faculty.objects.published().first(); "
        shell(f"{code} faculty.name_en = {word!r}; faculty.save()", **self.variables)
        saved = time.monotonic()
        server.wait_until(lambda: word in self.front.get(PAGE).text, f"{word!r} never shows.", 30)
        return time.monotonic() - saved

    @contextmanager
    def visitors(self):
        """What they have seen in the end: how many pages, and how many failed."""
        command = ["wrk", "-t1", "-c8", "-d1h", "--timeout", "15s"]
        command += ["-s", self.folder / "visitors.lua", self.front.address]
        wrk = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        seen = {}
        try:
            yield seen
        finally:
            wrk.send_signal(signal.SIGINT)
            seen.update(json.loads(wrk.communicate(timeout=60)[1]))


def postgres_stops(town, seconds):
    town.postgres.stop()
    time.sleep(seconds)
    town.postgres.start()


def postgres_hangs(town, seconds):
    """Right after an edit, when every page has to be made."""
    town.edit()
    town.postgres.signal(signal.SIGSTOP)
    time.sleep(seconds)
    begun = time.monotonic()
    assert town.site.answers("/healthz")
    assert time.monotonic() - begun < 2, "Every thread waits for it."
    town.postgres.signal(signal.SIGCONT)


def workers_are_killed(town, seconds):
    for _kill in range(3):
        os.kill(town.site.workers[0], signal.SIGKILL)
        time.sleep(seconds / 3)


def restarts(town, seconds):
    for _restart in range(10):
        before = set(town.site.workers)
        os.kill(town.site.pid, signal.SIGHUP)
        server.wait_until(lambda before=before: not before & set(town.site.workers), "It stays.")
        time.sleep(seconds / 100)


def application_is_away(town, seconds):
    town.stop()
    time.sleep(seconds)
    town.start()


FAULTS = {
    "PostgreSQL stopped": postgres_stops,
    "PostgreSQL hangs": postgres_hangs,
    "a worker killed, three times": workers_are_killed,
    "ten rolling restarts": restarts,
    "the whole application stopped": application_is_away,
}


def figures(town, what, seconds):
    with town.visitors() as seen:
        time.sleep(2)
        FAULTS[what](town, seconds)
        shown = town.edit()
        time.sleep(2)
    failed = f"{seen['failed']} of {seen['pages']:,} pages failed"
    is_met = seen["failed"] == 0 and seen["pages"] >= min(LEAST, LEAST * seconds / 30)
    yield Figure(what, failed, "0 of 10,000 or more", is_met)
    yield Figure("then an edit shows through nginx after", f"{shown:.2f} s", "1.5 s", shown <= 1.5)


def main():
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long each is away")
    parser.add_argument("--only", action="append", choices=FAULTS)
    args = parser.parse_args()
    told = []
    with tempfile.TemporaryDirectory(prefix="jinhua-faults-") as folder, ExitStack() as stack:
        town = Town(Path(folder), stack)
        for what in args.only or FAULTS:
            for figure in figures(town, what, args.seconds):
                sys.stderr.write(f"{figure}\n")
                told.append(figure)
    sys.stdout.write(f"{table(told)}\n")
    return all(figure.is_met for figure in told)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
