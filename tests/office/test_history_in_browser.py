"""In a real browser: what was deleted comes back whole, and an earlier version is restored."""

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.browser import follow, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

# What one person does within a second is one save.
A_BREATH = 1100  # ms

CHANGED_ONCE = """
from datetime import timedelta
from django.utils import timezone
source = make_source(title_zh_hans="二〇一八年年报")
source.history.update(history_date=timezone.now() - timedelta(days=30))
source.title_zh_hans = "二〇一九年年报"
source.save()
print(source.pk)
"""

A_PRACTICE = """
practice = make_practice(title_en="A joint college")
practice.partners.add(Partner.objects.published().first())
make_achievement(practice=practice, text_en="Opened in May")
make_evidence(practice=practice, title_en="Report of the opening")
print(practice.pk)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    with server.running(tmp_path_factory.mktemp("office"), like=installed) as site:
        hire(site, sun="administrator")
        site.source = on_site(site, CHANGED_ONCE)
        yield site


@pytest.mark.parametrize(
    ("code", "theme", "restore"),
    [("en", "light", "Restore this version"), ("zh-hans", "dark", "恢复到此版本")],
)
def test_old_and_new_stand_side_by_side_on_a_phone_and_axe_finds_nothing(
    browser, office, code, theme, restore
):
    with at_work(browser, office, "sun", code, color_scheme=theme) as sun:
        sun.set_viewport_size({"width": 360, "height": 800})
        sun.goto(f"{office.address}/admin/profile/source/{office.source}/history/")
        assert shown(sun) == ["二〇一八年年报", "二〇一九年年报"]
        assert violations(sun) == []
        follow(sun.get_by_role("link", name=restore))
        assert shown(sun) == ["二〇一九年年报", "二〇一八年年报"]
        assert violations(sun) == []


def shown(page):
    """Each side of the comparison, with its own text only; nothing has to be scrolled to."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    texts = [page.locator(side).first for side in (".earlier", ".later")]
    hidden = "all => all.forEach(each => each.remove())"
    for text in texts:
        text.locator(".visually-hidden").evaluate_all(hidden)
    return ["".join(text.inner_text().split()) for text in texts]


def test_a_practice_is_deleted_brought_back_and_set_back_to_an_earlier_version(browser, office):
    practice = on_site(office, A_PRACTICE)
    kind = f"{office.address}/admin/partnerships/practice"
    form = f"{kind}/{practice}/change/"
    with at_work(browser, office, "sun") as sun:
        sun.goto(form)
        sun.fill("#id_title_en", "A joint college abroad")
        follow(sun.locator("[name=_save]"))
        sun.wait_for_timeout(A_BREATH)
        sun.goto(f"{kind}/{practice}/delete/")
        follow(sun.locator("#content form [type=submit]"))
        sun.wait_for_timeout(A_BREATH)
        assert sun.goto(form).url != form

        sun.goto(f"{kind}/deleted/")
        follow(sun.locator("#deleted tr", has_text="A joint college abroad").locator("button"))
        assert "A joint college abroad is back." in sun.inner_text(".messagelist")
        sun.goto(form)
        assert sun.input_value("#id_achievements-0-text_en") == "Opened in May"
        assert sun.input_value("#id_evidence-0-title_en") == "Report of the opening"
        expect(sun.locator(".field-partners .select2-selection__choice")).to_have_count(1)

        sun.goto(f"{kind}/{practice}/history/")
        assert "sun" in sun.inner_text("#history")
        follow(sun.get_by_role("link", name="Restore this version").last)
        assert sun.input_value("#id_title_en") == "A joint college"
        follow(sun.locator("[name=_continue]"))
        assert sun.input_value("#id_title_en") == "A joint college"
        assert sun.input_value("#id_evidence-0-title_en") == "Report of the opening"
