"""Reads the rows of a spreadsheet as texts, by its content and not by its file name.

Sizes are checked before parsing, so that a small file cannot unpack to a huge one.
"""

import csv
import datetime
import io
import re
import zipfile
from contextlib import suppress
from decimal import Decimal
from itertools import islice

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from jinhua_site.core.grammar import paragraph, set_apart
from jinhua_site.opendata.files import FORMULA

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
MOST_UNPACKED = 50 * MIB
MOST_TAGS = 2_000_000  # in all the XML of a workbook; a filled cell has four
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_COMMAS = 20_000  # in a line, also those inside texts
MOST_TEXT = 8 * MIB  # characters in the whole table
NUMBER = "row"  # an extra column: the row's number in the file
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# `_x000D_` is how Excel writes a carriage return in a cell.
RETURNS = re.compile(r"\r\n?|_x000D_\n?")
NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"')
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n\0"
OTHERS = {  # other files, by their first bytes
    b"\xd0\xcf\x11\xe0": gettext_lazy(
        "This is an old Excel file (.xls) or one with a password, whatever its name says. "
        "Open it in Excel and save it as “Excel Workbook (.xlsx)”, without a password."
    ),
    b"<": gettext_lazy(
        "This is a web page, not a spreadsheet, whatever its name says. "
        "Open it in Excel and save it as “Excel Workbook (.xlsx)”."
    ),
}


class FileError(Exception):
    """Tells the sender why their file cannot be read."""


class CellError(str):
    """A message on what is wrong with a cell."""


def tidy(text):
    """Return a text without control characters, its lines ending in a line feed."""
    return CONTROLS.sub("", RETURNS.sub("\n", text))


def read(content, columns, keys):
    """Return the rows of a file's `content` as a `Dataset`, or raise `FileError`.

    Its header must have all the `keys`, and none but the `columns`.
    """
    try:
        (_number, header), *table = _bounded(content) or [(1, [])]
    except FileError:
        raise
    except Exception:  # on a damaged file the parsers raise errors of many kinds
        message = _("The file is damaged. Save it once more, or send it again.")
        raise FileError(message) from None
    names = [name.strip().lower() for name in header]
    widest = max((len(cells) for _number, cells in table), default=0)
    names += [""] * (widest - len(names))
    _check(names, columns, keys)
    if not table:
        raise FileError(_("There is a header in the file, and no row below it."))
    empty = [""] * len(names)
    rows = [(number, *cells, *empty[len(cells) :]) for number, cells in table]
    return Dataset(*rows, headers=[NUMBER, *names])


def _check(names, columns, keys):
    twice = {name for name in names if name and names.count(name) > 1}
    problems = {
        _("Missing columns: %s."): {*keys} - {*names},
        _("Unknown columns: %s."): {name or "—" for name in names if name not in columns},
        _("Columns that are there twice: %s."): twice,
    }
    wrong = [sentence % set_apart(sorted(found)) for sentence, found in problems.items() if found]
    if wrong:
        raise FileError(paragraph([_("These are not the columns of this sheet."), *wrong]))


def _bounded(content):
    """Return the rows that are not empty, with their numbers; refuse too large a table."""
    if len(content) > MOST_BYTES:
        raise FileError(_("The file is larger than 10 MB. Split it into smaller ones."))
    rows, left = [], MOST_TEXT
    for number, row in enumerate(_table(content), start=1):
        while row and not row[-1]:
            row.pop()
        if row:
            rows.append((number, row))
        left -= sum(map(len, row))
        if len(rows) > MOST_ROWS + 1:  # one for the header
            raise FileError(_("There are more than 5,000 rows. Split the file into smaller ones."))
        if left < 0:
            raise FileError(_("There is too much text in the file. Split it into smaller ones."))
    return rows


def _table(content):
    if content.startswith(b"PK"):
        return _workbook(content)
    text = content.strip(BEFORE_TEXT)
    if not text:
        raise FileError(_("The file is empty."))
    for beginning, message in OTHERS.items():
        if text.startswith(beginning):
            raise FileError(message)
    return _lines(content)


# Workbooks


def _workbook(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        _measure(parts)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the dimensions in the file may be wrong
    return ([_cell(cell) for cell in cells] for cells in sheet.iter_rows(max_col=MOST_COLUMNS))


def _measure(parts):
    """Refuse a workbook that would unpack to too much, by the sizes in its directory."""
    if "xl/workbook.xml" not in parts.namelist():
        raise FileError(_("This is not an Excel workbook. Save it as “Excel Workbook (.xlsx)”."))
    if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
        raise FileError(_("The workbook is larger than 50 MB unpacked. Split it into several."))
    tags = 0
    for name in parts.namelist():
        xml = parts.read(name).replace(b"\0", b"")  # UTF-16 has them between letters
        if b"<!DOCTYPE" in xml:
            raise ValueError("Excel defines no entities.")
        tags += xml.count(b"<")
    if tags > MOST_TAGS:
        raise FileError(_("There is too much text in the file. Split it into smaller ones."))


def _cell(cell):
    """Return the text of a cell as Excel shows it, or a `CellError`."""
    value = cell.value
    if cell.data_type == "f":
        return _formula()
    if cell.data_type == "e":
        return CellError(_("An error of the spreadsheet: %(value)s.") % {"value": value})
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
        return f"{value:f}" if value.is_finite() else str(value)
    if isinstance(value, datetime.date):
        return _date(value, cell.number_format)
    return "" if value is None else tidy(str(value))


def _formula():
    return CellError(_("A formula. Put its value there instead."))


def _date(value, number_format):
    """Return a date as precise as the cell shows it: Excel stores June 2018 as its first day."""
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return value.isoformat(" ")
        value = value.date()
    pattern = NOT_SHOWN.sub("", number_format).lower()
    return value.isoformat()[: 10 if "d" in pattern else 7 if "m" in pattern else 4]


# Lines of text


def _lines(content):
    for encoding in ("utf-8-sig", "gb18030"):  # Chinese Excel writes GB 18030
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    else:
        message = _("The characters cannot be read. In Excel, save as “CSV UTF-8” or as .xlsx.")
        raise FileError(message)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    if any(line.count(delimiter) > MOST_COMMAS for line in io.StringIO(text, newline="")):
        raise ValueError("A line would become a list too long for the memory.")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return ([_typed(text) for text in islice(line, MOST_COLUMNS)] for line in lines)


def _typed(text):
    if text.startswith("="):
        return _formula()
    return tidy(text[1:] if text.startswith("'") and FORMULA.match(text) else text)
