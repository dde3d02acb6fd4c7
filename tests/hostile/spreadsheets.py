"""Spreadsheets for the import of partners."""

import io
import struct
import zipfile

from tests import sheets

from . import Hostile
from .pictures import seeded

WORKBOOK = "xl/workbook.xml"


def archive(parts, like=None):
    """A zip of these parts, beside those of the workbook `like`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        if like:
            with zipfile.ZipFile(io.BytesIO(like)) as old:
                for name in old.namelist():
                    if name not in parts:
                        made.writestr(name, old.read(name))
        for name, content in parts.items():
            with made.open(name, "w", force_zip64=False) as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)
    return file.getvalue()


def good():
    return sheets.workbook(sheets.partners(3))


def bomb_in_one_part():
    return archive({WORKBOOK: (bytes(1 << 20) for _ in range(100))})


def bomb_in_bombs():
    inner = archive({"a.xlsx": (bytes(1 << 20) for _ in range(40))})
    return archive({f"{n}.xlsx": inner for n in range(200)})


def bomb_whose_directory_lies():
    whole = bytearray(bomb_in_one_part())
    size = struct.pack("<I", 100 << 20)
    place = whole.rindex(b"PK\x01\x02") + 24
    assert whole[place : place + 4] == size
    whole[place : place + 4] = struct.pack("<I", 1_000)
    return bytes(whole)


def bomb_of_much_the_same():
    """Just within what may be unpacked, at a ratio that no sheet has."""
    return archive({"xl/sharedStrings.xml": (b" " * (1 << 20) for _ in range(45))}, good())


def thousands_of_parts():
    return archive({f"xl/media/{n}.png": b"" for n in range(5_000)}, good())


def entities_that_multiply():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    strings = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><sst>&l11;</sst>'
    return archive({"xl/sharedStrings.xml": strings.encode()}, good())


def entity_that_is_a_file():
    strings = '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>&f;</t></si></sst>'
    return archive({WORKBOOK: strings.encode("utf-16")}, good())


def sheet_of_very_many_cells():
    row = b"<row>" + b"<c/>" * 2_000 + b"</row>"
    sheet = [b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">']
    sheet += [b"<sheetData>", row * 4_000, b"</sheetData></worksheet>"]
    return archive({"xl/worksheets/sheet1.xml": b"".join(sheet)}, good())


def strings_of_very_much_noise():
    letters = seeded().randbytes(9_000_000).hex().encode()[:9_400_000]
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"".join(b"<si><t>%s</t></si>" % letters[n : n + 40] for n in range(0, len(letters), 40))
        + b"</sst>"
    )
    return archive({"xl/sharedStrings.xml": strings}, good())


def old_excel_under_a_new_name():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)


def page_under_the_name_of_a_workbook():
    return b"<html><table><tr><td>slug</td></tr></table></html>"


def archive_of_something_else():
    return archive({"word/document.xml": b"<a/>"})


def half_a_workbook():
    return good()[:900]


def formulas():
    table = sheets.partners(2)
    table[0]["city_en"] = '=HYPERLINK("http://evil.example","Turku")'
    table[1]["city_en"] = "=cmd|' /C calc'!A0"
    return sheets.workbook(table)


def cells_of_20000_characters():
    table = sheets.partners(2)
    table[0]["summary_en"] = "x" * 20_000
    return sheets.workbook(table)


def lines_with_nul():
    names = ",".join(sheets.partners(1)[0])
    return f"{names}\n\0\0,\0\n".encode()


def line_of_ten_million_commas():
    return b"slug\n" + b"," * (10 * 1024 * 1024 - 10)


def text_without_an_end():
    return b'slug\n"' + b"x" * (10 * 1024 * 1024 - 10)


DAMAGED = "The file is damaged."
UNPACKED = "larger than 50 MB unpacked"
DEFINED = "Excel did not write this workbook."

SPREADSHEETS = [
    Hostile(bomb_in_one_part, "a.xlsx", UNPACKED),
    Hostile(bomb_in_bombs, "a.xlsx", "This is not an Excel workbook."),
    Hostile(bomb_whose_directory_lies, "a.xlsx", "."),
    Hostile(bomb_of_much_the_same, "a.xlsx", UNPACKED),
    Hostile(thousands_of_parts, "a.xlsx", "of too many parts"),
    Hostile(entities_that_multiply, "a.xlsx", DEFINED),
    Hostile(entity_that_is_a_file, "a.xlsx", DEFINED),
    Hostile(sheet_of_very_many_cells, "a.xlsx", "."),
    Hostile(strings_of_very_much_noise, "a.xlsx"),
    Hostile(old_excel_under_a_new_name, "a.xlsx", "an old Excel file (.xls)"),
    Hostile(page_under_the_name_of_a_workbook, "a.xlsx", "This is a web page"),
    Hostile(archive_of_something_else, "a.xlsx", "This is not an Excel workbook."),
    Hostile(half_a_workbook, "a.xlsx", DAMAGED),
    Hostile(formulas, "a.xlsx", "A formula. Put its value there instead"),
    Hostile(cells_of_20000_characters, "a.xlsx", "20,000 characters; a cell takes 10,000"),
    Hostile(lines_with_nul, "a.csv", "."),
    Hostile(line_of_ten_million_commas, "a.csv", "."),
    Hostile(text_without_an_end, "a.csv", DAMAGED),
]
