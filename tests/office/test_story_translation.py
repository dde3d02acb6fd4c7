"""A story: a Chinese text changes, its English shows as outdated, and is confirmed."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

PARTNER = """
from datetime import timedelta
from django.utils import timezone
texts = dict(summary_en="Since 2013", summary_zh_hans="2013年起")
partner = make_partner(country=Country.objects.first(), status=Status.DRAFT, **texts)
partner.history.update(history_date=timezone.now() - timedelta(days=30))
print(partner.pk)
"""


def test_a_text_is_outdated_until_it_is_confirmed_and_its_history_tells(browser, full_site):
    hire(full_site, he="publisher")
    number = on_site(full_site, PARTNER)
    listed = f"{full_site.address}/admin/partnerships/partner/?id__exact={number}"
    form = f"{full_site.address}/admin/partnerships/partner/{number}/change/"
    matrix = f"{full_site.address}/admin/translations/?kind=partnerships.partner&state=outdated"
    with at_work(browser, full_site, "he") as page:
        page.on("dialog", lambda dialog: dialog.accept())  # about unsaved changes
        page.goto(form)
        page.fill("#id_summary_zh_hans", "2014年起")
        follow(page.locator("[name=_continue]"))
        mark = page.locator(".translation-mark")
        expect(mark).to_contain_text("Chinese has changed since this was last written")
        assert [mark.locator(tag).count() for tag in ("del", "ins")] == [1, 1]
        assert not violations(page)
        for address, words in [(listed, "English out of date"), (matrix, "1 out of date: summary")]:
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
        page.goto(listed)
        assert page.locator(".field-translation").inner_text() == "complete"
        page.goto(matrix)
        expect(page.get_by_text("1 out of date: summary")).to_have_count(0)

        page.set_viewport_size({"width": 360, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(form.replace("change", "history"))
        follow(page.locator("#language-form button[value='zh-hans']"))
        expect(page.locator(".who").first).to_have_text("he")
        assert shown(page) == ["2013年起", "2014年起"]
        assert not violations(page)
        follow(page.get_by_role("link", name="恢复到此版本").last)
        assert shown(page) == ["2014年起", "2013年起"]
        assert not violations(page)


def shown(page):
    """Return the visible text of each side; check that nothing needs scrolling."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    texts = [page.locator(side).first for side in (".earlier", ".later")]
    hidden = "all => all.forEach(each => each.remove())"
    for text in texts:
        text.locator(".visually-hidden").evaluate_all(hidden)
    return ["".join(text.inner_text().split()) for text in texts]
