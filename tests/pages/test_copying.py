"""In a real browser a button copies the profile texts; without script, one can select them."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("code", "copied"), [("en", "Copied"), ("zh-hans", "已复制")])
def test_the_button_copies_the_text_and_says_so(browser, site, code, copied):
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{site.address}/{code}/profile-text/")
        page.get_by_role("button").last.click()
        page.get_by_role("status").get_by_text(copied, exact=True).wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == printed(page, "directory")


def test_a_browser_without_a_clipboard_copies_or_selects_the_text(browser, site):
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.goto(f"{site.address}/en/profile-text/")
        page.get_by_role("button").first.click()
        page.get_by_role("status").first.get_by_text("cop", exact=False).wait_for()
        selected = page.evaluate("getSelection().toString()")
        assert selected.split() == printed(page, "short").split()


def test_without_script_there_is_the_text_and_no_button(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.address}/en/profile-text/")
        assert page.get_by_text("one affiliated hospital").is_visible()
        assert page.get_by_role("button").count() == 0


def printed(page, form):
    """Return the text on the page, with empty lines between paragraphs."""
    return page.locator(f"#{form}-text").inner_text().strip()
