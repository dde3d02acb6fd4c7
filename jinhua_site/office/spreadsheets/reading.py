"""Reads the rows of a spreadsheet as texts, whatever its name says that it is.

How much it holds is counted before it is read, so that a small file cannot become a large one.
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
MOST_TAGS = 2_000_000  # of all the XML in a workbook; a filled cell has four
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_COMMAS = 20_000  # in a line, those within its texts included
MOST_TEXT = 8 * MIB  # characters of the whole table
NUMBER = "row"  # beside the cells of each row: its number in the file
ESCAPED = re.compile(f"'+(?:{'|'.join(map(re.escape, FORMULA))})")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# Excel's own way to write a carriage return in a cell.
RETURNS = re.compile(r"\r\n?|_x000D_\n?")
NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"')
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n\0"
OTHERS = {  # by how they begin
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
    """A file that cannot be read, in words for the person who sent it."""


class CellError(str):
    """What is wrong with a cell, in words."""


def tidy(text):
    """A text as both kinds of file can hold it: lines end in one way, without controls."""
    return CONTROLS.sub("", RETURNS.sub("\n", text))


def read(content, columns, keys):
    """The rows of a file's `content` as a `Dataset`; raises `FileError`.

    Its header has the `keys` and none that is not among the `columns`.
    """
    try:
        (_number, header), *table = _bounded(content) or [(1, [])]
    except FileError:
        raise
    except Exception:  # a damaged file has as many as its parsers have
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
    """The rows with anything in them under their numbers, unless there is too much in them."""
    if len(content) > MOST_BYTES:
        raise FileError(_("The file is larger than 10 MB. Split it into smaller ones."))
    rows, left = [], MOST_TEXT
    for number, row in enumerate(_table(content), start=1):
        while row and not row[-1]:
            row.pop()
        if row:
            rows.append((number, row))
        left -= sum(map(len, row))
        if len(rows) > MOST_ROWS + 1:  # and their header
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
    sheet.reset_dimensions()  # what the file says of them may be wrong
    return ([_cell(cell) for cell in cells] for cells in sheet.iter_rows(max_col=MOST_COLUMNS))


def _measure(parts):
    """Refuse by the directory what would unpack to too much; a part is never read beyond it."""
    if "xl/workbook.xml" not in parts.namelist():
        raise FileError(_("This is not an Excel workbook. Save it as “Excel Workbook (.xlsx)”."))
    if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
        raise FileError(_("The workbook is larger than 50 MB unpacked. Split it into several."))
    tags = 0
    for name in parts.namelist():
        xml = parts.read(name).replace(b"\0", b"")  # which UTF-16 has between its letters
        if b"<!DOCTYPE" in xml:
            raise ValueError("Excel defines no entities.")
        tags += xml.count(b"<")
    if tags > MOST_TAGS:
        raise FileError(_("There is too much text in the file. Split it into smaller ones."))


def _cell(cell):
    """The text of a cell as it reads there, or what is wrong with it."""
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
    """A date no more precise than the cell shows it: Excel keeps June 2018 as its first day."""
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return value.isoformat(" ")
        value = value.date()
    pattern = NOT_SHOWN.sub("", number_format).lower()
    return value.isoformat()[: 10 if "d" in pattern else 7 if "m" in pattern else 4]


# Lines of text


def _lines(content):
    for encoding in ("utf-8-sig", "gb18030"):  # Chinese Excel writes the other
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
    return tidy(text[1:] if ESCAPED.match(text) else text)
