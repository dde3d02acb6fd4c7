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

from jinhua_site.opendata.files import FORMULA

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
MOST_UNPACKED = 50 * MIB
MOST_TAGS = 2_000_000  # of all the XML in a workbook; a filled cell has four
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_COMMAS = 20_000  # in a line, those within its texts included
MOST_TEXT = 8 * MIB  # characters of the whole table
ESCAPED = re.compile(f"'+(?:{'|'.join(map(re.escape, FORMULA))})")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# Excel's own way to write a carriage return in a cell.
RETURNS = re.compile(r"\r\n?|_x000D_\n?")
NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"')
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # which wraps what has a password, too
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"


class FileError(Exception):
    """A file that cannot be read, in words for the person who sent it."""


class CellError(str):
    """What is wrong with a cell, in words."""


def tidy(text):
    """A text as both kinds of file can hold it: lines end in one way, without controls."""
    return CONTROLS.sub("", RETURNS.sub("\n", text))


def rows_of(file, name):
    """The rows with anything in them, each with its number, from the sheet called `name`.

    A cell is a text or a `CellError`. Raises `FileError`.
    """
    if file.size > MOST_BYTES:
        raise FileError(_("The file is larger than 10 MB. Split it into smaller ones."))
    file.seek(0)
    try:
        return _bounded(_table(file.read(), name))
    except FileError:
        raise
    except Exception:  # a damaged file has as many as its parsers have
        told = _("The file is damaged. Save it once more, or send it again.")
        raise FileError(told) from None


def _table(content, name):
    if not content.strip(b"\0" + BEFORE_TEXT):
        raise FileError(_("The file is empty."))
    if content.startswith(b"PK"):
        return _workbook(content, name)
    if content.startswith(OLD_EXCEL):
        told = _(
            "This is an old Excel file (.xls) or one with a password, whatever its name says. "
            "Open it in Excel and save it as “Excel Workbook (.xlsx)”, without a password."
        )
        raise FileError(told)
    if content.lstrip(BEFORE_TEXT).startswith(b"<"):
        told = _(
            "This is a web page, not a spreadsheet, whatever its name says. "
            "Open it in Excel and save it as “Excel Workbook (.xlsx)”."
        )
        raise FileError(told)
    return _lines(content)


def _bounded(table):
    """The rows with anything in them, unless there are too many or too much text is in them."""
    rows, left = [], MOST_TEXT
    for number, row in enumerate(table, start=1):
        if any(row):
            rows.append((number, row))
            left -= sum(map(len, row))
        if len(rows) > MOST_ROWS + 1:  # and their header
            raise FileError(_("There are more than 5,000 rows. Split the file into smaller ones."))
        if left < 0:
            raise FileError(_("There is too much text in the file. Split it into smaller ones."))
    return rows


# Workbooks


def _workbook(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        _measure(parts)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book[name] if name in book.sheetnames else next(iter(book.worksheets), None)
    if not hasattr(sheet, "reset_dimensions"):
        raise FileError(_("There is no sheet with cells in the workbook."))
    sheet.reset_dimensions()  # what the file says of them may be wrong
    return ([_cell(cell) for cell in cells] for cells in sheet.iter_rows(max_col=MOST_COLUMNS))


def _measure(parts):
    """Refuse by the directory what would unpack to too much; a part is never read beyond it."""
    if "xl/workbook.xml" not in parts.namelist():
        raise FileError(_("This is not an Excel workbook. Save it as “Excel Workbook (.xlsx)”."))
    listed = parts.infolist()
    if sum(part.file_size for part in listed) > MOST_UNPACKED:
        raise FileError(_("The workbook is larger than 50 MB unpacked. Split it into several."))
    if sum(parts.read(part).count(b"<") for part in listed) > MOST_TAGS:
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
    shown = NOT_SHOWN.sub("", number_format).lower()
    return value.isoformat()[: 10 if "d" in shown else 7 if "m" in shown else 4]


# Lines of text


def _lines(content):
    for encoding in ("utf-8-sig", "gb18030"):  # Chinese Excel writes the other
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    else:
        told = _("The characters cannot be read. In Excel, save as “CSV UTF-8” or as .xlsx.")
        raise FileError(told)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    if any(line.count(delimiter) > MOST_COMMAS for line in io.StringIO(text, newline="")):
        raise ValueError("A line would become a list too long for the memory.")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return ([_typed(text) for text in islice(line, MOST_COLUMNS)] for line in lines)


def _typed(text):
    if text.startswith("="):
        return _formula()
    return tidy(text[1:] if ESCAPED.match(text) else text)
