"""What was deleted comes back whole, and an earlier version is restored."""

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.browser import follow
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

# What one person does within a second is told as one deed.
A_BREATH = 1100  # ms

A_PRACTICE = """
practice = make_practice(title_en="A joint college")
practice.partners.add(Partner.objects.published().first())
make_achievement(practice=practice, text_en="Opened in May")
make_evidence(practice=practice, title_en="Report of the opening")
print(practice.pk)
"""


@pytest.fixture
def office(tmp_path, installed):
    with server.running(tmp_path, like=installed) as site:
        hire(site, sun="administrator")
        site.practice = on_site(site, A_PRACTICE)
        yield site


def test_a_practice_is_deleted_brought_back_and_set_back_to_an_earlier_version(browser, office):
    kind = f"{office.address}/admin/partnerships/practice"
    form = f"{kind}/{office.practice}/change/"
    with at_work(browser, office, "sun") as sun:
        sun.goto(form)
        sun.fill("#id_title_en", "A joint college abroad")
        follow(sun.locator("[name=_save]"))
        sun.wait_for_timeout(A_BREATH)
        sun.goto(f"{kind}/{office.practice}/delete/")
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

        sun.goto(f"{kind}/{office.practice}/history/")
        told = sun.inner_text("#timeline")
        assert "abroad" in told
        assert "sun" in told
        first = sun.locator("#timeline > li").last
        follow(first.locator("a", has_text="Look at this version"))
        assert "Opened in May" in sun.inner_text("#version")
        follow(sun.locator("text=Restore this version"))
        assert sun.input_value("#id_title_en") == "A joint college"
        follow(sun.locator("[name=_continue]"))
        assert sun.input_value("#id_title_en") == "A joint college"
        assert sun.input_value("#id_evidence-0-title_en") == "Report of the opening"
