"""In a real browser each side of a comparison shows its own text only."""

import pytest

from tests.support.browser import follow, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

CHANGED_ONCE = """
from datetime import timedelta
from django.utils import timezone
source = make_source(slug="looked-at", title_zh_hans="二〇一八年年报")
source.history.update(history_date=timezone.now() - timedelta(days=30))
source.title_zh_hans = "二〇一九年年报"
source.save()
print(source.pk)
"""


@pytest.fixture(scope="module")
def history(site):
    """The address of the history of a source with a changed Chinese title."""
    hire(site, historian="administrator")
    return f"{site.address}/admin/profile/source/{on_site(site, CHANGED_ONCE)}/history/"


@pytest.mark.parametrize(
    ("code", "theme", "restore"),
    [("en", "light", "Restore this version"), ("zh-hans", "dark", "恢复到此版本")],
)
def test_old_and_new_stand_side_by_side_on_a_phone_and_axe_finds_nothing(
    browser, site, history, code, theme, restore
):
    with at_work(browser, site, "historian", code, color_scheme=theme) as page:
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(history)
        assert shown(page) == ["二〇一八年年报", "二〇一九年年报"]
        assert violations(page) == []
        follow(page.get_by_role("link", name=restore))
        assert shown(page) == ["二〇一九年年报", "二〇一八年年报"]
        assert violations(page) == []


def shown(page):
    """Return the visible text of each side; check that nothing needs scrolling."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    texts = [page.locator(side).first for side in (".earlier", ".later")]
    hidden = "all => all.forEach(each => each.remove())"
    for text in texts:
        text.locator(".visually-hidden").evaluate_all(hidden)
    return ["".join(text.inner_text().split()) for text in texts]
