"""The stories of a proposal and of a clash, in two colleagues' browsers."""

import json

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.browser import follow
from tests.support.office import at_work, hire, new_words, on_site

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path, installed):
    with server.running(tmp_path, like=installed) as site:
        hire(site, lin="editor", chen="publisher", sun="publisher")
        made = on_site(
            site,
            "from profile.models import Figure\n"
            "partner = Partner.objects.published().first()\n"
            "print(partner.pk, partner.slug, Fact.objects.get(key='patents').pk)",
        )
        site.partner, site.slug, site.patents = made.split()
        yield site


def public(site):
    """Return the public's pages, exports and profile text, in both languages."""
    pages = [
        f"/{code}/{path}" for code in ("en", "zh-hans") for path in ("facts/", "profile-text/")
    ]
    pages += [f"/{code}/partnerships/partners/{site.slug}/" for code in ("en", "zh-hans")]
    pages += ["/data/facts.json", "/data/facts.csv", "/data/partners.json"]
    return {page: site.get(page).text for page in pages}


def propose_a_figure(page, site):
    page.goto(f"{site.address}/admin/profile/figure/add/")
    choose(page, "fact", "patents", "Chinese government authorised patents")
    choose(page, "source", "wfcp", "WFCP")
    page.fill("#id_value", "1270")
    page.fill("#id_as_of", "2026-10")
    page.select_option("#id_status", "published")
    follow(page.locator("[name=_save]"))


def choose(page, field, words, option):
    """Choose a value in an autocomplete field."""
    page.click(f".field-{field} .select2-selection")
    page.fill(".select2-search__field", words)
    page.locator(".select2-results__option", has_text=option).first.click()


def test_an_editor_proposes_a_publisher_approves_and_all_pages_change(browser, office):
    before = public(office)
    with (
        at_work(browser, office, "lin") as lin,
        at_work(browser, office, "chen", "zh-hans") as chen,
    ):
        propose_a_figure(lin, office)
        lin.goto(f"{office.address}/admin/partnerships/partner/{office.partner}/change/")
        lin.fill("#id_summary_en", "Two campuses now teach together.")
        lin.fill("#id_summary_zh_hans", "两地校区如今联合教学。")
        follow(lin.locator("[name=_propose]"))
        assert "Nothing changes for the public until a publisher approves." in lin.inner_text(
            "#main"
        )
        assert public(office) == before

        chen.goto(f"{office.address}/admin/office/proposal/?state__exact=waiting")
        assert chen.locator("#result_list tbody tr").count() == 2
        follow(chen.locator("#result_list tbody tr:nth-child(1) th a"))
        assert new_words(chen) == ["Two campuses now teach together.", "两地校区如今联合教学。"]
        for code, words in {"en": "Two campuses now", "zh-hans": "两地校区如今"}.items():
            with chen.expect_popup() as tab:
                chen.click(f"[name=_preview][value={code}]")
            expect(tab.value.locator("main")).to_contain_text(words)
            tab.value.close()
        assert public(office) == before

        follow(chen.locator("[name=decision][value=approve]"))
        follow(chen.locator("#result_list tbody tr:nth-child(2) th a"))
        follow(chen.locator("[name=decision][value=approve]"))
    now = {}

    def changed():
        now.update(public(office))
        return all(text != before[page] for page, text in now.items())

    server.wait_until(changed, "Not every page shows what was approved.", seconds=20)
    for page, words in {
        "/en/facts/": "1,270",
        "/zh-hans/facts/": "1270",
        "/en/profile-text/": "1,270",
        f"/en/partnerships/partners/{office.slug}/": "Two campuses now teach together.",
        f"/zh-hans/partnerships/partners/{office.slug}/": "两地校区如今联合教学。",
        "/data/facts.csv": "1270",
    }.items():
        assert words in now[page]
    assert "1270" in json.dumps(json.loads(now["/data/facts.json"]))


def test_one_writes_english_one_chinese_and_the_second_is_told(browser, office):
    form = f"{office.address}/admin/partnerships/partner/{office.partner}/change/"
    with (
        at_work(browser, office, "chen") as chen,
        at_work(browser, office, "sun", "zh-hans") as sun,
    ):
        chen.goto(form)
        sun.goto(form)
        chen.fill("#id_summary_en", "Rewritten by Chen.")
        follow(chen.locator("[name=_save]"))
        sun.fill("#id_summary_zh_hans", "孙老师改写的简介。")
        follow(sun.locator("[name=_save]"))
        told = sun.inner_text(".clash")
        assert "chen" in told
        assert "Rewritten by Chen." in told
        assert sun.input_value("#id_summary_en") == "Rewritten by Chen."
        assert sun.input_value("#id_summary_zh_hans") == "孙老师改写的简介。"
        follow(sun.locator("[name=_save]"))
        sun.goto(form)
        assert sun.input_value("#id_summary_en") == "Rewritten by Chen."
        assert sun.input_value("#id_summary_zh_hans") == "孙老师改写的简介。"
