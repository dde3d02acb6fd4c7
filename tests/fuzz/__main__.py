"""`python -m tests.fuzz [--addresses 100000]`; the exit code says whether anything went wrong."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests import nginx, server
from tests.bench import stage
from tests.bench.figures import Figure, table
from tests.fuzz import SLOWEST, raw

PROCESSES = 2
SEED = 7


def of_addresses(variables, number, seed):
    """Put `number` generated requests to the application, by several processes."""
    share = -(-number // PROCESSES)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.application", str(share), str(seed + process)],
            cwd=server.PROJECT,
            env=server.environment(**variables, DJANGO_SETTINGS_MODULE="jinhua_site.settings"),
            stdout=subprocess.PIPE,
        )
        for process in range(PROCESSES)
    ]
    found = [json.loads(process.communicate()[0]) for process in started]
    statuses = sum((Counter(each["statuses"]) for each in found), Counter())
    faults = [fault for each in found for fault in each["faults"]]
    told = ", ".join(f"{count:,} × {status}" for status, count in sorted(statuses.items()))
    total = sum(statuses.values())
    yield from faults
    yield Figure(f"faults of {total:,} generated requests", len(faults), "", None, 0, told)
    slowest = max(each["slowest"] for each in found)
    yield Figure("  the longest of them took", slowest, "s", None, SLOWEST)


def of_raw_cases(what, port, host, trust=None):
    outcomes = [raw.send(case, port, host, trust) for case in raw.CASES]
    faults = [f"{what}: {each.case.name}: {fault}" for each in outcomes for fault in each.faults]
    statuses = Counter(tuple(each.statuses[:1]) for each in outcomes)
    told = ", ".join(
        f"{count} × {key[0] if key else 'hung up'}" for key, count in sorted(statuses.items())
    )
    yield from faults
    yield Figure(f"faults of {len(outcomes)} raw cases to {what}", len(faults), "", None, 0, told)
    slowest = max(outcome.took for outcome in outcomes)
    yield Figure("  the longest of them took", slowest, "s", None, SLOWEST)


def found(folder, stack, args):
    """The figures, and a sentence before them for each fault."""
    variables = {"VAR_DIR": folder / "alone", "SITE_URL": "http://127.0.0.1"}
    stage.install(variables)
    yield from of_addresses(variables, args.addresses, args.seed)
    address = f"http://127.0.0.1:{server.free_port()}"
    alone = stack.enter_context(server.serving(address, variables))
    yield from of_raw_cases("gunicorn alone", urlsplit(address).port, "127.0.0.1")
    assert alone.answers("/healthz")
    if not nginx.find():
        sys.stderr.write("nginx is not installed: its raw cases did NOT run.\n")
        return
    behind = variables | {"SITE_URL": f"https://{nginx.NAME}"}
    node = stack.enter_context(server.serving(f"http://127.0.0.1:{server.free_port()}", behind))
    place = urlsplit(node.address).netloc
    front = stack.enter_context(nginx.running(folder / "front", [place], variables["VAR_DIR"]))
    yield from of_raw_cases("nginx", urlsplit(front.address).port, front.name, front.trust)
    assert front.get("/healthz").status == 200


def main():
    parser = argparse.ArgumentParser(description=sys.modules["tests.fuzz"].__doc__)
    parser.add_argument("--addresses", type=int, default=100_000, help="how many are generated")
    parser.add_argument("--seed", type=int, default=SEED, help="others for another number")
    told = []
    with tempfile.TemporaryDirectory(prefix="jinhua-fuzz-") as folder, ExitStack() as stack:
        for each in found(Path(folder), stack, parser.parse_args()):
            if isinstance(each, Figure):
                told.append(each)
            else:
                sys.stderr.write(f"{each}\n")
    sys.stdout.write(f"{table(told)}\n")
    return all(figure.is_met for figure in told)


if __name__ == "__main__":
    sys.exit(os.EX_OK if main() else 1)
