"""gunicorn's settings, for `make run` and for a server. deploy/BENCHMARKS.md has the figures."""

import ctypes
import logging
import os
import subprocess
import sys

from gunicorn.http import message

from jinhua_site import logs

SETTINGS = """
import sys
from jinhua_site.environment import WrongSetting
try:
    import jinhua_site.settings
except WrongSetting as error:
    sys.exit(f"The site cannot start: {error}")
"""

# A port on the loopback, or a socket: BIND=unix:/run/jinhua/gunicorn.sock
bind = os.environ.get("BIND", "127.0.0.1:8000")
# One process a core. More threads than may wait for the database at once (PLACES in
# jinhua_site/web/page_cache.py), so that pages are answered from memory meanwhile.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
backlog = 2048
timeout = 30
graceful_timeout = 20
# Longer than nginx keeps a connection to a node, so that it is nginx who closes it.
keepalive = 30
# The site answers an overlong address in words, where gunicorn would in bare
# English; it takes no longer line than this constant of its own.
message.MAX_REQUEST_LINE = limit_request_line = 128 * 1024
max_requests = 1_000_000
max_requests_jitter = 100_000
# nginx keeps the log of who asks for what; this is gunicorn's own.
logconfig_dict = logs.configuration(os.environ.get("LOG_FORMAT", "").strip().lower())
logging.captureWarnings(True)
# Each worker is a copy of this process: what it finds here of the site it takes for its
# own, be it of the release before the reload.
for name in [each for each in sys.modules if each.partition(".")[0] == "jinhua_site"]:
    del sys.modules[name]
# It would be made in the home folder, which a service account often lacks.
control_socket_disable = True


def when_ready(server):
    """Let no other process of its user, once broken into, read its secrets in /proc."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE, which workers inherit


def pre_fork(server, worker):
    """Choose the core that has the fewest workers yet."""
    if hasattr(os, "sched_getaffinity"):
        taken = [each.core for each in server.WORKERS.values()]
        worker.core = min(sorted(os.sched_getaffinity(0)), key=taken.count)


def post_fork(server, worker):
    """Keep a worker on its core: threads that pass Python's lock between cores lose two thirds."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {worker.core})


def on_starting(server):
    """Stop with one sentence on a wrong setting, which a process of its own reads."""
    if subprocess.run([sys.executable, "-c", SETTINGS]).returncode:  # noqa: S603
        sys.exit(1)
