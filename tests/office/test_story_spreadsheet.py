"""A story: a colleague imports 500 partners, ten of them with errors at first."""

import re

import pytest

from tests.support import server, spreadsheets
from tests.support.browser import LOOKS, follow, settle, violations

pytestmark = pytest.mark.browser

ROWS = 500
LIST = "/admin/partnerships/partner/"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_096


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    """A separate site: 500 more partners would disturb the other tests."""
    with server.running(tmp_path_factory.mktemp("office"), like=installed) as site:
        yield site


@pytest.fixture
def desk(page, office):
    """The administrator's tab on the import of partners; fails on any console message."""
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"{office.address}/admin/login/?next={LIST}")
    page.fill("#id_login", "admin")
    page.fill("#id_password", office.password)
    follow(page.locator("[type=submit]"))
    follow(page.get_by_role("link", name="Import", exact=True))
    yield page
    assert not page.said


def send(page, table, name="partners.xlsx"):
    """Send a file, and wait for the page's answer."""
    content = table if isinstance(table, bytes) else spreadsheets.workbook(table)
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "", "buffer": content})
    press(page, "See what would change")


def press(page, name):
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name=name, exact=True).click(timeout=60_000)


def partners(page):
    page.goto(page.url.partition("/admin/")[0] + LIST)
    count = page.locator(".paginator").inner_text()
    return int(re.search(r"(\d+) partners?", count)[1])


def test_wrong_rows_are_named_and_mended_and_500_go_in(desk):
    form, before = desk.url, partners(desk)
    desk.goto(form)
    send(desk, OLD_EXCEL)
    assert "This is an old Excel file (.xls)" in desk.inner_text(".errornote")

    send(desk, spreadsheets.partners(ROWS, spreadsheets.WRONG))
    rows = desk.locator(".import-lines tbody tr")
    assert rows.count() == len(spreadsheets.WRONG)
    for row, (_cells, words) in zip(rows.all(), spreadsheets.WRONG.values(), strict=True):
        assert words in " ".join(row.inner_text().split())
    assert desk.get_by_role("button", name="Import", exact=True).count() == 0
    assert partners(desk) == before

    desk.goto(form)
    send(desk, spreadsheets.partners(ROWS))
    assert "Nothing is written yet." in desk.inner_text("#content")
    press(desk, "Import")
    assert "Import: 500 new, 0 changed." in desk.inner_text(".messagelist")
    assert partners(desk) == before + ROWS


def test_axe_finds_nothing_on_the_pages_of_a_spreadsheet(desk):
    form, found = desk.url, []
    desk.locator("summary").click()
    found += faults(desk)
    for wrong in ([], [11]):
        table = spreadsheets.partners(12, wrong)
        send(desk, [row | {"slug": f"{row['slug']}-b"} for row in table])
        found += faults(desk)
        desk.goto(form)
    desk.goto(form.replace("/import/", "/export/"))
    assert found + faults(desk) == []


def faults(page):
    found = []
    for scheme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"wider than {width}")
    return found
