"""A spreadsheet is read as a person reads it, and a harmful one is refused with a message."""

import datetime
import io
import struct

import openpyxl
import pytest

from jinhua_site.office.spreadsheets.files import CellError, FileError, read
from tests.support import spreadsheets
from tests.support.files import archive

MIB = 1 << 20
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def cells(content):
    """Return the texts of the first column, without its header, by row number."""
    return {row[0]: row[1] for row in read(content, ["since"], ["since"])}


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (2018.0, "General", "2018"),
        (146.7, "General", "146.7"),
        (True, "General", "true"),
        (datetime.datetime(2018, 6, 30), "yyyy-mm-dd", "2018-06-30"),
        (datetime.date(2018, 6, 1), "mmm-yy", "2018-06"),
        (datetime.date(2018, 6, 1), '[$-804]yyyy"年"m"月"', "2018-06"),
        (datetime.date(2018, 1, 1), "yyyy", "2018"),
        ("One_x000D_\nTwo", "General", "One\nTwo"),
    ],
)
def test_a_cell_of_excel_is_read_as_it_reads_there(value, shown_as, text):
    book = openpyxl.Workbook()
    book.active.append(["since"])
    book.active["A2"] = value
    book.active["A2"].number_format = shown_as
    file = io.BytesIO()
    book.save(file)
    assert cells(file.getvalue()) == {2: text}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", ",;\t")
def test_csv_files_of_any_excel_are_read(encoding, comma):
    content = f"since{comma}name\r\n护理{comma}b\r\n".encode(encoding)
    assert read(content, ["since", "name"], ["since"])[0] == (2, "护理", "b")
    # Rows keep their numbers where some are empty.
    assert cells(b"since\n\n\na\n,\nb") == {4: "a", 6: "b"}


def test_a_formula_is_named_and_not_taken_for_its_value():
    table = [{"since": '=HYPERLINK("http://evil.example","Turku")'}]
    for content in (spreadsheets.workbook(table), spreadsheets.as_csv(table)):
        (cell,) = cells(content).values()
        assert isinstance(cell, CellError)
        assert cell == "A formula. Put its value there instead."


def test_only_so_many_bytes_and_rows_are_read():
    many = b"since\n" + b"a\n" * 5_001
    with pytest.raises(FileError, match="more than 5,000 rows"):
        cells(many)
    assert len(cells(many[:-2])) == 5_000
    with pytest.raises(FileError, match="larger than 10 MB"):
        cells(bytes(11 * MIB))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("slug,colour", "Unknown columns: colour."),
        ("name", "Missing columns: slug."),
        ("slug,Slug", "Columns that are there twice: slug."),
        ("slug,name", "no row below it"),
    ],
)
def test_a_file_with_other_columns_is_refused_in_words(header, words):
    row = "" if "row" in words else "a,b"
    with pytest.raises(FileError, match=words):
        read(f"{header}\n{row}".encode(), ["slug", "name"], ["slug"])


# Harmful files


def good():
    return spreadsheets.workbook(spreadsheets.partners(3))


def bomb():
    return archive({WORKBOOK: bytes(60 * MIB)})


def bomb_whose_directory_lies():
    whole = bytearray(bomb())
    place = whole.rindex(b"PK\x01\x02") + 24
    whole[place : place + 4] = struct.pack("<I", 1_000)
    return bytes(whole)


def sheet_with(definitions, text, encoding="utf-8"):
    """Make a sheet with one cell and entity definitions, which Excel never writes."""
    sheet = f"<!DOCTYPE worksheet [{definitions}]><worksheet xmlns={MAIN}><sheetData><row>"
    sheet += f'<c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'
    return archive({SHEET: sheet.encode(encoding)}, good())


def sheet_of_very_many_cells():
    row = b"<row>" + b"<c/>" * 2_000 + b"</row>"
    return archive({SHEET: b"<worksheet><sheetData>" + row * 4_000}, good())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "The file is empty."),
        (bomb, "larger than 50 MB unpacked"),
        (bomb_whose_directory_lies, "The file is damaged."),
        (lambda: sheet_with('<!ENTITY a "ha">', "&a;"), "The file is damaged."),
        (lambda: sheet_with('<!ENTITY a "ha">', "&a;", "utf-16"), "The file is damaged."),
        (sheet_of_very_many_cells, "too much text"),
        (lambda: archive({"word/document.xml": b"<a/>"}), "This is not an Excel workbook."),
        (lambda: good()[:900], "The file is damaged."),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(2_000), "This is not an Excel workbook."),
        (lambda: b"\xef\xbb\xbf <html><table><tr><td>slug", "This is not an Excel workbook."),
        (lambda: "since,Ñ\r\na,b".encode("utf-16"), "The characters cannot be read."),
        (lambda: b'since\n"' + b"x" * (9 * MIB), "The file is damaged."),
    ],
)
def test_a_file_that_means_harm_is_refused(make, words):
    with pytest.raises(FileError, match=words):
        cells(make())
