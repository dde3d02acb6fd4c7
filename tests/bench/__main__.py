"""`python -m tests.bench`; the exit code says whether all is as it should be."""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests import nginx, server
from tests.bench import cold, edits, load, memory, report, stage, start, warm


def parts(quick):
    """What is measured, by name; each a function of a folder and of the site to copy."""
    rounds, seconds = (5, 1) if quick else (15, 2)
    pages = (1, 300) if quick else (1, 1_000, 20_000)
    return {
        "warm": partial(warm.figures, rounds=rounds, seconds=seconds),
        "nginx": partial(warm.figures_of_nginx, rounds=rounds, seconds=seconds),
        "cold": cold.figures,
        "memory": partial(memory.figures, pages=pages),
        "start": start.figures,
        "edits": partial(edits.figures, times=10 if quick else 100),
    }


def lacking():
    """Parts that cannot be measured on this machine, and why."""
    without = {}
    if not load.find():
        without |= dict.fromkeys(("warm", "nginx"), "wrk is not installed")
    if not nginx.find():
        without["nginx"] = "nginx is not installed"
    if not edits.postgres():
        without["edits"] = "no PostgreSQL at DATABASE_URL, nor on 127.0.0.1"
    return without


def main():
    parser = argparse.ArgumentParser(description=sys.modules["tests.bench"].__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, with less certainty")
    parser.add_argument("--only", action="append", choices=parts(quick=True), help="this part")
    parser.add_argument(
        "--write", action="store_true", help=f"keep the table in {report.FILE.name}"
    )
    args = parser.parse_args()
    told, without = [], lacking()
    if args.write and (args.only or without):
        why = "; ".join(sorted({*without.values()})) or "a part was asked for"
        parser.error(f"the table is kept whole or not at all: {why}. ARGS=--quick leaves it alone.")
    with tempfile.TemporaryDirectory(prefix="jinhua-bench-") as folder:
        like = _installed(Path(folder) / "installed")
        for name, measure in parts(args.quick).items():
            if args.only and name not in args.only:
                continue
            if name in without:
                say(f"Not measured: {name}. {without[name].capitalize()}.")
                continue
            say(f"Measuring: {name} …")
            (Path(folder) / name).mkdir()
            for figure in measure(Path(folder) / name, like):
                say("  " + " | ".join(filter(None, figure.cells())))
                told.append(figure)
    report.say(told)
    if args.write:
        report.write(told)
    return bool(told) and all(figure.is_met for figure in told)


def _installed(folder):
    return server.Installed(
        folder, stage.install({"VAR_DIR": folder, "SITE_URL": "http://127.0.0.1"})
    )


def say(sentence):
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    os.chdir(server.PROJECT)
    sys.exit(0 if main() else 1)
