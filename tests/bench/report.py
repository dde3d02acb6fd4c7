"""The table of a run, on the screen and in deploy/BENCHMARKS.md."""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import django

from tests import nginx, server
from tests.bench.figures import table

FILE = server.PROJECT / "deploy" / "BENCHMARKS.md"
START, END = "<!-- measured -->", "<!-- /measured -->"


def say(figures):
    sys.stdout.write(f"{machine()}\n\n{table(figures)}\n")
    missed = [figure.what for figure in figures if not figure.is_met]
    sys.stdout.write(f"\nNot met: {'; '.join(missed)}.\n" if missed else "\nAll of it is met.\n")


def write(figures):
    """Put the table in its place in the file; what people wrote around it stays."""
    measured = f"{START}\n{datetime.now(UTC):%Y-%m-%d}. {machine()}\n\n{table(figures)}\n{END}"
    around = re.split(rf"{START}.*?{END}", FILE.read_text(), flags=re.DOTALL)
    FILE.write_text(measured.join(around))


def machine():
    """What it was measured on, in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    programs = [f"Python {platform.python_version()}", f"Django {django.__version__}"]
    programs.append(f"gunicorn {version('gunicorn')}")
    if nginx.find():
        said = subprocess.run([nginx.find(), "-v"], capture_output=True, text=True).stderr
        programs.append(f"nginx {said.rpartition('/')[2].strip()}")
    cores = f"{os.cpu_count()} cores of {processor()}, {memory:.0f} GB"
    return f"{cores}; {platform.system()}; {', '.join(programs)}."


def processor():
    said = Path("/proc/cpuinfo")
    found = said.exists() and re.search(r"model name\s*: (.+)", said.read_text())
    return found[1].strip() if found else platform.machine()
