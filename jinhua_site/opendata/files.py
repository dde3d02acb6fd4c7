"""The files of a dataset, CSV and JSON, written row by row as they are sent."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass

from .datasets import in_all_languages

# A spreadsheet takes a cell that begins so for a formula, in wide letters too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BLOCK = 64 * 1024


@dataclass(frozen=True)
class Format:
    """A kind of file; `write` gives its text in pieces, from a dataset and when it changed."""

    name: str
    media_type: str
    write: Callable


def as_csv(dataset, modified):
    """After RFC 4180. By the mark at its start Excel knows it for UTF-8."""
    line = csv.writer(Echo()).writerow
    yield "\ufeff" + line(column.name for column in dataset.columns)
    for row in dataset.read():
        yield line(map(_cell, row))


def as_json(dataset, modified):
    """An object with the rows in it. Their number comes last: only then it is known."""
    about = {
        "title": in_all_languages(dataset.title),
        "modified": modified and modified.isoformat(timespec="seconds"),
        "schema": dataset.address("schema.json"),
    }
    names = [column.name for column in dataset.columns]
    count = 0
    yield json.dumps(about, ensure_ascii=False)[:-1] + ', "rows": ['
    for count, row in enumerate(dataset.read(), start=1):
        record = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield f"{',' if count > 1 else ''}\n{record}"
    yield f'\n], "count": {count}}}\n'


FORMATS = {
    "csv": Format("CSV", "text/csv", as_csv),
    "json": Format("JSON", "application/json", as_json),
}


def in_blocks(pieces):
    """The same text in fewer pieces, each of a size worth sending."""
    block, size = [], 0
    for piece in pieces:
        block.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield "".join(block)
            block, size = [], 0
    yield "".join(block)


class Echo:
    """Gives back what is written to it."""

    def write(self, text):
        return text


def _cell(value):
    """A value as CSV has it: several of them on a line each, text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "\n".join(each or "" for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
