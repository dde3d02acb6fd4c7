"""The story of a proposal, in two colleagues' browsers."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.browser import follow
from tests.support.office import at_work, choose, hire, new_words

pytestmark = pytest.mark.browser


def shown_on(site, page, words):
    return words in site.get(page).text


@pytest.fixture
def office(tmp_path, installed):
    with server.running(tmp_path, like=installed) as site:
        hire(site, lin="editor", chen="publisher")
        sitemap = site.get("/sitemap.xml").text
        site.slug = re.search(r"/en/partnerships/partners/([\w-]+)/", sitemap)[1]
        yield site


def propose_a_figure(page, site):
    page.goto(f"{site.address}/admin/profile/figure/add/")
    choose(page, "fact", "patents", "Chinese government authorised patents")
    choose(page, "source", "wfcp", "WFCP")
    page.fill("#id_value", "1270")
    page.fill("#id_as_of", "2026-10")
    page.select_option("#id_status", "published")
    follow(page.locator("[name=_save]"))


def test_one_proposes_another_approves_and_the_public_sees_it(browser, office):
    with (
        at_work(browser, office, "lin") as lin,
        at_work(browser, office, "chen", "zh-hans") as chen,
    ):
        propose_a_figure(lin, office)
        lin.goto(f"{office.address}/admin/partnerships/partner/?q={office.slug}")
        follow(lin.locator("#result_list tbody th a").first)
        lin.fill("#id_summary_en", "Two campuses now teach together.")
        lin.fill("#id_summary_zh_hans", "两地校区如今联合教学。")
        follow(lin.locator("[name=_propose]"))
        told = lin.inner_text("#main")
        assert "Nothing changes for the public until a publisher approves." in told

        chen.goto(f"{office.address}/admin/office/proposal/?state__exact=waiting")
        assert chen.locator("#result_list tbody tr").count() == 2
        follow(chen.locator("#result_list tbody tr:nth-child(1) th a"))
        assert new_words(chen) == ["Two campuses now teach together.", "两地校区如今联合教学。"]
        with chen.expect_popup() as tab:
            chen.click("[name=_preview][value=zh-hans]")
        expect(tab.value.locator("main")).to_contain_text("两地校区如今")
        follow(chen.locator("[name=decision][value=approve]"))
        follow(chen.locator("#result_list tbody tr:nth-child(2) th a"))
        follow(chen.locator("[name=decision][value=approve]"))

    for page, words in {
        "/en/facts/": "1,270",
        "/zh-hans/profile-text/": "1270",
        f"/en/partnerships/partners/{office.slug}/": "Two campuses now teach together.",
        f"/zh-hans/partnerships/partners/{office.slug}/": "两地校区如今联合教学。",
    }.items():
        shows = partial(shown_on, office, page, words)
        server.wait_until(shows, f"{page} does not show {words}.", seconds=20)
