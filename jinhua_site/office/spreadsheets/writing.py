"""The two export formats. In neither is a text taken for a formula."""

import io
from decimal import Decimal

import openpyxl
from import_export.formats import base_formats
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from jinhua_site.opendata.files import csv_of


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
