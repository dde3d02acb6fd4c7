"""A story: a colleague imports a table of partners, ten of them with errors at first."""

import re

import pytest

from tests.support import spreadsheets
from tests.support.browser import NARROW, WIDE, settle, violations
from tests.support.office import at_work, on_site

pytestmark = pytest.mark.browser

ROWS = 110
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_096


def partners(wrong=()):
    """Return a table whose partners no other test has."""
    table = spreadsheets.partners(ROWS, wrong)
    return [row | {"slug": row["slug"] and f"{row['slug']}-imported"} for row in table]


@pytest.fixture
def desk(browser, full_site):
    """The administrator's tab on the import of partners; nothing that goes in stays."""
    with at_work(browser, full_site, "admin") as page:
        page.goto(f"{full_site.address}/admin/partnerships/partner/import/")
        yield page
    on_site(full_site, "Partner.objects.filter(slug__endswith='-imported').delete()")


def send(page, content):
    """Send a file, and wait for the page's answer."""
    file = {"name": "partners.xlsx", "mimeType": "", "buffer": content}
    page.set_input_files("input[type=file]", file)
    press(page, "See what would change")


def press(page, name):
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name=name, exact=True).click(timeout=60_000)


def stored(page, form):
    page.goto(form.removesuffix("import/"))
    count = page.locator(".paginator").inner_text()
    page.goto(form)
    return int(re.search(r"(\d+) partners?", count)[1])


def faults(page):
    for scheme, width in (("light", WIDE), ("dark", NARROW)):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        yield from violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"wider than {width}"


def test_wrong_rows_are_named_and_mended_and_all_go_in(desk):
    form = desk.url
    before = stored(desk, form)
    send(desk, OLD_EXCEL)
    assert "This is an old Excel file (.xls)" in desk.inner_text(".errornote")
    desk.locator("summary").click()
    assert [*faults(desk)] == []

    send(desk, spreadsheets.workbook(partners(spreadsheets.WRONG)))
    rows = desk.locator(".import-lines tbody tr")
    assert rows.count() == len(spreadsheets.WRONG)
    for row, (_cells, words) in zip(rows.all(), spreadsheets.WRONG.values(), strict=True):
        assert words in " ".join(row.inner_text().split())
    assert desk.get_by_role("button", name="Import", exact=True).count() == 0
    assert [*faults(desk)] == []
    assert stored(desk, form) == before

    send(desk, spreadsheets.workbook(partners()))
    assert "Nothing is written yet." in desk.inner_text("#content")
    press(desk, "Import")
    assert f"Import: {ROWS} new, 0 changed." in desk.inner_text(".messagelist")
    assert stored(desk, form) == before + ROWS
