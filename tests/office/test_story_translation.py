"""A story: a Chinese text changes, its English shows as outdated, and is confirmed."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

PARTNER = """
country = Country.objects.first()
texts = dict(summary_en="Since 2013", summary_zh_hans="2013年起")
print(make_partner(country=country, slug="story-{}", status=Status.DRAFT, **texts).pk)
"""
WHO = """
version = Partner.objects.get(pk={}).history.first()
print(version.history_user, version.history_change_reason, sep=": ")
"""


@pytest.fixture(scope="module")
def office(full_site):
    hire(full_site, he="publisher")
    return full_site


def changed_in_chinese(page, site, slug):
    """A partner whose Chinese text was just changed, and the address of its form, which is open."""
    number = on_site(site, PARTNER.format(slug))
    form = f"{site.address}/admin/partnerships/partner/{number}/change/"
    page.goto(form)
    page.fill("#id_summary_zh_hans", "2014年起")
    follow(page.locator("[name=_continue]"))
    return number, form


def test_a_text_is_outdated_wherever_it_is_listed_until_it_is_confirmed(browser, office):
    with at_work(browser, office, "he") as page:
        number, form = changed_in_chinese(page, office, "script")
        listed = f"{office.address}/admin/partnerships/partner/?id__exact={number}"
        matrix = f"{office.address}/admin/translations/?kind=partnerships.partner&state=outdated"

        mark = page.locator(".translation-mark")
        expect(mark).to_contain_text("Chinese has changed since this was last written")
        assert [mark.locator(tag).count() for tag in ("del", "ins")] == [1, 1]
        assert not violations(page)
        for address, words in [(listed, "English stale"), (matrix, "1 stale: summary")]:
            page.goto(address)
            expect(page.get_by_text(words)).to_have_count(1)
            assert not violations(page)

        page.goto(form)
        page.fill("#id_city_en", "Not saved yet")
        page.get_by_role("button", name="Still correct: Summary [English]").click()
        page.get_by_text("Confirmed as still correct: Summary [English]").wait_for()
        assert page.url == form
        assert page.input_value("#id_city_en") == "Not saved yet"
        expect(page.locator(".translation-mark.outdated")).to_have_count(0)

        page.on("dialog", lambda dialog: dialog.accept())  # about unsaved changes
        page.goto(listed)
        assert page.locator(".field-translation").inner_text() == "complete"
        page.goto(matrix)
        expect(page.get_by_text("No record matches.")).to_be_visible()
    assert on_site(office, WHO.format(number)) == "he: confirmed summary_en"


def test_without_scripts_a_tab_of_its_own_confirms(browser, office):
    with at_work(browser, office, "he", java_script_enabled=False) as page:
        number, _form = changed_in_chinese(page, office, "plain")
        page.fill("#id_city_en", "Not saved yet")
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Still correct: Summary [English]").click()
        expect(opened.value.locator(".messagelist")).to_contain_text("Confirmed as still correct")
        assert page.input_value("#id_city_en") == "Not saved yet"
    assert on_site(office, WHO.format(number)) == "he: confirmed summary_en"
