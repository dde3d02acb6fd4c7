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
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import thread_time

from tests.support import nginx, server
from tests.support.pages import in_sitemap, kind_of

REPORT = server.PROJECT / "deploy" / "BENCHMARKS.md"
START, END = "<!-- measured -->", "<!-- /measured -->"
PAGE, PROBE = "/en/partnerships/partners/", "/en/partnerships/partners/?q=nobody"
PAGES = ["/en/partnerships/partners/?q=a"]
FILES = ["/data/partners.json", "/sitemap.xml"]
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
OF_THE_SERVER = {"connection", "date", "server", "transfer-encoding"}
# One process: with two, connections are spread unevenly from run to run.
ALONE = {"WEB_CONCURRENCY": 1}
PUBLISH = "from tests.support.makers import *; publish_drafts()"
GROW = f"""{PUBLISH}
from random import choice
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


# WSGI applications for gunicorn


def bare(environ, start_response):
    """Return the same bytes and headers each time: gunicorn's upper limit."""
    start_response("200 OK", _headers())
    return _body()


@cache
def _headers():
    return [tuple(pair) for pair in json.loads(Path(os.environ["BARE"], "headers").read_text())]


@cache
def _body():
    return [Path(os.environ["BARE"], "body").read_bytes()]


def counted(environ, start_response):
    """Answer as the site does, and add milliseconds and queries in the header X-Cost.

    A request for `/edit` changes the public content.
    """
    site, connection = _site()
    if environ["PATH_INFO"] == "/edit":
        from profile.models import College

        College.objects.get().save()
        start_response("204 No Content", [])
        return []
    queries, started, begun = [], [], thread_time()
    with connection.execute_wrapper(lambda run, *given: queries.append(1) or run(*given)):
        answer = site(environ, lambda *given: started.extend(given))
        body = b"".join(answer)
        getattr(answer, "close", list)()
    cost = f"{(thread_time() - begun) * 1000:.1f} {len(queries)}"
    start_response(started[0], [*started[1], ("X-Cost", cost)])
    return [body]


@cache
def _site():
    from django.db import connection

    from jinhua_site.wsgi import application

    return application, connection


# Cached pages


@dataclass
class Target:
    """An address, and the server that answers it."""

    address: str
    server: object

    def under_load(self, seconds):
        """Return requests per second; raise `AssertionError` if a single one fails."""
        headers = [part for pair in BROWSER.items() for part in ("-H", ": ".join(pair))]
        command = ["wrk", "-t1", "-c32", f"-d{seconds}s", *headers, self.address]
        output = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 60
        ).stdout
        assert "Requests/sec" in output, output
        assert "Non-2xx" not in output, output
        assert "Socket errors" not in output, output
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def in_turns(what, one, other, at_least, rounds, seconds):
    """Compare the speed of `one` with that of `other`: the median ratio of all rounds."""
    rates = []
    for turn in range(rounds):
        order = [one, other] if turn % 2 == 0 else [other, one]
        pair = [target.under_load(seconds) for target in order]
        rates.append(pair if turn % 2 == 0 else pair[::-1])
    ratios = [first / second for first, second in rates]
    rate, other_rate = map(median, zip(*rates, strict=True))
    value = f"{median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f}; "
    value += f"{rate:,.0f} against {other_rate:,.0f} a second)"
    return Figure(what, value, f"at least {at_least}", median(ratios) >= at_least)


def cached(folder, like, rounds, seconds):
    with running(folder / "var", like, **ALONE) as site:
        page = site.get(PAGE, **BROWSER)
        headers = [pair for pair in page.headers.items() if pair[0].lower() not in OF_THE_SERVER]
        (folder / "headers").write_text(json.dumps(headers))
        (folder / "body").write_bytes(page.body)
        variables = {"VAR_DIR": folder, "BARE": folder, **ALONE}
        address = f"http://127.0.0.1:{server.free_port()}"
        with server.serving(address, variables, application="tests.tools.bench:bare") as least:
            targets = Target(site.address + PAGE, site), Target(least.address + PAGE, least)
            what = "cached page, to a bare WSGI function of the same bytes"
            yield in_turns(what, *targets, 0.9, rounds, seconds)


def through_nginx(folder, like, rounds, seconds):
    shutil.copytree(like.var_dir, folder / "var")
    file = folder / "var" / "static" / "same-size.0123456789ab.bin"
    file.touch()
    node = f"http://127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": folder / "var", "SITE_URL": "https://localhost"}
    nodes = [node.removeprefix("http://")]
    with (
        server.serving(node, variables),
        nginx.running(folder / "nginx", nodes, folder / "var", name="localhost") as front,
    ):
        file.write_bytes(os.urandom(len(front.get(PAGE, **BROWSER).body)))  # incompressible
        targets = (
            Target(front.address + PAGE, front),
            Target(front.address + f"/static/{file.name}", front),
        )
        what = "page through nginx, to nginx's own file of its size"
        yield in_turns(what, *targets, 0.8, rounds, seconds)


