"""The claims of deploy/ASVS.md: what it names exists, and what no other test covers holds."""

import ast
import re
from functools import lru_cache

from jinhua_site.core.environment import SHORTEST_KEY
from tests.support.server import PROJECT

DOCUMENTS = [PROJECT / "deploy" / name for name in ("ASVS.md", "SECURITY-DESIGN.md")]


def named(pattern):
    return sorted({match for file in DOCUMENTS for match in re.findall(pattern, file.read_text())})


@lru_cache
def functions_of(path):
    file = PROJECT / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    tests = named(r"`(tests/[\w/]+\.py)::(\w+)`")
    assert len(tests) > 100
    assert [test for test in tests if test[1] not in functions_of(test[0])] == []


def test_every_file_setting_and_command_that_is_named_exists():
    files = named(r"`([\w.][\w.-]*/[\w./-]*)`") + named(r"\]\(([\w.-]+)\)")
    places = [PROJECT, PROJECT / "deploy"]
    assert [each for each in files if not any((place / each).exists() for place in places)] == []
    sources = "\n".join(path.read_text() for path in (PROJECT / "jinhua_site").rglob("*.py"))
    settings = named(r"`([A-Z][A-Z_]{4,})`")
    assert [each for each in settings if not re.search(rf"\b{each}\b", sources)] == []
    commands = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.M)
    assert {*named(r"`make ([a-z]+)`")} <= {*commands}
    assert min(map(len, (files, settings, commands))) > 5


# What no other test covers


ASKING = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "socket", "urllib.request"}
ASKING |= {"urllib3", "telnetlib", "xmlrpc.client"}


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def test_the_site_asks_nobody_but_itself():
    """Database and mail aside: they have libraries of their own."""
    rooms = (PROJECT / name for name in ("jinhua_site", "profile", "partnerships"))
    code = [path for room in rooms for path in room.rglob("*.py")]
    assert len(code) > 100
    assert [path for path in code if ASKING & {*imported_by(path)}] == []


# Text as markup or code; storage in the browser; messages from other windows.
UNWANTED = re.compile(
    r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML|innerHTML"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|onmessage|\"message\""
)
# A table that the server renders and escapes: see templates/admin/profile/figure/.
MARKUP = {"office_figure.js": ["innerHTML"]}


def test_scripts_write_text():
    scripts = [*(PROJECT / "static").glob("*.js")]
    assert len(scripts) > 4
    unwanted = {script.name: UNWANTED.findall(script.read_text()) for script in scripts}
    assert {name: words for name, words in unwanted.items() if words} == MARKUP


def test_the_key_of_the_example_is_none():
    """The site does not start with the example's key."""
    key = re.search(
        r"^SECRET_KEY='(.+)'$", (PROJECT / "deploy/environment.example").read_text(), re.M
    )[1]
    assert len(key) < SHORTEST_KEY


def test_nginx_offers_no_old_tls():
    tls = (PROJECT / "deploy/nginx/jinhua/tls.conf").read_text()
    assert re.search(r"^ssl_protocols (.*);", tls, re.M)[1].split() == ["TLSv1.2", "TLSv1.3"]
    suites = re.search(r"^ssl_ciphers (.*);", tls, re.M)[1].split(":")
    sound = re.compile(r"ECDHE-(?:ECDSA|RSA)-(?:AES(?:128|256)-GCM-SHA\d{3}|CHACHA20-POLY1305)")
    assert [suite for suite in suites if not sound.fullmatch(suite)] == []
