"""The forms of the admin in a real browser: errors, unsaved text, colleagues, figures."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow
from tests.support.office import at_work, hire

pytestmark = pytest.mark.browser

FACTS = "/admin/profile/fact/"


@pytest.fixture(scope="module")
def office(full_site):
    """The site with two colleagues."""
    hire(full_site, meilin="administrator", hua="administrator")
    return full_site


@pytest.fixture(scope="module")
def signed_in(browser, office):
    """A signed-in session for all tests, as signing in is slow."""
    with at_work(browser, office, "meilin", base_url=office.address) as tab:
        yield tab.context


@pytest.fixture
def tab(signed_in):
    """The untouched form of a fact with figures."""
    tab = signed_in.new_page()
    tab.set_default_timeout(10_000)
    open_first(tab, f"{FACTS}?q=patents")
    yield tab
    tab.close()


def open_first(tab, listed):
    tab.goto(listed)
    follow(tab.locator("#result_list tbody th a").first)


def refused(tab):
    follow(tab.locator("[name=_save]"))
    expect(tab.locator(".errornote")).to_be_visible()


# The first error


def test_the_first_faulty_field_has_the_focus_and_links_open_what_is_closed(tab):
    date, order = tab.locator("[name=figures-0-as_of]"), tab.locator("#id_order")
    date.fill("2018-13")
    refused(tab)
    expect(date).to_be_focused()
    expect(date).to_be_in_viewport()
    order.fill("-1")
    refused(tab)
    expect(order).to_be_focused()
    tab.evaluate(
        """() => {
            const row = document.getElementById("figures-0");
            const part = document.createElement("details");
            row.replaceWith(part);
            part.append(row);
        }"""
    )
    expect(tab.locator("#figures-0")).not_to_be_visible()
    tab.locator(".error-links a").last.click()
    expect(date).to_be_focused()
    expect(date).to_be_in_viewport()


def test_a_choice_that_is_looked_up_takes_the_focus_too(tab):
    tab.goto("/admin/profile/figure/add/")
    refused(tab)
    choice = tab.locator(".field-fact .select2-selection")
    expect(choice).to_be_focused()
    expect(choice).to_have_accessible_name(re.compile("Fact"))


def test_without_scripts_an_error_is_a_plain_link(browser, tab):
    state = tab.context.storage_state()
    with browser.new_context(storage_state=state, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(tab.url)
        page.locator("[name=figures-0-as_of]").fill("2018-13")
        follow(page.locator("[name=_save]"))
        page.locator(".error-links a").click()
        expect(page).to_have_url(re.compile("#id_figures-0-as_of$"))
        expect(page.locator("[name=figures-0-as_of]")).to_be_in_viewport()


# Unsaved text


def warned(tab, leave=None):
    """Return whether the browser asks before `leave` leaves the page, by default for the list."""
    asked = []

    def accept(dialog):
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", accept)
    with tab.expect_navigation():
        leave() if leave else tab.click(f".breadcrumbs a[href='{FACTS}']")
    tab.remove_listener("dialog", accept)
    return asked == ["beforeunload"]


def take_back(tab):
    label = tab.locator("#id_label_en")
    before = label.input_value()
    label.press_sequentially("x")
    label.fill(before)


def refuse(tab):
    tab.locator("#id_order").fill("-1")
    refused(tab)
    tab.locator("#id_order").click()


def refuse_a_date(tab):
    tab.locator("#id_order").fill("92")
    tab.evaluate("document.getElementById('id_due').type = 'text'")
    tab.locator("#id_due").fill("next week")
    follow(tab.locator("[name=_save]"))
    expect(tab.locator(".messagelist .error")).to_be_visible()


def look_up(tab):
    tab.click("#figures-0 .field-source .select2-selection")
    other = tab.locator(".select2-results__option[aria-selected=false], .select2-results__option")
    other.nth(1).wait_for()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")


UNSAVED = {
    "nothing changed": (lambda tab: tab.locator("#id_label_en").click(), False),
    "typed": (lambda tab: tab.locator("#id_definition_zh_hans").press_sequentially("国家"), True),
    "typed and taken back": (take_back, False),
    "refused": (refuse, True),
    "refused because of a date": (refuse_a_date, True),
    "a new row": (lambda tab: tab.click(".add-row a"), True),
    "a choice looked up": (look_up, True),
}


@pytest.mark.parametrize(("do", "asks"), UNSAVED.values(), ids=UNSAVED)
def test_leaving_asks_first_where_something_is_unsaved(tab, do, asks):
    do(tab)
    assert warned(tab) == asks


def test_saving_asks_nothing(tab):
    tab.locator("#id_order").fill("91")
    assert not warned(tab, lambda: tab.click("[name=_continue]"))
    expect(tab.locator("#id_order")).to_have_value("91")


# Who else is there


def test_two_colleagues_see_each_other_come_and_go(browser, office):
    partners = f"{office.address}/admin/partnerships/partner/"
    with at_work(browser, office, "meilin") as meilin, at_work(browser, office, "hua") as hua:
        meilin.clock.install()
        open_first(meilin, partners)
        notice = meilin.locator("#presence")
        expect(notice).to_be_empty()
        hua.goto(meilin.url)
        expect(hua.locator("#presence")).to_have_text("meilin has this record open too.")
        meilin.clock.fast_forward(20_000)
        expect(notice).to_have_text("hua has this record open too.")
        hua.goto(partners)
        # Well before the minute after which a colleague counts as gone.
        for _ in range(20):
            meilin.clock.fast_forward(20_000)
            hua.wait_for_timeout(250)
            if not notice.inner_text():
                break
        expect(notice).to_be_empty()


# How a figure will read


def test_a_figure_is_read_in_both_languages_as_one_types(tab):
    follow(tab.locator("text=New figure").first)
    reads, value = tab.locator(".reads"), tab.locator("[name=value]")
    expect(tab.locator("#last-figures table")).to_be_visible()
    tab.select_option("[name=qualifier]", "more-than")
    value.press_sequentially("24000")
    expect(reads).to_have_text(re.compile(r"more than 24,000.* / 2\.4万余"))
    expect(tab.locator(".doubt")).to_contain_text("more than twice")
    value.fill("")
    expect(reads).to_be_empty()
    expect(tab.locator(".doubt")).to_be_empty()


def test_each_of_two_rows_that_are_typed_in_at_once_is_read_on_its_own(tab):
    others = tab.locator("#figures-0 .reads").inner_text()
    for _ in range(2):
        tab.click(".add-row a")
    rows = tab.locator(".inline-related.dynamic-figures:not(.empty-form)")
    first, second = rows.nth(-2), rows.nth(-1)
    tab.evaluate(
        """names => names.forEach((name, place) => {
            const field = document.getElementsByName(name)[0];
            field.value = place + 3;
            field.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        [row.locator("[name$=value]").get_attribute("name") for row in (first, second)],
    )
    expect(first.locator(".reads")).to_have_text(re.compile(r"^3\b"))
    expect(second.locator(".reads")).to_have_text(re.compile(r"^4\b"))
    assert tab.locator("#figures-0 .reads").inner_text() == others
    tab.locator("#id_unit_en").fill("sheets of paper")
    expect(tab.locator("#figures-0 .reads")).to_contain_text("sheets of paper")


def test_another_fact_brings_its_own_last_figures(tab):
    tab.goto("/admin/profile/figure/add/")
    last = tab.locator("#last-figures")
    expect(last).to_be_empty()
    tab.click(".field-fact .select2-selection")
    tab.locator(".select2-search__field").fill("patents")
    tab.locator(".select2-results__option", has_text="patents").click()
    expect(last).to_contain_text("535")