# Pages that are not cached


def after_an_edit(folder, like, turns):
    """Return the slowest page of each kind, with the shipped content and 1,000 more partners."""
    with running(folder / "few", like, "tests.tools.bench:counted", **ALONE) as site:
        addresses = in_sitemap(site.get("/sitemap.xml").body) + PAGES + FILES
        few = first_renderings(site, addresses, turns)
    more = server.Site("", folder / "more", {}, "")
    shutil.copytree(like.var_dir, more.var_dir)
    server.shell(GROW, VAR_DIR=more.var_dir)
    with running(folder / "many", more, "tests.tools.bench:counted", **ALONE) as site:
        many = first_renderings(site, addresses, turns)
    kinds = {}
    for address in addresses:
        kinds.setdefault(re.sub("^/(en|zh-hans)/", "/…/", kind_of(address)), []).append(address)
    for alike in kinds.values():
        ms, queries, ms_of_many, queries_of_many = (
            max(costs[address][place] for address in alike)
            for costs in (few, many)
            for place in (0, 1)
        )
        value = f"{ms:.0f} ms, {queries} queries; with 1,000 partners {ms_of_many:.0f} ms, "
        value += f"{queries_of_many} queries"
        what, is_met = f"after an edit {alike[0]} and its like", queries_of_many <= 15
        if alike[0] in FILES:  # these grow with their rows
            yield Figure(what, value, "15 queries", is_met)
        else:
            is_met &= max(ms, ms_of_many) <= 100 and queries == queries_of_many
            yield Figure(what, value, "100 ms, 15 queries", is_met)


def first_renderings(site, addresses, turns):
    """Return milliseconds and queries of the first request to each address after an edit."""
    costs = {address: [] for address in addresses}
    for _turn in range(turns):
        cost(site, PROBE)
        assert site.get("/edit").status == 204
        server.wait_until(lambda: cost(site, PROBE)[1], "No edit empties the page cache.", 10)
        for address, measured in costs.items():
            measured.append(cost(site, address))
    return {
        address: (median(ms for ms, _ in measured), max(queries for _, queries in measured))
        for address, measured in costs.items()
    }


def cost(site, address):
    answer = site.get(address)
    assert answer.status == 200, address
    ms, queries = answer.headers["X-Cost"].split()
    return float(ms), int(queries)


@contextmanager
def running(folder, like, application="jinhua_site.wsgi", **variables):
    """Run a copy of the site `like`, at its own address."""
    shutil.copytree(like.var_dir, folder)
    address = f"http://127.0.0.1:{server.free_port()}"
    variables |= {"VAR_DIR": folder, "SITE_URL": address}
    with server.serving(address, variables, application=application) as site:
        yield site


def table(figures):
    head = "| measured | figure | should be | |\n| --- | --- | --- | --- |"
    return "\n".join([head, *map(str, figures)])


def machine():
    """Describe the machine in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    programs = [f"Python {platform.python_version()}"]
    programs += [f"{name} {version(name)}" for name in ("Django", "gunicorn")]
    return f"{os.cpu_count()} cores of {found[1]}, {memory:.0f} GB; {', '.join(programs)}."


def main():
    quick = "--quick" in sys.argv
    rounds, seconds, turns = (3, 1, 2) if quick else (15, 2, 5)
    figures = []
    with tempfile.TemporaryDirectory(prefix="jinhua-bench-") as name:
        folder = Path(name)
        like = server.Site("", folder / "installed", {}, "")
        server.install({"VAR_DIR": like.var_dir, "SITE_URL": "http://127.0.0.1"})
        server.shell(PUBLISH, VAR_DIR=like.var_dir)
        for place, measured in {
            "cached": lambda place: cached(place, like, rounds, seconds),
            "nginx": lambda place: through_nginx(place, like, rounds, seconds),
            "edited": lambda place: after_an_edit(place, like, turns),
        }.items():
            (folder / place).mkdir()
            for figure in measured(folder / place):
                sys.stderr.write(f"{figure}\n")
                figures.append(figure)
    sys.stdout.write(f"{machine()}\n\n{table(figures)}\n")
    if "--write" in sys.argv:
        report = f"{START}\n{datetime.now(UTC):%Y-%m-%d}. {machine()}\n\n{table(figures)}\n{END}"
        around = re.split(rf"{START}.*?{END}", REPORT.read_text(), flags=re.DOTALL)
        REPORT.write_text(report.join(around))
    return all(figure.is_met for figure in figures)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
