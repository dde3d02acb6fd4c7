"""Spreadsheet files, XLSX and CSV: how they are written, and how they are read.

Every cell is text here, as a person would type it. What is no such file, or is too
large, is refused in words that say what to do.
"""

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from jinhua_site.core.grammar import paragraph, set_apart

from .reading import ESCAPED, CellError, FileError, rows_of


@dataclass
class Row:
    """A row of a file under its number there; `faults` by column, in words."""

    number: int
    cells: dict
    faults: dict = field(default_factory=dict)


# Writing


def as_xlsx(name, columns, numbers, rows):
    """A workbook of one sheet; `numbers` names the columns that hold numbers, others hold text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = max(14, len(column) + 4)
        if column not in numbers:
            dimension.number_format = "@"  # or Excel makes 1 June of 2018-06, and 7 of 007
    sheet.append(_text(sheet, column) for column in columns)
    for cells in rows:
        sheet.append(
            Decimal(text) if text and column in numbers else _text(sheet, text)
            for column, text in zip(columns, cells, strict=True)
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet, text):
    cell = WriteOnlyCell(sheet, text or None)
    cell.number_format = "@"
    if text:
        cell.data_type = "s"  # also where it begins as a formula does
    return cell


def as_csv(name, columns, numbers, rows):
    """UTF-8 with the mark by which Excel knows it; no text begins as a formula does."""
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    write(columns)
    for cells in rows:
        write(f"'{text}" if ESCAPED.match(f"'{text}") else text for text in cells)
    return ("\ufeff" + file.getvalue()).encode()


FORMATS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": ("text/csv", as_csv),
}


# Reading


def read(file, name, columns):
    """The rows of an uploaded `file`, from the sheet called `name` or else from the first."""
    if not file:
        raise FileError(_("Choose a file first."))
    header, *table = rows_of(file, name) or [(1, [])]
    names = _checked([_typed(cell).strip().lower() for cell in header[1]], columns)
    if not table:
        raise FileError(_("There is a header in the file, and no row below it."))
    return [_row(number, names, cells) for number, cells in table]


def _typed(cell):
    return "" if isinstance(cell, CellError) else cell


def _checked(names, columns):
    """The header, once it names each of the columns and no other."""
    while names and not names[-1]:
        names.pop()
    told = {
        _("Missing columns: %s."): [name for name in columns if name not in names],
        _("Unknown columns: %s."): [name or "—" for name in names if name not in columns],
        _("Columns that are there twice: %s."): {name for name in names if names.count(name) > 1},
    }
    wrong = [sentence % set_apart(sorted(found)) for sentence, found in told.items() if found]
    if wrong:
        raise FileError(paragraph([_("These are not the columns of this sheet."), *wrong]))
    return names


def _row(number, names, cells):
    row = Row(number, dict.fromkeys(names, ""))
    for name, cell in zip(names, cells, strict=False):
        row.cells[name] = _typed(cell)
        if isinstance(cell, CellError):
            row.faults[name] = cell
    if any(cells[len(names) :]):
        row.faults["—"] = _("There is something to the right of the last column.")
    return row
