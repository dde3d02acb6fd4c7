"""The comforts of the admin's forms, in a real browser."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support.browser import follow

pytestmark = pytest.mark.browser

PASSWORD = "quiet-river-7"
COLLEAGUES = f"""
from django.contrib.auth import get_user_model
make = get_user_model().objects.create_superuser
for name, family in [("meilin", "Wang"), ("hua", "Li")]:
    make(name, "", "{PASSWORD}", first_name=name.title(), last_name=family)
"""
FACTS = "/admin/profile/fact/"


@pytest.fixture(scope="module")
def office(full_site):
    """The site with two colleagues at work in it."""
    done = full_site.manage("shell", "-c", COLLEAGUES)
    assert done.returncode == 0, done.stderr
    return full_site


@contextmanager
def signed_in(browser, office, name="meilin"):
    with browser.new_context(locale="en-GB", base_url=office.address) as context:
        context.set_default_timeout(10_000)
        tab = context.new_page()
        tab.goto("/admin/")
        tab.fill("#id_login", name)
        tab.fill("#id_password", PASSWORD)
        follow(tab.locator("[type=submit]"))
        yield tab


@pytest.fixture(scope="module")
def desk(browser, office):
    """Signed in once for all tests, since that takes long."""
    with signed_in(browser, office) as tab:
        yield tab.context


@pytest.fixture
def blank(desk):
    """An empty tab of a colleague who is signed in."""
    tab = desk.new_page()
    yield tab
    tab.close()


@pytest.fixture
def tab(blank):
    """The form of a fact that has figures, nothing typed in it yet."""
    open_first(blank, f"{FACTS}?q=patents")
    return blank


def open_first(tab, listed):
    tab.goto(listed)
    follow(tab.locator("#result_list tbody th a").first)


def refused(tab):
    follow(tab.locator("[name=_save]"))
    expect(tab.locator(".errornote")).to_be_visible()


# The first error


def test_the_first_faulty_field_has_the_focus_even_far_down(tab):
    date = tab.locator("[name=figures-0-as_of]")
    date.fill("2018-13")
    refused(tab)
    expect(date).to_be_focused()
    expect(date).to_be_in_viewport()


def test_an_error_s_link_opens_what_is_closed_around_its_field(tab):
    tab.locator("[name=figures-0-as_of]").fill("2018-13")
    tab.locator("#id_order").fill("-1")
    refused(tab)
    expect(tab.locator("#id_order")).to_be_focused()
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
    expect(tab.locator("[name=figures-0-as_of]")).to_be_focused()
    expect(tab.locator("[name=figures-0-as_of]")).to_be_in_viewport()


def test_a_choice_that_is_looked_up_takes_the_focus_too(tab):
    tab.goto("/admin/profile/figure/add/")
    refused(tab)
    expect(tab.locator(".field-fact .select2-selection")).to_be_focused()
    expect(tab.locator(".field-fact .select2-selection")).to_have_accessible_name(
        re.compile("Fact")
    )


def test_without_scripts_an_error_is_a_plain_link(browser, office, tab):
    state = tab.context.storage_state()
    with browser.new_context(storage_state=state, java_script_enabled=False) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(tab.url)
        page.locator("[name=figures-0-as_of]").fill("2018-13")
        follow(page.locator("[name=_save]"))
        page.locator(".error-links a").click()
        expect(page).to_have_url(re.compile("#id_figures-0-as_of$"))
        expect(page.locator("[name=figures-0-as_of]")).to_be_in_viewport()


# Unsaved text


def warned(tab, leave):
    """Whether the browser asks before `leave` leaves the page."""
    asked = []

    def accept(dialog):
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", accept)
    with tab.expect_navigation():
        leave()
    tab.remove_listener("dialog", accept)
    return asked == ["beforeunload"]


def to_the_list(tab):
    return lambda: tab.click(f".breadcrumbs a[href='{FACTS}']")


def test_leaving_what_nobody_changed_asks_nothing(tab):
    tab.locator("#id_label_en").click()
    assert not warned(tab, to_the_list(tab))


def test_leaving_unsaved_text_asks_first(tab):
    tab.locator("#id_definition_zh_hans").press_sequentially("国家")
    assert warned(tab, to_the_list(tab))


def test_what_was_typed_and_taken_back_is_not_unsaved(tab):
    label = tab.locator("#id_label_en")
    before = label.input_value()
    label.press_sequentially("x")
    label.fill(before)
    assert not warned(tab, to_the_list(tab))


def test_saving_asks_nothing(tab):
    tab.locator("#id_order").fill("91")
    assert not warned(tab, lambda: tab.click("[name=_continue]"))
    expect(tab.locator("#id_order")).to_have_value("91")


def test_what_was_refused_is_unsaved_still(tab):
    tab.locator("#id_order").fill("-1")
    refused(tab)
    tab.locator("#id_order").click()
    assert warned(tab, to_the_list(tab))


def test_what_was_not_saved_because_of_a_date_is_unsaved_still(tab):
    tab.locator("#id_order").fill("92")
    tab.evaluate("document.getElementById('id_due').type = 'text'")
    tab.locator("#id_due").fill("next week")
    follow(tab.locator("[name=_save]"))
    expect(tab.locator(".messagelist .error")).to_be_visible()
    assert warned(tab, to_the_list(tab))


def test_a_new_row_is_unsaved(tab):
    tab.click(".add-row a")
    assert warned(tab, to_the_list(tab))


def test_a_choice_that_was_looked_up_is_unsaved(tab):
    other_source(tab, "#figures-0")
    assert warned(tab, to_the_list(tab))


def other_source(tab, row):
    tab.click(f"{row} .field-source .select2-selection")
    other = tab.locator(".select2-results__option[aria-selected=false], .select2-results__option")
    other.nth(1).wait_for()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")


# Who else is there


def test_two_colleagues_see_each_other_come_and_go(browser, office):
    partners = "/admin/partnerships/partner/"
    with signed_in(browser, office) as meilin, signed_in(browser, office, "hua") as hua:
        meilin.clock.install()
        open_first(meilin, partners)
        notice = meilin.locator("#presence")
        expect(notice).to_be_empty()
        hua.goto(meilin.url)
        expect(hua.locator("#presence")).to_have_text("Meilin Wang has this record open too.")
        meilin.clock.fast_forward(20_000)
        expect(notice).to_have_text("Hua Li has this record open too.")
        hua.goto(partners)
        # Long before the minute is over after which nobody is there any more.
        for _ in range(20):
            meilin.clock.fast_forward(20_000)
            hua.wait_for_timeout(250)
            if not notice.inner_text():
                break
        expect(notice).to_be_empty()


# How a figure will read


def test_a_figure_is_read_in_both_languages_as_one_types(tab):
    follow(tab.locator("text=New figure").first)
    reads = tab.locator(".reads")
    expect(tab.locator("#last-figures table")).to_be_visible()
    tab.select_option("[name=qualifier]", "more-than")
    tab.locator("[name=value]").press_sequentially("24000")
    expect(reads).to_have_text(re.compile(r"more than 24,000.* / 2\.4万余"))
    expect(tab.locator(".doubt")).to_contain_text("more than twice")
    tab.locator("[name=value]").fill("")
    expect(reads).to_be_empty()
    expect(tab.locator(".doubt")).to_be_empty()


def test_a_row_is_read_on_its_own(tab):
    tab.click(".add-row a")
    row = tab.locator(".inline-related.dynamic-figures").last
    others = tab.locator("#figures-0 .reads").inner_text()
    row.locator("[name$=value]").fill("3")
    expect(row.locator(".reads")).to_have_text(re.compile(r"^3\b.* / 3"))
    assert tab.locator("#figures-0 .reads").inner_text() == others


def test_each_of_two_rows_that_are_typed_in_at_once_is_read(tab):
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


def test_another_unit_is_read_in_every_row(tab):
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


# Every form with these comforts
