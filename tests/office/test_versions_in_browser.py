"""In a real browser each side of a comparison shows its own text only."""

import pytest

from tests.support.browser import violations

pytestmark = pytest.mark.browser

CHANGED_ONCE = """
from django.utils import timezone
from tests import makers
source = makers.make_source(slug="looked-at", title_zh_hans="二〇一八年年报")
source.history.update(history_date=timezone.now() - timezone.timedelta(days=30))
source.title_zh_hans = "二〇一九年年报"
source.save()
print(source.pk)
"""


@pytest.fixture(scope="module")
def history(site):
    """The address of the history of a source whose Chinese title was changed."""
    done = site.manage("shell", "--verbosity", "0", "-c", CHANGED_ONCE)
    assert done.returncode == 0, done.stderr
    return f"{site.address}/admin/profile/source/{done.stdout.split()[-1]}/history/"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_old_and_new_stand_side_by_side_and_axe_finds_nothing(
    browser, site, history, language, theme
):
    size = {"width": 360, "height": 800}
    with browser.new_context(viewport=size, color_scheme=theme) as context:
        cookie = {"name": "django_language", "value": language, "url": f"{site.address}/admin/"}
        context.add_cookies([cookie])
        page = context.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(history)
        page.fill("#id_login", "admin")
        page.fill("#id_password", site.password)
        page.press("#id_password", "Enter")
        page.wait_for_url(history)
        look(page)
        page.locator("#timeline li > p > a").last.click()
        page.wait_for_url(f"{history}*/")
        look(page)
        page.locator("#version .button").wait_for()
    assert not complaints


def look(page):
    """Both texts are there, each without the other's words, and nothing has to be scrolled to."""
    shown = [page.locator(side).first.inner_text() for side in (".earlier", ".later")]
    assert ["八" in text for text in shown] == [True, False]
    assert ["九" in text for text in shown] == [False, True]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(page) == []
