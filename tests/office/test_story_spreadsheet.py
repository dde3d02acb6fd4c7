"""A colleague brings 2,000 partners in a spreadsheet, ten of them wrong at first."""

import re
import time

import pytest

from tests.support import server, spreadsheets
from tests.support.browser import LOOKS, follow, settle, violations

pytestmark = pytest.mark.browser

ROWS = 2_000
LIST = "/admin/partnerships/partner/"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_096


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    """A site of its own: 2,000 partners more would be in the way of the others."""
    with server.running(tmp_path_factory.mktemp("office"), like=installed) as site:
        yield site


@pytest.fixture
def desk(page, office):
    """A tab in which the first administrator is at the import of partners; notes what it says."""
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


def send(page, table, name="partners.xlsx", sheet="partners"):
    """Send a file and wait for what the page says of it; returns how long that took."""
    content = table if isinstance(table, bytes) else spreadsheets.workbook(table, sheet)
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "", "buffer": content})
    return press(page, "See what would change")


def press(page, name):
    """Press a button; keep on the page what its progress shows, and wait for the next page."""
    page.evaluate("""() => {
        const bar = document.querySelector("progress");
        window.shown = [];
        new MutationObserver(() => window.shown.push([bar.value, bar.max, bar.hidden]))
            .observe(bar, {attributes: true});
        bar.closest("#content").dataset.old = "";
    }""")
    started = time.monotonic()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_selector("#content:not([data-old])", timeout=60_000)
    return time.monotonic() - started


def partners(page):
    page.goto(page.url.partition("/admin/")[0] + LIST)
    count = page.locator(".paginator").inner_text()
    return int(re.search(r"(\d+) partners?", count)[1])


def test_ten_wrong_rows_are_named_and_mended_and_2000_go_in(desk):
    address, before = desk.url, partners(desk)
    desk.goto(address)

    send(desk, OLD_EXCEL)
    assert "This is an old Excel file (.xls)" in desk.inner_text(".errornote")
    send(desk, [{"fact": "patents", "value": 535}], sheet="figures")
    assert "These are not the columns of this sheet." in desk.inner_text(".errornote")
    assert "Unknown columns: fact; value." in desk.inner_text(".errornote")

    send(desk, spreadsheets.partners(ROWS, spreadsheets.WRONG))
    shown = desk.evaluate("window.shown")
    assert [100, ROWS, False] in shown
    assert [ROWS, ROWS, False] in shown
    assert desk.evaluate("document.activeElement.className") == "errornote"
    assert desk.locator("tr.wrong").count() == len(spreadsheets.WRONG) == 10
    for number, (_cells, words) in spreadsheets.WRONG.items():
        row = desk.locator("tr.wrong", has=desk.get_by_role("cell", name=str(number), exact=True))
        assert words in " ".join(row.inner_text().split())
    assert desk.get_by_role("button", name="Import", exact=True).count() == 0
    assert partners(desk) == before

    desk.goto(address)
    tried = send(desk, spreadsheets.partners(ROWS))
    assert "Nothing is written yet." in desk.inner_text("#content")
    written = press(desk, "Import")
    assert "partners.xlsx · Import: 2000 new, 0 changed." in desk.inner_text(".import-done")
    assert (tried < 30, written < 30) == (True, True)
    assert partners(desk) == before + ROWS


WRONG = spreadsheets.partners(12, [11])


def test_axe_finds_nothing_on_the_pages_of_a_spreadsheet(desk):
    form, found = desk.url, []
    desk.locator("summary").click()
    found += faults(desk)
    send(desk, [row | {"slug": row["slug"] and f"{row['slug']}-b"} for row in WRONG])
    found += faults(desk)
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
