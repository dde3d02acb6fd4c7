"""Compares the mirror with the site that answers: what differs, what lacks, what is gone."""

import gzip

import brotli

from . import MirrorError
from .crawl import HTML, SITEMAP, crawl, is_static, links
from .making import CURRENT, OWN_PAGES
from .plain import INDEX, PACKED, content, file_name

UNPACK = dict(zip(PACKED, (gzip.decompress, brotli.decompress), strict=True))
STATES = ("differs", "missing in the mirror", "gone from the site", "fails on the site")
DIFFERS, MISSING, GONE, FAILS = STATES


class Drift:
    """The addresses at which the mirror and the site are not the same, by what is wrong."""

    def __init__(self):
        self.total = 0
        self.found = {state: [] for state in STATES}

    @property
    def number(self):
        return sum(map(len, self.found.values()))


def compare(folder, ask):
    """Ask the site for every address; yields how many are done of how many known.

    Returns the `Drift`. Raises `MirrorError` when the site does not answer.
    """
    root = (folder / CURRENT).resolve()  # the same one, though a new one be swapped in meanwhile
    drift, expected = Drift(), set()
    for address, answer, known in crawl(ask):
        if address == SITEMAP and not answer.is_there:
            raise MirrorError(f"The site answers {answer.status} at {address}.")
        expected.add(file_name(address))
        _compare(root, address, answer, drift.found)
        drift.total = known
        yield len(expected), known
    surplus = set(_files(root)) - expected
    drift.found[GONE] = sorted(f"/{name.removesuffix(INDEX)}" for name in surplus)
    return drift


def _compare(root, address, answer, found):
    file = root / file_name(address)
    if not answer.is_there:
        found[FAILS].append(f"{address} ({answer.status})")
    elif not file.is_file():
        found[MISSING].append(address)
    elif any(body != content(address, answer) for body in _bodies(file)):
        found[DIFFERS].append(address)
    if answer.kind == HTML:
        named = filter(is_static, links(address, answer.body.decode()))
        lacking = {link for link in named if not (root / file_name(link)).is_file()}
        found[MISSING] += sorted(lacking.difference(found[MISSING]))


def _bodies(file):
    """What the file says, and what its compressed versions say."""
    yield file.read_bytes()
    for suffix, unpack in UNPACK.items():
        packed = file.with_name(file.name + suffix)
        if packed.is_file():
            try:
                yield unpack(packed.read_bytes())
            except (OSError, EOFError, brotli.error):
                yield None


def _files(root):
    """Every file that answers at an address of the site, by its name."""
    for file in root.rglob("*"):
        name = file.relative_to(root).as_posix()
        own = name in OWN_PAGES or is_static(f"/{name}") or file.suffix in PACKED
        if file.is_file() and not own:
            yield name
