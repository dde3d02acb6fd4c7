"""What deploy/ASVS.md says of the security of the site is said of each requirement, and true."""

import ast
import re
from functools import lru_cache

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import URLField

from jinhua_site.core.environment import SHORTEST_KEY
from tests.support.server import PROJECT

DOCUMENTS = ["ASVS.md", "SECURITY-DESIGN.md"]
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, counted from 1.
SECTIONS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1},
    **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
    **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5},
    **{"6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2},
    **{"8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4},
    **{"10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4},
    **{"11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2},
    **{"13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1},
    **{"16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2},
}
REQUIREMENTS = [f"{name}.{n + 1}" for name, number in SECTIONS.items() for n in range(number)]
ROW = re.compile(r"\| ([\d.]+)(?:–([\d.]+))? \| (.+) \|")
MOST_WORDS = 12
STATES = ["met", "**in part**", "**not met**", "does not apply"]


@lru_cache
def text(name):
    return (PROJECT / "deploy" / name).read_text()


def rows(part):
    """The requirements of each row of a part of the table, and its other cells."""
    for line in part.splitlines():
        if found := ROW.fullmatch(line):
            first, last = found[1], found[2] or found[1]
            covered = REQUIREMENTS[REQUIREMENTS.index(first) : REQUIREMENTS.index(last) + 1]
            yield covered, found[3].split(" | ")


TABLE = [*rows(text("ASVS.md").partition("\n## V1 ")[2])]


def test_every_requirement_stands_in_it_once_with_a_test_or_a_reason():
    assert len(REQUIREMENTS) == 253
    assert [each for covered, _cells in TABLE for each in covered] == REQUIREMENTS
    for covered, (asks, state, how) in TABLE:
        assert state in STATES, covered
        assert len(asks.split()) <= MOST_WORDS, covered
        assert "`tests/" in how or "Reason: " in how or state != "met", covered


def test_the_top_counts_them_and_says_what_is_not_met():
    said = re.search(r"of 253, (.*?)\. `tests", text("ASVS.md").replace("\n", " "))[1]
    counted = {
        state: sum(len(covered) for covered, cells in TABLE if cells[1] == state)
        for state in STATES
    }
    assert [int(number) for number in re.findall(r"\d+", said)] == [*counted.values()]
    top = text("ASVS.md").partition("## Not met, and why")[2].partition("\n## V1 ")[0]
    lacking = [each for covered, cells in TABLE if "**" in cells[1] for each in covered]
    assert lacking == [each for covered, _cells in rows(top) for each in covered]


# What is named


def named(pattern):
    return sorted({each for name in DOCUMENTS for each in re.findall(pattern, text(name))})


@lru_cache
def functions_of(path):
    file = PROJECT / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    tests = named(r"`(tests/[\w/]+\.py)::(\w+)`")
    assert len(tests) > 100
    assert [each for each in tests if each[1] not in functions_of(each[0])] == []


def test_every_file_setting_and_command_that_is_named_exists():
    files = named(r"`([\w.][\w.-]*/[\w./-]*)`") + named(r"\]\(([\w.-]+)\)")
    places = [PROJECT, PROJECT / "deploy"]
    assert [each for each in files if not any((place / each).exists() for place in places)] == []
    read = "\n".join(path.read_text() for path in (PROJECT / "jinhua_site").rglob("*.py"))
    settings = named(r"`([A-Z][A-Z_]{4,})`")
    assert [each for each in settings if not re.search(rf"\b{each}\b", read)] == []
    commands = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.M)
    assert {*named(r"`make ([a-z]+)`")} <= {*commands}
    assert min(map(len, (files, settings, commands))) > 5


# What no other test shows


def test_an_address_that_runs_something_is_none():
    fields = [field for model in apps.get_models() for field in model._meta.fields]
    fields = [field for field in fields if isinstance(field, URLField)]
    assert len(fields) > 5
    for field in fields:
        for address in ("javascript:alert(1)", "JavaScript://x.example/%0aalert(1)", "data:,x"):
            with pytest.raises(ValidationError):
                field.run_validators(address)


ASKING = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "socket", "urllib.request"}
ASKING |= {"urllib3", "telnetlib", "xmlrpc.client"}


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{each.name}" for each in node.names))


def test_the_site_asks_nobody_but_itself():
    """But for its database and mail, which have libraries of their own."""
    rooms = (PROJECT / name for name in ("jinhua_site", "profile", "partnerships"))
    code = [path for room in rooms for path in room.rglob("*.py")]
    assert len(code) > 100
    assert [path for path in code if ASKING & {*imported_by(path)}] == []


# Text that becomes markup or code; what stays in a browser; words from other windows.
UNWANTED = re.compile(
    r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML|innerHTML"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|onmessage|\"message\""
)
# A table that the server has rendered, and escaped: see templates/admin/profile/figure/.
MARKUP = {"office_figure.js": ["innerHTML"]}


def test_scripts_write_text():
    scripts = [*(PROJECT / "static").glob("*.js")]
    assert len(scripts) > 4
    found = {script.name: UNWANTED.findall(script.read_text()) for script in scripts}
    assert {name: words for name, words in found.items() if words} == MARKUP


def test_the_key_of_the_example_is_none():
    """Whoever leaves it as it is learns so at the start."""
    key = re.search(r"^SECRET_KEY='(.+)'$", text("environment.example"), re.M)[1]
    assert len(key) < SHORTEST_KEY


def test_nginx_offers_no_old_tls():
    told = text("nginx/jinhua/tls.conf")
    assert re.search(r"^ssl_protocols (.*);", told, re.M)[1].split() == ["TLSv1.2", "TLSv1.3"]
    suites = re.search(r"^ssl_ciphers (.*);", told, re.M)[1].split(":")
    sound = re.compile(r"ECDHE-(?:ECDSA|RSA)-(?:AES(?:128|256)-GCM-SHA\d{3}|CHACHA20-POLY1305)")
    assert [each for each in suites if not sound.fullmatch(each)] == []
