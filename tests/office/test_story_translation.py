"""A story: the Chinese text is changed, the English is stale everywhere, and is confirmed."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow, violations

pytestmark = pytest.mark.browser

PARTNER = """
from tests.makers import *
texts = dict(summary_en="Since 2013", summary_zh_hans="2013年起")
country, slug = Country.objects.first(), f"story-{Partner.objects.count()}"
print(make_partner(name_en="Story", slug=slug, country=country, status=Status.DRAFT, **texts).pk)
"""
WHO = """
from partnerships.models import Partner
version = Partner.objects.get(pk={}).history.first()
print(version.history_user, version.history_change_reason, sep=": ")
"""


def told(site, script):
    done = site.manage("shell", "--no-imports", "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def sign_in(page, site):
    page.context.add_cookies(
        [{"name": "django_language", "value": "en", "url": f"{site.address}/admin/"}]
    )
    page.goto(f"{site.address}/admin/")
    page.fill("#id_login", "admin")
    page.fill("#id_password", site.password)
    follow(page.locator("[type=submit]"))


def changed_in_chinese(page, site):
    """A partner whose Chinese text was just changed, and the address of its form, which is open."""
    number = told(site, PARTNER)
    form = f"{site.address}/admin/partnerships/partner/{number}/change/"
    page.goto(form)
    page.fill("#id_summary_zh_hans", "2014年起")
    follow(page.locator("[name=_continue]"))
    return number, form


def test_a_text_is_stale_wherever_it_is_listed_until_it_is_confirmed(page, full_site):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, full_site)
    number, form = changed_in_chinese(page, full_site)
    listed = f"{full_site.address}/admin/partnerships/partner/?id__exact={number}"
    matrix = f"{full_site.address}/admin/translations/?q=Story&state=stale"

    mark = page.locator(".translation-mark")
    assert "Chinese has changed since this was last written" in mark.inner_text()
    assert [mark.locator(tag).count() for tag in ("del", "ins")] == [1, 1]
    assert "2013" in mark.locator("del").inner_text()
    assert not violations(page)
    page.goto(listed)
    assert page.locator(".field-translation").inner_text() == "English stale"
    page.goto(matrix)
    assert "1 stale: summary" in page.locator("#translations").inner_text()
    assert not violations(page)

    page.goto(form)
    page.fill("#id_city_en", "Not saved yet")
    page.get_by_role("button", name="Still correct: Summary [English]").click()
    page.get_by_text("Confirmed as still correct: Summary [English]").wait_for()
    assert page.url == form
    assert page.input_value("#id_city_en") == "Not saved yet"
    expect(page.locator(".translation-mark.stale")).to_have_count(0)

    page.goto(listed)
    assert page.locator(".field-translation").inner_text() == "complete"
    page.goto(matrix)
    assert "No record matches." in page.inner_text("main")
    assert told(full_site, WHO.format(number)) == "admin: confirmed summary_en"
    assert not said


def test_without_scripts_a_page_of_its_own_confirms(browser, full_site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, full_site)
        number, _form = changed_in_chinese(page, full_site)
        with context.expect_page() as opened:
            page.get_by_role("link", name="Still correct").click()
        small = opened.value
        follow(small.get_by_role("button", name="Still correct"))
        assert "Confirmed as still correct" in small.locator(".messagelist").inner_text()
        assert told(full_site, WHO.format(number)) == "admin: confirmed summary_en"
