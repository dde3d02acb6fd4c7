"""In a real browser every second factor can be set up and used within the site's policy.

Each walk is in English; the pages on its way are looked at in Chinese, on a telephone.
"""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.accounts import code_of
from tests.support.browser import follow, settle, violations
from tests.support.files import noise, saved
from tests.support.office import at_work, hire, sign_in

pytestmark = pytest.mark.browser

ACCOUNT = "/admin/account/"
PASSKEY = f"{ACCOUNT}second-factor/webauthn/"
COOKIE = {"name": "django_language", "domain": "localhost", "path": "/admin/"}
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
KEY |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    """A site that requires a second factor of publishers."""
    folder = tmp_path_factory.mktemp("door")
    with server.running(folder, like=installed, SECOND_FACTOR="required") as site:
        hire(site, qian="editor", zhao="publisher", lu="administrator")
        yield site


@contextmanager
def passkeys(tab):
    """A virtual authenticator that answers every request."""
    chrome = tab.context.new_cdp_session(tab)
    chrome.send("WebAuthn.enable")
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield
    chrome.send("WebAuthn.disable")


def look(tab):
    """Check that the page as it is now is accessible."""
    settle(tab)
    assert violations(tab) == []


def look_at(tab, site, *paths):
    """Check pages in Chinese, narrow and dark; go on in English with the last of them."""
    tab.context.add_cookies([COOKIE | {"value": "zh-hans"}])
    tab.emulate_media(color_scheme="dark")
    tab.set_viewport_size({"width": 390, "height": 900})
    for path in paths:
        tab.goto(f"{site.address}{path}")
        assert tab.url == f"{site.address}{path}"
        assert tab.get_attribute("html", "lang") == "zh-hans"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        look(tab)
    tab.context.add_cookies([COOKIE | {"value": "en"}])


def press(tab, name):
    follow(tab.locator(name).first)


def give(tab, text):
    tab.fill("#id_code", text)
    press(tab, "#content [type=submit]")


def leave(tab):
    press(tab, "#logout-form button")


def partner_form(tab, site, which="first"):
    tab.goto(f"{site.address}/admin/partnerships/partner/")
    follow(getattr(tab.locator("#result_list tbody th a"), which))
    return tab.url


# Second factors


def test_an_app_and_a_recovery_code_are_set_up_and_used(browser, office):
    factors = f"{ACCOUNT}second-factor/"
    with at_work(browser, office, "zhao") as tab:
        tab.goto(f"{office.address}/admin/")
        assert tab.url == f"{office.address}{factors}"  # the second factor is compulsory
        look_at(tab, office, factors, f"{factors}totp/activate/")
        expect(tab.locator(".qr svg")).to_be_visible()
        secret = tab.input_value("#authenticator_secret")
        give(tab, "000000")
        look(tab)
        give(tab, code_of(secret))
        codes = tab.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        look(tab)
        press(tab, "#content a.button")
        for right in (codes[0], code_of(secret, 1)):
            leave(tab)
            sign_in(tab, office, "zhao")
            give(tab, right)
            expect(tab).to_have_url(re.compile("/admin/$"))
        look_at(tab, office, ACCOUNT, factors, f"{factors}totp/deactivate/")
        look_at(tab, office, f"{factors}recovery-codes/")
        assert "9" in tab.locator("#content").inner_text()


def test_a_passkey_is_set_up_and_lets_in_by_itself(browser, office):
    with at_work(browser, office, "lu") as tab, passkeys(tab):
        press(tab, "#user-tools a[href$='/account/']")
        press(tab, "a[href$='/second-factor/']")
        look_at(tab, office, f"{PASSKEY}add/")
        press(tab, "#mfa_webauthn_add")
        assert len(tab.locator(".codes code").all_inner_texts()) == 10
        leave(tab)
        tab.evaluate("() => { navigator.credentials.get = async () => { throw new Error() } }")
        tab.click("#passkey_login")
        expect(tab.locator("#passkey-failed")).to_contain_text("Try again, or choose another way")
        look(tab)
        look_at(tab, office, f"{ACCOUNT}login/")
        press(tab, "#passkey_login")
        expect(tab).to_have_url(re.compile("/admin/$"))
        leave(tab)
        sign_in(tab, office, "lu")
        look_at(tab, office, tab.url.removeprefix(office.address))
        press(tab, "#mfa_webauthn_authenticate")
        expect(tab).to_have_url(re.compile("/admin/$"))
        look_at(tab, office, f"{ACCOUNT}reauthenticate/")
        press(tab, "a[href*='webauthn']")
        look(tab)
        press(tab, "#mfa_webauthn_reauthenticate")
        look_at(tab, office, PASSKEY)
        for way in ("edit", "remove"):
            tab.goto(f"{office.address}{PASSKEY}")
            page = tab.get_attribute(f"a[href$='/{way}/']", "href")
            look_at(tab, office, page)
        press(tab, "#content [type=submit]")
        assert tab.locator("#content tbody tr").count() == 0


# Passwords and sessions


def test_the_pages_for_passwords_and_for_ones_sessions(browser, office):
    with at_work(browser, office, "qian") as tab:
        look_at(tab, office, ACCOUNT, f"{ACCOUNT}password/change/")
        leave(tab)
        resets = ("", "done/", "key/done/", "key/1-none/")
        look_at(tab, office, *(f"{ACCOUNT}password/reset/{page}" for page in resets))
        sign_in(tab, office, "qian", "wrong")
        assert tab.locator("#login-form .errornote").is_visible()
        look(tab)


def nearly_over(route):
    """Let a script hear that the session lasts four minutes, until it asks for longer."""
    answer = route.fetch()
    soon = {"seconds": 240, "longer": True} if route.request.method == "GET" else {}
    route.fulfill(response=answer, json=answer.json() | soon)


def test_the_form_warns_before_the_end_and_then_waits_with_its_file(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.clock.install()
        address = partner_form(tab, office, "last")
        notice = tab.locator("#session-notice")
        tab.fill("#id_city_en", "Hamilton by the lake")
        picture = {"name": "crest.png", "mimeType": "image/png"}
        picture["buffer"] = saved(noise(300, 300), "PNG")
        tab.set_input_files("#id_logo", picture)
        tab.clock.fast_forward("01:54:00")
        expect(notice).to_be_hidden()
        tab.route("**/account/session/", nearly_over)
        tab.clock.fast_forward("00:02:00")
        expect(notice).to_contain_text("signed out in less than five minutes")
        look(tab)
        notice.locator("button").click()
        expect(notice).to_be_hidden()
        tab.unroute("**/account/session/")

        tab.context.clear_cookies(name="sessionid")  # the session ends
        tab.clock.fast_forward("02:10:00")
        tab.click("[name=_propose]")
        expect(notice).to_contain_text("You have been signed out")
        assert tab.url == address
        look(tab)
        with tab.context.expect_page() as opened:
            notice.locator("a").click()
        sign_in(opened.value, office, "qian", goto=False)
        press(tab, "[name=_propose]")
        told = tab.locator("#content").inner_text()
        assert "Hamilton by the lake" in told
        assert "a new file" in told
