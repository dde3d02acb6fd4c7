"""Spreadsheet files: Excel workbooks and CSV.

A file is read as rows of texts, by its content and not by its name. Sizes are checked
before parsing, so that a small file cannot unpack to a huge one. In an exported file no
text is taken for a formula.
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
from import_export.formats import base_formats
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from tablib import Dataset

from jinhua_site.core.grammar import paragraph, set_apart
from jinhua_site.opendata.files import FORMULA, csv_of

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
MOST_UNPACKED = 50 * MIB
MOST_TAGS = 2_000_000  # in all the XML of a workbook; a filled cell has four
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_TEXT = 8 * MIB  # characters in the whole table
NUMBER = "row"  # an extra column: the row's number in the file
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# `_x000D_` is how Excel writes a carriage return in a cell.
RETURNS = re.compile(r"\r\n?|_x000D_\n?")
NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"')
NO_WORKBOOK = gettext_lazy("This is not an Excel workbook. Save it as “Excel Workbook (.xlsx)”.")
NO_FORMULA = gettext_lazy("A formula. Put its value there instead.")
TOO_MUCH_TEXT = gettext_lazy("There is too much text in the file. Split it into smaller ones.")
OTHER_FILES = (b"\xd0\xcf\x11\xe0", b"<")  # how an .xls and a web page begin


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
            raise FileError(TOO_MUCH_TEXT)
    return rows


def _table(content):
    if content.startswith(b"PK"):
        return _workbook(content)
    text = content.strip(b"\xef\xbb\xbf \t\r\n\0")
    if not text:
        raise FileError(_("The file is empty."))
    if text.startswith(OTHER_FILES):
        raise FileError(NO_WORKBOOK)
    return _lines(content)


# Workbooks


def _workbook(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if "xl/workbook.xml" not in parts.namelist():
            raise FileError(NO_WORKBOOK)
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise FileError(_("The workbook is larger than 50 MB unpacked. Split it into several."))
        tags = 0
        for name in parts.namelist():
            xml = parts.read(name).replace(b"\0", b"")  # UTF-16 has them between letters
            if b"<!DOCTYPE" in xml:
                raise ValueError("Excel defines no entities.")
            tags += xml.count(b"<")
        if tags > MOST_TAGS:
            raise FileError(TOO_MUCH_TEXT)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the dimensions in the file may be wrong
    return ([_cell(cell) for cell in cells] for cells in sheet.iter_rows(max_col=MOST_COLUMNS))


def _cell(cell):
    """Return the text of a cell as Excel shows it, or a `CellError`."""
    value = cell.value
    if cell.data_type == "f":
        return CellError(NO_FORMULA)
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
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return ([_typed(text) for text in islice(line, MOST_COLUMNS)] for line in lines)


def _typed(text):
    if text.startswith("="):
        return CellError(NO_FORMULA)
    return tidy(text[1:] if text.startswith("'") and FORMULA.match(text) else text)


# Exports


class XLSX(base_formats.XLSX):
    def export_data(self, dataset, **kwargs):
        """Return a workbook of one sheet, with numbers and text in its cells."""
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        for number, name in enumerate(dataset.headers):
            dimension = sheet.column_dimensions[get_column_letter(number + 1)]
            dimension.width = max(14, len(name) + 4)
            if not any(isinstance(value, Decimal) for value in dataset.get_col(number)):
                dimension.number_format = "@"  # else Excel turns 2018-06 into 1 June, 007 into 7
        for row in [dataset.headers, *dataset]:
            sheet.append(
                value if isinstance(value, Decimal) else _text(sheet, value) for value in row
            )
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()


def _text(sheet, text):
    cell = WriteOnlyCell(sheet, text or None)
    cell.number_format = "@"
    if text:
        cell.data_type = "s"  # even if it begins with =
    return cell


class CSV(base_formats.CSV):
    def export_data(self, dataset, **kwargs):
        return csv_of([dataset.headers, *dataset])
