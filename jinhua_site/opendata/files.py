"""The files of a dataset, CSV and JSON."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from .datasets import in_all_languages

# Spreadsheets take a cell that begins like this for a formula, in full-width characters too.
# Apostrophes before it are counted as well, so that one can be taken off again.
FORMULA = re.compile("'*[=+@\t\r＝＋－＠-]")


@dataclass(frozen=True)
class Format:
    """A file format; `write` returns the text for a dataset and the time of its last change."""

    name: str
    media_type: str
    write: Callable


def as_csv(dataset, modified):
    return csv_of([[column.name for column in dataset.columns], *dataset.read()])


def csv_of(rows):
    """Return CSV after RFC 4180; the mark at its start tells Excel that it is UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_cell, row) for row in rows)
    return "\ufeff" + text.getvalue()


def as_json(dataset, modified):
    """Return an object with the rows in it, each on a line of its own."""
    about = {
        "title": in_all_languages(dataset.title),
        "modified": modified and modified.isoformat(),
        "schema": dataset.address("schema.json"),
    }
    names = [column.name for column in dataset.columns]
    rows = [f"\n{_dumped(dict(zip(names, row, strict=True)))}" for row in dataset.read()]
    return f'{_dumped(about)[:-1]}, "rows": [{",".join(rows)}\n], "count": {len(rows)}}}\n'


FORMATS = {
    "csv": Format("CSV", "text/csv", as_csv),
    "json": Format("JSON", "application/json", as_json),
}


def _dumped(content):
    return json.dumps(content, ensure_ascii=False)


def _cell(value):
    """Return a value for CSV: several values on a line each, and text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "\n".join(item or "" for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
