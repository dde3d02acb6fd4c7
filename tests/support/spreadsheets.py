"""Spreadsheets for tests: thousands of partners, ten wrong rows, and the import pages."""

import csv
import io
import re

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from partnerships.models import Partner
from tests.support.admin import seen, url

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
# Row number: the wrong values, and the expected message.
WRONG = {
    11: ({"since": "2018-13"}, "since “2018-13” is not a date"),
    21: ({"verified_on": "yesterday"}, "verified_on “yesterday” value has an invalid date format"),
    31: ({"country": "XX"}, "country There is no country or area “XX”"),
    41: ({"slug": "partner-2"}, "slug Row 2 is for the same record"),
    51: ({"city_en": "=1+1"}, "city_en A formula. Put its value there instead"),
    61: (
        {"name_zh_hans": ""},
        "name_en, name_zh_hans To publish, write this in",
    ),
    71: ({"own_language": "Finnish"}, "own_language A tag such as fi or fr."),
    81: ({"kind": "guild"}, "kind “guild” is none of: university; applied-sciences"),
    91: ({"slug": ""}, "slug This cell may not be empty"),
    101: ({"website": "turku"}, "website Enter a valid URL"),
}


def partners(rows, wrong=()):
    """Return a table of so many partners, each row a dictionary of its cells."""
    table = []
    for number in range(2, rows + 2):
        row = {"slug": f"partner-{number}"}
        row |= {name: text.replace("{n}", str(number)) for name, text in PARTNER.items()}
        table.append(row | (WRONG[number][0] if number in wrong else {}))
    return table


def workbook(table):
    """Return the table as a workbook; text that begins with = becomes a formula, as in Excel."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([*table[0]])
    for row in table:
        sheet.append([*row.values()])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def exported(client, model, kind):
    response = client.post(url("export", model), {"format": ["xlsx", "csv"].index(kind)})
    assert response.status_code == 200
    return response.content


def send(client, model, content, name="sheet.xlsx"):
    return client.post(url("import", model), {"file": SimpleUploadedFile(name, content)})


def confirm(client, preview, model=Partner):
    data = {"confirm": preview.context["key"]}
    return client.post(url("process_import", model), data, follow=True)


def as_csv(table):
    """Return the table as CSV, as a colleague's program writes it."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [*table[0]])
    writer.writeheader()
    writer.writerows(table)
    return file.getvalue().encode()


def read_csv(content):
    return [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def row_of(client, model, key):
    """Return the only row of an export that begins with `key`."""
    table = read_csv(exported(client, model, "csv"))
    (row,) = (row for row in table if next(iter(row.values())) == key)
    return row


def lines(response):
    """Return a page's message on each row, by row number."""
    rows = re.findall(r"<tr>\s*<td>(\d+)</td>(.*?)</tr>", seen(response), re.DOTALL)
    without = re.compile(r"<[^>]*>|\s+")
    return {int(number): " ".join(without.sub(" ", html).split()) for number, html in rows}
