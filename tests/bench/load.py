"""Puts load on two addresses in turn, with wrk."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure

CONNECTIONS = 32
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
TICKS = os.sysconf("SC_CLK_TCK")


class FailedError(Exception):
    """An address did not answer as it should under load."""


@dataclass
class Asked:
    """An address, the server that answers there, with its `workers`, and what is sent along."""

    address: str
    server: object
    headers: dict = field(default_factory=dict)

    def under_load(self, seconds):
        """Requests a second, and microseconds of processor time for each of them."""
        before = self._processor_time()
        rate = requests_a_second(self.address, seconds, BROWSER | self.headers)
        return rate, (self._processor_time() - before) / (rate * seconds) * 1e6

    def _processor_time(self):
        told = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in self.server.workers
        ]
        return sum(int(ticks) for each in told for ticks in each.split()[11:13]) / TICKS


def find():
    """wrk's program; None where it is not installed."""
    return shutil.which("wrk")


def requests_a_second(address, seconds, headers=BROWSER, connections=CONNECTIONS):
    """What `address` answers, asked by wrk; `FailedError` if it refuses a single one."""
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [find(), "-t1", f"-c{connections}", f"-d{seconds}s", *told, address]
    said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60).stdout
    if "Non-2xx" in said or "Socket errors" in said or "Requests/sec" not in said:
        raise FailedError(f"{address}:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def in_turns(what, one, other, rounds, seconds, **bounds):
    """How many times as fast `one` is as `other`, as a `Figure`.

    Each round asks them in the opposite order of the round before.
    """
    pairs = []
    for turn in range(rounds):
        order = [one, other] if turn % 2 == 0 else [other, one]
        told = [each.under_load(seconds) for each in order]
        pairs.append(told if turn % 2 == 0 else told[::-1])
    ratios = [first[0] / second[0] for first, second in pairs]
    (rate, cost), (other_rate, other_cost) = (
        map(median, zip(*of, strict=True)) for of in zip(*pairs, strict=True)
    )
    spread = (
        f"{min(ratios):.2f} to {max(ratios):.2f}; {rate:,.0f} against {other_rate:,.0f} a second, "
        f"each {cost:.0f} µs of processor against {other_cost:.0f}"
    )
    return Figure(what, median(ratios), "times", spread=spread, **bounds)
