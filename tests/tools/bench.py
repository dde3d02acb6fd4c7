"""Measures the site relative to the machine's limits: `make bench`, with wrk and nginx.

Absolute figures depend on the machine and its load. So a cached page is compared, in turns
within one run, with a minimal response of gunicorn and nginx; and the first rendering of a
page after an edit is measured in processor time. `--quick` takes a minute and is less
precise; `--write` puts the table into deploy/BENCHMARKS.md.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import thread_time
from urllib.request import Request, urlopen

from tests.support import nginx, server
from tests.support.pages import in_sitemap, kind_of, wsgi_answer

REPORT = server.PROJECT / "deploy" / "BENCHMARKS.md"
START, END = "<!-- measured -->", "<!-- /measured -->"
PAGE = "/en/partnerships/partners/"
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
OF_THE_SERVER = {"connection", "date", "server", "transfer-encoding"}
PUBLISH = "from tests.support.makers import *; publish_drafts()"
GROW = """
from random import choice
from tests.support.makers import *
country = Country.objects.published().first()
partners = make_many(make_partner, 1000, country=country)
make_many(lambda **fields: make_agreement(**fields, partner=choice(partners)), 1000)
"""


@dataclass
class Figure:
    """One line of the table."""

    what: str
    value: str
    bound: str
    is_met: bool

    def __str__(self):
        verdict = "met" if self.is_met else "NOT MET"
        return f"| {self.what} | {self.value} | {self.bound} | {verdict} |"


# Cached pages


def bare(environ, start_response):
    """Return the page at the address in `PAGE`, the same each time: gunicorn's upper limit."""
    headers, body = _page()
    start_response("200 OK", headers)
    return body


@cache
def _page():
    with urlopen(Request(os.environ["PAGE"], headers=BROWSER)) as page:
        headers = [pair for pair in page.headers.items() if pair[0].lower() not in OF_THE_SERVER]
        return headers, [page.read()]


def cached(folder, rounds, seconds):
    address, bare = (f"http://127.0.0.1:{server.free_port()}" for _ in range(2))
    # One process: with two, connections are spread unevenly from run to run.
    site = {"VAR_DIR": folder / "var", "SITE_URL": address, "WEB_CONCURRENCY": 1}
    least = {"VAR_DIR": folder, "PAGE": address + PAGE, "WEB_CONCURRENCY": 1}
    with (
        server.serving(address, site),
        server.serving(bare, least, application="tests.tools.bench:bare"),
    ):
        what = "cached page, to a bare WSGI function of the same bytes"
        return in_turns(what, address + PAGE, bare + PAGE, 0.9, rounds, seconds)


def through_nginx(folder, rounds, seconds):
    file = folder / "var" / "static" / "same-size.0123456789ab.bin"
    file.touch()
    node = f"127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": folder / "var", "SITE_URL": "https://localhost"}
    with (
        server.serving(f"http://{node}", variables),
        nginx.running(folder / "nginx", [node], folder / "var", name="localhost") as front,
    ):
        file.write_bytes(os.urandom(len(front.get(PAGE, **BROWSER).body)))  # incompressible
        addresses = front.address + PAGE, f"{front.address}/static/{file.name}"
        what = "page through nginx, to nginx's own file of its size"
        return in_turns(what, *addresses, 0.8, rounds, seconds)


def in_turns(what, one, other, at_least, rounds, seconds):
    """Compare the speed of `one` address with `other`: the median ratio of all rounds."""
    rates = [(under_load(one, seconds), under_load(other, seconds)) for _round in range(rounds)]
    ratios = [rate / other_rate for rate, other_rate in rates]
    rate, other_rate = map(median, zip(*rates, strict=True))
    value = f"{median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f}; "
    value += f"{rate:,.0f} against {other_rate:,.0f} a second)"
    return Figure(what, value, f"at least {at_least}", median(ratios) >= at_least)


def under_load(address, seconds):
    """Return requests per second; raise `AssertionError` if a single one fails."""
    headers = [part for pair in BROWSER.items() for part in ("-H", ": ".join(pair))]
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", *headers, address]
    said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60).stdout
    assert not re.search("Non-2xx|Socket errors", said), said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


# Pages that are not cached


def after_an_edit(variables, turns):
    """Yield the slowest page of each kind, with the shipped content and 1,000 more partners."""
    measure = "from tests.tools.bench import print_costs; print_costs({}, {})"
    few = json.loads(server.shell(measure.format(turns, []), **variables))
    server.shell(GROW, **variables)
    many = json.loads(server.shell(measure.format(turns, [*few]), **variables))
    kinds = {}
    for address in few:
        kinds.setdefault(kind_of(address.replace("/zh-hans/", "/en/")), []).append(address)
    for kind, alike in kinds.items():
        ms, queries = map(max, zip(*(few[address] for address in alike), strict=True))
        ms_of_many, of_many = map(max, zip(*(many[address] for address in alike), strict=True))
        what = f"after an edit {kind} and its like"
        value = f"{ms:.0f} ms, {queries} queries; with 1,000 partners {ms_of_many:.0f} ms, "
        value += f"{of_many} queries"
        is_met = max(ms, ms_of_many) <= 100 and queries == of_many <= 15
        yield Figure(what, value, "100 ms, 15 queries", is_met)


def print_costs(turns, addresses):
    """Print milliseconds and queries of the first request to each page, or all, after an edit.

    This runs inside the site.
    """
    from django.db import connection

    from jinhua_site.content.content_number import read_number
    from jinhua_site.wsgi import application, poller
    from profile.models import College

    shipped = in_sitemap(wsgi_answer(application, "/sitemap.xml").body)
    costs = {address: [] for address in addresses or [*shipped, f"{PAGE}?q=a"]}
    for _turn in range(turns):
        College.objects.get().save()
        server.wait_until(lambda: poller.cache_key[0] == read_number(), "The edit is not noticed.")
        for address, measured in costs.items():
            queries, begun = [], thread_time()
            with connection.execute_wrapper(lambda run, *given: queries.append(1) or run(*given)):  # noqa: B023
                assert wsgi_answer(application, address).status == 200, address
            measured.append(((thread_time() - begun) * 1000, len(queries)))
    print(json.dumps({page: [*map(median, zip(*of_it))] for page, of_it in costs.items()}))  # noqa: B905, T201


def table(figures):
    head = "| measured | figure | should be | |\n| --- | --- | --- | --- |"
    return "\n".join([head, *map(str, figures)])


def machine():
    """Describe the machine in a line."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())[1]
    programs = ", ".join(f"{name} {version(name)}" for name in ("Django", "gunicorn"))
    python = platform.python_version()
    return f"{os.cpu_count()} cores of {processor}; Python {python}, {programs}."


def measured(folder, rounds, seconds, turns):
    variables = {"VAR_DIR": folder / "var"}
    server.install(variables)
    server.shell(PUBLISH, **variables)
    yield cached(folder, rounds, seconds)
    yield through_nginx(folder, rounds, seconds)
    yield from after_an_edit(variables, turns)


def main():
    limits = (3, 1, 3) if "--quick" in sys.argv else (15, 2, 5)
    figures = []
    with tempfile.TemporaryDirectory(prefix="jinhua-bench-") as folder:
        for figure in measured(Path(folder), *limits):
            sys.stderr.write(f"{figure}\n")
            figures.append(figure)
    report = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}\n\n{table(figures)}\n"
    if "--write" in sys.argv:
        around = re.split(rf"{START}.*?{END}", REPORT.read_text(), flags=re.DOTALL)
        REPORT.write_text(f"{START}\n{report}{END}".join(around))
    return all(figure.is_met for figure in figures)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
