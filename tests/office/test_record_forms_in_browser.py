"""The forms of the admin in a real browser: errors, unsaved text, colleagues, figures."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow
from tests.support.office import at_work, choose, hire

pytestmark = pytest.mark.browser

FACTS = "/admin/profile/fact/"


@pytest.fixture(scope="module")
def meilin(browser, full_site):
    """A signed-in tab for all tests, as signing in is slow."""
    hire(full_site, meilin="administrator", hua="administrator")
    with at_work(browser, full_site, "meilin", base_url=full_site.address) as tab:
        tab.set_default_timeout(10_000)
        tab.goto(f"{FACTS}?q=patents")
        tab.fact = tab.locator("#result_list tbody th a").first.get_attribute("href")
        yield tab


@pytest.fixture
def tab(meilin):
    """The untouched form of a fact with figures."""
    with meilin.context.new_page() as tab:
        tab.goto(meilin.fact)
        yield tab


def refused(tab):
    follow(tab.locator("[name=_save]"))
    expect(tab.locator(".errornote")).to_be_visible()


def test_the_first_faulty_field_has_the_focus(tab):
    date, order = tab.locator("[name=figures-0-as_of]"), tab.locator("#id_order")
    date.fill("2018-13")
    refused(tab)
    expect(date).to_be_focused()
    expect(date).to_be_in_viewport()
    order.fill("-1")
    refused(tab)
    expect(order).to_be_focused()
    tab.goto("/admin/profile/figure/add/")
    refused(tab)
    looked_up = tab.locator(".field-fact .select2-selection")
    expect(looked_up).to_be_focused()
    expect(looked_up).to_have_accessible_name(re.compile("Fact"))


# Unsaved text


def take_back(tab):
    label = tab.locator("#id_label_en")
    before = label.input_value()
    label.press_sequentially("x")
    label.fill(before)


def save(tab):
    tab.locator("#id_order").fill("91")
    follow(tab.locator("[name=_continue]"))
    expect(tab.locator("#id_order")).to_have_value("91")


def refuse(tab):
    tab.locator("#id_order").fill("-1")
    refused(tab)
    tab.locator("#id_order").click()


def look_up(tab):
    tab.click("#figures-0 .field-source .select2-selection")
    tab.locator(".select2-results__option[aria-selected=false]").first.click()


UNSAVED = {
    "typed": (lambda tab: tab.locator("#id_definition_zh_hans").press_sequentially("国"), ["asks"]),
    "typed and taken back": (take_back, []),
    "saved": (save, []),
    "refused": (refuse, ["asks"]),
    "a new row": (lambda tab: tab.click(".add-row a"), ["asks"]),
    "a choice looked up": (look_up, ["asks"]),
}


@pytest.mark.parametrize(("do", "asks"), UNSAVED.values(), ids=UNSAVED)
def test_leaving_asks_first_where_something_is_unsaved_and_saving_does_not(tab, do, asks):
    asked = []

    def accept(dialog):
        asked.append("asks" if dialog.type == "beforeunload" else dialog.type)
        dialog.accept()

    tab.on("dialog", accept)
    do(tab)
    follow(tab.locator(f".breadcrumbs a[href='{FACTS}']"))
    assert asked == asks


# Who else is there


def test_two_colleagues_see_each_other_come_and_go(browser, full_site, meilin, tab):
    notice = tab.locator("#presence")
    expect(notice).to_be_empty()
    with at_work(browser, full_site, "hua", base_url=full_site.address) as hua:
        tab.clock.install()
        tab.reload()
        hua.goto(meilin.fact)
        expect(hua.locator("#presence")).to_have_text("meilin has this record open too.")
        tab.clock.fast_forward(20_000)
        expect(notice).to_have_text("hua has this record open too.")
        hua.goto(FACTS)
        # Well before the minute after which a colleague counts as gone.
        for _ in range(20):
            tab.clock.fast_forward(20_000)
            hua.wait_for_timeout(250)
            if not notice.inner_text():
                break
        expect(notice).to_be_empty()


# How a figure will read


def test_a_figure_is_read_in_both_languages_as_one_types_beside_the_last_ones(meilin, tab):
    tab.goto("/admin/profile/figure/add/")
    last, reads, value = (
        tab.locator(place) for place in ("#last-figures", ".reads", "[name=value]")
    )
    expect(last).to_be_empty()
    choose(tab, "fact", "patents", "patents")
    expect(last.locator("table")).to_contain_text("535")
    tab.select_option("[name=qualifier]", "more-than")
    value.press_sequentially("24000")
    expect(reads).to_have_text(re.compile(r"more than 24,000.* / 2\.4万余"))
    expect(tab.locator(".doubt")).to_contain_text("more than twice")
    value.fill("")
    expect(reads).to_be_empty()
    expect(tab.locator(".doubt")).to_be_empty()
    tab.goto(meilin.fact)
    other = tab.locator("#figures-0 .reads")
    before = other.inner_text()
    tab.click(".add-row a")
    row = tab.locator(".inline-related.dynamic-figures:not(.empty-form)").last
    row.locator("[name$=value]").fill("4")
    expect(row.locator(".reads")).to_have_text(re.compile(r"^4\b"))
    assert other.inner_text() == before
    tab.locator("#id_unit_en").fill("sheets of paper")
    expect(other).to_contain_text("sheets of paper")
