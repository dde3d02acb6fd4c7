"""A PostgreSQL of one's own, to be stopped and started."""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tests import server


class Postgres:
    """A cluster in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.port = folder / "postgres", server.free_port()
        # The server refuses to run as root.
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.folder.mkdir()
        for each in (folder.parent, folder):
            each.chmod(0o711)
        if self._as:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-D", self.folder / "data")
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def programs():
        """Where PostgreSQL's own programs lie; None where it is not installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = found[-1] if found else shutil.which("initdb")
        return Path(initdb).parent if initdb else None

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self._control("start", "-l", self.folder / "log", "-o", options)

    def stop(self):
        """As when its machine fails: nobody is told."""
        self._control("stop", "-m", "immediate")

    def hang(self):
        """It takes connections and answers nothing, nor do those that there are."""
        self._signal(signal.SIGSTOP)

    def wake(self):
        self._signal(signal.SIGCONT)

    def is_up(self):
        command = [self.programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command).returncode == 0

    def _signal(self, number):
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for each in (pid, *server.children(pid)):
            os.kill(each, number)

    def _control(self, *arguments):
        self._run("pg_ctl", "-w", "-D", self.folder / "data", *arguments)

    def _run(self, program, *arguments):
        command = [*self._as, self.programs() / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def started(service):
    service.start()
    try:
        yield service
    finally:
        service.stop()
