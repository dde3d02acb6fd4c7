"""How long `make run` takes on an installed machine, until the first page is there."""

import os
import shutil
import signal
import subprocess
import time
from statistics import median

from tests import server
from tests.bench.figures import Figure

TIMES = 3


def figures(folder, like):
    seconds = [_start(folder / str(turn), like) for turn in range(TIMES)]
    spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
    what = "from `make run` on an installed machine to the first page"
    yield Figure(what, median(seconds), "s", spread=spread)


def _start(var_dir, like):
    shutil.copytree(like.var_dir, var_dir)
    port = server.free_port()
    site = server.Site(f"http://127.0.0.1:{port}", var_dir, {}, "")
    start = time.monotonic()
    # What is installed is not looked at again.
    command = ["make", "--old-file=.venv/run.stamp", "run", f"PORT={port}"]
    with (var_dir / "make.log").open("w") as log:
        make = subprocess.Popen(
            command,
            cwd=server.PROJECT,
            env=server.environment(VAR_DIR=var_dir),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            server.wait_until(lambda: site.answers("/en/"), f"No site: {var_dir}/make.log")
            return time.monotonic() - start
        finally:
            os.killpg(make.pid, signal.SIGTERM)
            make.wait(timeout=30)
