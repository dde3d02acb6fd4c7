"""Reads the rows of a spreadsheet as texts, whatever its name says that it is."""

import csv
import datetime
import io
import re
import zipfile
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from xml.parsers import expat

from . import Refused

MOST_UNPACKED = 50 * 1024 * 1024
MOST_PARTS = 1_000
MOST_RATIO = 200  # unpacked to packed; a sheet of much the same rows comes to 60
MOST_ROWS = 5_000
MOST_COLUMNS = 100
LONGEST_LINE = 20_000  # commas, those within its texts included
MOST_TEXT = 8 * 1024 * 1024  # characters of the whole table
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# Excel's own way to write a carriage return in a cell.
RETURNS = re.compile(r"\r\n?|_x000D_\n?")
NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"')
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # which wraps what has a password, too
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"


def tidy(text):
    """A text as both kinds of file can hold it: lines end in one way, without controls."""
    return CONTROLS.sub("", RETURNS.sub("\n", text))


def take(file, name, escaped):
    """The rows with anything in them, each with its number, from the sheet called `name`.

    A cell is a text, or what is wrong with it as a list of a code and its words. `escaped`
    is the pattern of a text that was kept from being a formula.
    """
    content = file.read()
    try:
        rows = [*_bounded(_numbered(_table(content, name, re.compile(escaped))))]
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a damaged file has as many as its parsers have
        raise Refused("unreadable", error=repr(error)[:200]) from None
    return {"rows": rows}, []


def _table(content, name, escaped):
    if not content.strip(b"\0" + BEFORE_TEXT):
        raise Refused("empty")
    if content.startswith(b"PK"):
        return _workbook(content, name)
    if content.startswith(OLD_EXCEL):
        raise Refused("old")
    if content.lstrip(BEFORE_TEXT).startswith(b"<"):
        raise Refused("web page")
    return _lines(content, escaped)


# Workbooks


def _workbook(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        _measure(parts, len(content))
        if "xl/workbook.xml" not in parts.namelist():
            raise Refused("no workbook")
        for part in parts.infolist():
            _refuse_definitions(parts, part)
    import openpyxl  # only where it is needed: it takes a while

    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, keep_links=False, keep_vba=False
    )
    sheet = book[name] if name in book.sheetnames else next(iter(book.worksheets), None)
    if not hasattr(sheet, "reset_dimensions"):
        raise Refused("no sheet")
    sheet.reset_dimensions()  # what the file says of them may be wrong
    return ([_cell(cell) for cell in cells] for cells in sheet.iter_rows(max_col=MOST_COLUMNS))


def _measure(parts, packed):
    """Refuse by the directory what would unpack to too much; a part is never read beyond it."""
    listed = parts.infolist()
    if len(listed) > MOST_PARTS:
        raise Refused("parts")
    if any(part.flag_bits & 1 for part in listed):
        raise Refused("old")
    unpacked = sum(part.file_size for part in listed)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed:
        raise Refused("unpacked")


def _refuse_definitions(parts, part):
    """A part that defines entities before its first element: Excel writes none."""

    class Begun(Exception):  # noqa: N818
        pass

    def refuse(*_told):
        raise Refused("definitions")

    def begun(*_told):
        raise Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, begun
    with parts.open(part) as file, suppress(Begun, expat.ExpatError):  # or it is no XML
        while chunk := file.read(4096):
            parser.Parse(chunk)


def _cell(cell):
    """The text of a cell as it reads there, or what is wrong with it."""
    value = cell.value
    if cell.data_type == "f":
        return ["formula", ""]
    if cell.data_type == "e":
        return ["error", str(value)]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
        return f"{value:f}" if value.is_finite() else str(value)
    if isinstance(value, datetime.date):
        return _date(value, cell.number_format)
    return "" if value is None else tidy(str(value))


def _date(value, number_format):
    """A date no more precise than the cell shows it: Excel keeps June 2018 as its first day."""
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return value.isoformat(" ")
        value = value.date()
    shown = NOT_SHOWN.sub("", number_format).lower()
    return value.isoformat()[: 10 if "d" in shown else 7 if "m" in shown else 4]


# Lines of text


def _lines(content, escaped):
    for encoding in ("utf-8-sig", "gb18030"):  # Chinese Excel writes the other
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    else:
        raise Refused("characters")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    short = _short(io.StringIO(text, newline=""), delimiter)
    lines = csv.reader(short, delimiter=delimiter, strict=True)
    return ([_typed(text, escaped) for text in islice(line, MOST_COLUMNS)] for line in lines)


def _short(lines, delimiter):
    """The lines, unless one would become a list too long for the memory."""
    for line in lines:
        if line.count(delimiter) > LONGEST_LINE:
            raise Refused("unreadable", error="a very long line")
        yield line


def _typed(text, escaped):
    if text.startswith("="):
        return ["formula", ""]
    return tidy(text[1:] if escaped.match(text) else text)


# Of both


def _numbered(table):
    """The rows with anything in them, each with its number in the file."""
    filled = ((number, row) for number, row in enumerate(table, start=1) if any(row))
    yield from islice(filled, MOST_ROWS + 1)
    if next(filled, None):
        raise Refused("rows")


def _bounded(rows):
    left = MOST_TEXT
    for number, row in rows:
        left -= sum(map(len, row))
        if left < 0:
            raise Refused("text")
        yield number, row
