"""Spreadsheets for tests: partners by the thousand, ten wrong rows, and workbooks of any cells."""

import io

import openpyxl

PARTNER = {
    "name_en": "Partner {n}",
    "name_zh_hans": "第{n}伙伴",
    "own_name": "",
    "own_language": "",
    "kind": "university",
    "country": "FI",
    "city_en": "Turku",
    "city_zh_hans": "图尔库",
    "website": "https://partner.example/{n}",
    "ror": "",
    "since": "2018-06",
    "summary_en": "What partner {n} does with the college.",
    "summary_zh_hans": "第{n}伙伴与学校的合作。",
    "verified_on": "2026-11-20",
    "verified_by": "",
    "verified_from": "",
    "status": "published",
}
# By the number of the row in the sheet: what is put into it, and what is said of it.
WRONG = {
    11: ({"since": "2018-13"}, "since “2018-13” is not a date"),
    21: ({"verified_on": "yesterday"}, "verified_on “yesterday” value has an invalid date format"),
    31: ({"country": "XX"}, "country There is no country or area “XX”"),
    41: ({"slug": "partner-2"}, "slug Row 2 is for the same record"),
    51: ({"city_en": "=1+1"}, "city_en A formula. Put its value there instead"),
    61: ({"name_zh_hans": ""}, "name_zh_hans To publish, write this in English and in Chinese"),
    71: ({"summary_en": "long " * 4_000}, "summary_en 20,000 characters; a cell takes 10,000"),
    81: ({"kind": "guild"}, "kind “guild” is none of: university; applied-sciences"),
    91: ({"slug": ""}, "slug This cell may not be empty"),
    101: ({"website": "turku"}, "website Enter a valid URL"),
}


def partners(rows, wrong=()):
    """A table of so many partners, each row as the dictionary of its cells."""
    table = []
    for number in range(2, rows + 2):
        row = {"slug": f"partner-{number}"}
        row |= {name: text.replace("{n}", str(number)) for name, text in PARTNER.items()}
        table.append(row | (WRONG[number][0] if number in wrong else {}))
    return table


def workbook(table, name="partners"):
    """The table as a workbook; text that begins with = becomes a formula, as in Excel."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append([*table[0]])
    for row in table:
        sheet.append([*row.values()])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
