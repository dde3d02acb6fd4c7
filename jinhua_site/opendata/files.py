"""The files of a dataset, CSV and JSON."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass

from .datasets import in_all_languages

# A spreadsheet takes a cell that begins so for a formula, in wide letters too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Format:
    """A kind of file; `write` gives its text, from a dataset and when it changed."""

    name: str
    media_type: str
    write: Callable


def as_csv(dataset, modified):
    """After RFC 4180. By the mark at its start Excel knows it for UTF-8."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(column.name for column in dataset.columns)
    lines.writerows(map(_cell, row) for row in dataset.read())
    return "\ufeff" + text.getvalue()


def as_json(dataset, modified):
    """An object with the rows in it, each on a line of its own."""
    about = {
        "title": in_all_languages(dataset.title),
        "modified": modified and modified.isoformat(timespec="seconds"),
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
    """A value as CSV has it: several of them on a line each, text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "\n".join(item or "" for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
