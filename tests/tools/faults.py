"""Stops parts of the site under load, and counts failed requests: `make faults`.

It stops PostgreSQL, a worker, or the whole application, while wrk reads every public page
through nginx; no request may fail. Afterwards an edit shows at once, and nothing else needs a
restart. `--seconds 5` shortens each outage.
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
from contextlib import ExitStack
from pathlib import Path

from tests.support import nginx, server
from tests.support.pages import in_sitemap
from tests.tools.bench import PUBLISH, Figure, table

PAGE = "/en/faculties/"
LEAST = 10_000  # requests for each fault
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
# Eight visitors, each with a page every few milliseconds: about 1,000 pages a second.
VISITORS = """
local addresses, answered = {{{addresses}}}, 0
function delay() return 5 end
function request()
  answered = answered + 1
  return wrk.format("GET", addresses[answered % #addresses + 1])
end
function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.stderr:write(string.format("%d %d", failed, summary.requests))
end
"""


class Postgres:
    """A PostgreSQL cluster in its own folder."""

    def __init__(self, folder):
        self.folder, self.port = folder / "postgres", server.free_port()
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.folder.mkdir()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:  # PostgreSQL refuses to run as root
            folder.chmod(0o711)
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres")

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-l", self.folder / "log", "-o", options)

    def stop(self):
        """Stop at once, as if the machine failed."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def signal(self, number):
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for process in (pid, *server.children(pid)):
            os.kill(process, number)

    def _run(self, program, *arguments):
        command = [*self._as, PROGRAMS / program, "-D", self.folder / "data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


class Town:
    """The site behind nginx, with its own PostgreSQL."""

    def __init__(self, folder, stack):
        self.edits = 0
        self.postgres = Postgres(folder)
        self.postgres.start()
        stack.callback(self.postgres.stop)
        self.variables = {"VAR_DIR": folder / "var", "SITE_URL": "https://localhost"}
        self.variables["DATABASE_URL"] = self.postgres.address
        self.variables["VAR_DIR"].mkdir()
        server.install(self.variables)
        server.shell(PUBLISH, **self.variables)
        node = f"127.0.0.1:{server.free_port()}"
        self.address, self.application = f"http://{node}", ExitStack()
        stack.callback(self.stop)
        self.start()
        behind = nginx.running(folder / "nginx", [node], folder / "var", name="localhost")
        self.front = stack.enter_context(behind)
        paths = in_sitemap(self.front.get("/sitemap.xml").body)
        for path in paths:  # as deploy/warm does
            server.wait_until(lambda path=path: self.front.get(path).status == 200, path)
        self.visitors = folder / "visitors.lua"
        self.visitors.write_text(VISITORS.format(addresses=", ".join(map(json.dumps, paths))))

    def start(self):
        serving = server.serving(self.address, self.variables)
        self.site = self.application.enter_context(serving)

    def stop(self):
        self.application.close()

    def edit(self):
        """Edit a page; return the seconds until the edit shows through nginx."""
        self.edits += 1
        word = f"Edited {self.edits}"
        code = "from profile.models import *; faculty = Faculty.objects.published().first(); "
        server.shell(f"{code} faculty.name_en = {word!r}; faculty.save()", **self.variables)
        saved = time.monotonic()
        server.wait_until(lambda: word in self.front.get(PAGE).text, f"{word!r} never shows.", 30)
        return time.monotonic() - saved

    def suffer(self, fault, seconds):
        """Return how many requests failed, of how many, and how soon the next edit shows."""
        command = ["wrk", "-t1", "-c8", "-d1h", "--timeout", "15s", "-s", self.visitors]
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        wrk = subprocess.Popen([*command, self.front.address], text=True, **pipes)
        try:
            time.sleep(2)
            fault(self, seconds)
            delay = self.edit()
            time.sleep(2)
        finally:
            wrk.send_signal(signal.SIGINT)
            said = wrk.communicate(timeout=60)[1]
        return *map(int, said.split()), delay


def postgres_stops(town, seconds):
    town.postgres.stop()
    time.sleep(seconds)
    town.postgres.start()


def postgres_hangs(town, seconds):
    """Suspend PostgreSQL right after an edit, when every page has to be rendered."""
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
        time.sleep(seconds / 6)


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


def main():
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long each is away")
    seconds = parser.parse_args().seconds
    rows = []
    with tempfile.TemporaryDirectory(prefix="jinhua-faults-") as folder, ExitStack() as stack:
        town = Town(Path(folder), stack)
        for what, fault in FAULTS.items():
            failed, asked, delay = town.suffer(fault, seconds)
            value = f"{failed} of {asked:,} pages failed; then an edit showed after {delay:.2f} s"
            is_met = failed == 0 and asked >= min(LEAST, LEAST * seconds / 30) and delay <= 1.5
            rows.append(Figure(what, value, "0 of 10,000 or more; 1.5 s", is_met))
            sys.stderr.write(f"{rows[-1]}\n")
    sys.stdout.write(f"{table(rows)}\n")
    return all(row.is_met for row in rows)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
