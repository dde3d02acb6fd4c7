"""A spreadsheet that means harm is refused in words, before it becomes large."""

import struct

import pytest

from jinhua_site.office.spreadsheets.reading import CellError, FileError, rows_of
from tests.support import spreadsheets
from tests.support.files import archive, uploaded

MIB = 1 << 20
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def good():
    return spreadsheets.workbook(spreadsheets.partners(3))


def bomb():
    return archive({WORKBOOK: bytes(60 * MIB)})


def bomb_whose_directory_lies():
    whole = bytearray(bomb())
    place = whole.rindex(b"PK\x01\x02") + 24
    whole[place : place + 4] = struct.pack("<I", 1_000)
    return bytes(whole)


def sheet_with(definitions, text):
    """A sheet that defines entities, which Excel never writes, and one cell."""
    sheet = f"<!DOCTYPE worksheet [{definitions}]><worksheet xmlns={MAIN}><sheetData><row>"
    sheet += f'<c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'
    return archive({SHEET: sheet}, good())


def entities_that_multiply():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return sheet_with(f'<!ENTITY l0 "ha">{laughs}', "&l11;")


def entity_that_is_a_file():
    return sheet_with('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;")


def sheet_of_very_many_cells():
    row = b"<row>" + b"<c/>" * 2_000 + b"</row>"
    return archive({SHEET: b"<worksheet><sheetData>" + row * 4_000}, good())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "The file is empty."),
        (bomb, "larger than 50 MB unpacked"),
        (bomb_whose_directory_lies, "The file is damaged."),
        (entities_that_multiply, "The file is damaged."),
        (entity_that_is_a_file, "The file is damaged."),
        (sheet_of_very_many_cells, "too much text"),
        (lambda: archive({"word/document.xml": b"<a/>"}), "This is not an Excel workbook."),
        (lambda: archive({"a.xlsx": bomb()}), "This is not an Excel workbook."),
        (lambda: good()[:900], "The file is damaged."),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(2_000), "an old Excel file"),
        (lambda: b"<html><table><tr><td>slug", "This is a web page"),
        (lambda: b"slug\n" + b"," * (9 * MIB), "The file is damaged."),
        (lambda: b'slug\n"' + b"x" * (9 * MIB), "The file is damaged."),
        (lambda: bytes(11 * MIB), "larger than 10 MB"),
    ],
)
def test_a_file_that_means_harm_is_refused(make, words):
    with pytest.raises(FileError, match=words):
        rows_of(uploaded(make()), "partners")


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://evil.example","Turku")', "=cmd|' /C calc'!A0"]
)
def test_a_formula_is_named_and_not_taken_for_its_value(text):
    table = spreadsheets.partners(2)
    table[0]["city_en"] = text
    cells = rows_of(uploaded(spreadsheets.workbook(table)), "partners")[1][1]
    assert [each for each in cells if isinstance(each, CellError)] == [
        "A formula. Put its value there instead."
    ]
