"""In a real browser every second factor can be set up and used within the site's policy."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support import server
from tests.support.accounts import code_of
from tests.support.browser import follow, settle, violations
from tests.support.files import noise, saved
from tests.support.office import at_work, hire, on_site, sign_in

pytestmark = pytest.mark.browser

END_ALL = """
from allauth.usersessions.models import UserSession
for session in UserSession.objects.all():
    session.end()
"""
CLOSE_TO_IT = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    if "used" in session:
        session["used"] -= 116 * 60
        session.save()
"""
WORDS = "Ten years of shared workshops.\nAnd a second line."
LOOKS = {"en": (390, "dark"), "zh-hans": (1440, "light")}
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
KEY |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    with server.running(tmp_path_factory.mktemp("door"), like=installed) as site:
        hire(site, qian="editor", sun="editor", zhao="publisher", lu="publisher")
        yield site


@pytest.fixture(scope="module")
def strict_office(tmp_path_factory, installed):
    """A site that requires a second factor of publishers."""
    folder = tmp_path_factory.mktemp("strict")
    with server.running(folder, like=installed, SECOND_FACTOR="required") as site:
        hire(site, **{"zhao-en": "publisher", "zhao-zh-hans": "administrator"})
        yield site


@contextmanager
def passkeys(tab):
    """A virtual authenticator that answers every request."""
    chrome = tab.context.new_cdp_session(tab)
    chrome.send("WebAuthn.enable")
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield
    chrome.send("WebAuthn.disable")


def look(tab, code="en"):
    """Check that the page is accessible and not too wide, in the look of its language."""
    width, scheme = LOOKS[code]
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 900})
    settle(tab)
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def press(tab, name, code=None):
    follow(tab.locator(name).first)
    if code:
        look(tab, code)


def give(tab, text, code=None):
    tab.fill("#id_code", text)
    press(tab, "#content [type=submit]", code)


def leave(tab, code=None):
    press(tab, "#logout-form button", code)


def partner_form(tab, site, which="first"):
    tab.goto(f"{site.address}/admin/partnerships/partner/")
    follow(getattr(tab.locator("#result_list tbody th a"), which))
    return tab.url


# Second factors


@pytest.mark.parametrize("code", ["en", "zh-hans"])
def test_an_app_and_a_recovery_code_are_set_up_and_used(browser, strict_office, code):
    site, name = strict_office, f"zhao-{code}"
    with at_work(browser, site, name, code) as tab:
        tab.goto(f"{site.address}/admin/")
        expect(tab).to_have_url(re.compile("/second-factor/$"))  # the second factor is compulsory
        look(tab, code)
        press(tab, "a[href$='/totp/activate/']", code)
        expect(tab.locator(".qr svg")).to_be_visible()
        secret = tab.input_value("#authenticator_secret")
        give(tab, "000000", code)
        give(tab, code_of(secret), code)
        codes = tab.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        press(tab, "#content a.button")
        for right in (codes[0], code_of(secret, 1)):
            leave(tab)
            sign_in(tab, site, name)
            look(tab, code)
            give(tab, right)
            expect(tab).to_have_url(re.compile("/admin/$"))
        for page in ("", "second-factor/", "second-factor/recovery-codes/"):
            tab.goto(f"{site.address}/admin/account/{page}")
            look(tab, code)
        assert "9" in tab.locator("#content").inner_text()


@pytest.mark.parametrize(("code", "name"), [("en", "zhao"), ("zh-hans", "lu")])
def test_a_passkey_is_set_up_and_lets_in_by_itself(browser, office, code, name):
    with at_work(browser, office, name, code) as tab, passkeys(tab):
        press(tab, "#user-tools a[href$='/account/']", code)
        press(tab, "a[href$='/second-factor/']")
        press(tab, "a[href$='/webauthn/add/']", code)
        press(tab, "#mfa_webauthn_add")
        assert len(tab.locator(".codes code").all_inner_texts()) == 10
        leave(tab, code)
        press(tab, "#passkey_login")
        expect(tab).to_have_url(re.compile("/admin/$"))
        leave(tab)
        sign_in(tab, office, name)
        look(tab, code)
        press(tab, "#mfa_webauthn_authenticate")
        expect(tab).to_have_url(re.compile("/admin/$"))
        tab.goto(f"{office.address}/admin/account/reauthenticate/")
        look(tab, code)
        press(tab, "a[href*='webauthn']", code)
        press(tab, "#mfa_webauthn_reauthenticate")
        for way in ("edit", "remove"):
            tab.goto(f"{office.address}/admin/account/second-factor/webauthn/")
            look(tab, code)
            press(tab, f"a[href$='/{way}/']", code)
        press(tab, "#content [type=submit]")
        assert tab.locator("#content tbody tr").count() == 0


def test_a_passkey_that_is_not_given_is_said_on_the_page(browser, office):
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{office.address}/admin/account/login/")
        tab.evaluate('() => { navigator.credentials.get = async () => { throw new Error("no") } }')
        tab.click("#passkey_login")
        expect(tab.locator("#passkey-failed")).to_contain_text("Try again, or choose another way")
        look(tab)


# Passwords and sessions


@pytest.mark.parametrize("code", ["en", "zh-hans"])
def test_the_pages_for_passwords_and_for_ones_sessions(browser, office, code):
    with at_work(browser, office, "sun", code) as tab, at_work(browser, office, "sun") as other:
        tab.goto(f"{office.address}/admin/account/")
        assert "Chrome" in tab.locator("#content tbody tr").first.inner_text()
        press(tab, "[name=end][value=all]", code)
        assert tab.locator("#content tbody tr").count() == 1
        other.goto(f"{office.address}/admin/")
        expect(other).to_have_url(re.compile("/account/login/"))
        tab.goto(f"{office.address}/admin/account/password/change/")
        look(tab, code)
        leave(tab)
        for page in ("reset/", "reset/sent/", "reset/done/", "reset/key/1-none/"):
            tab.goto(f"{office.address}/admin/account/password/{page}")
            look(tab, code)
        sign_in(tab, office, "sun", "wrong")
        assert tab.locator("#login-form .errornote").is_visible()
        look(tab, code)


# Text typed before the session ended


def test_what_was_typed_when_the_session_ended_is_saved_after_all(browser, office):
    with at_work(browser, office, "qian") as tab:
        partner_form(tab, office)
        tab.fill("#id_city_en", "Hamilton by the river")
        tab.fill("#id_summary_en", WORDS)
        on_site(office, END_ALL)
        press(tab, "[name=_propose]", "en")
        assert "You have been signed out" in tab.locator("#content").inner_text()
        with tab.context.expect_page() as opened:
            tab.click("#content ol a")
        sign_in(opened.value, office, "qian", goto=False)
        opened.value.close()
        press(tab, "#again-form button")
        if tab.locator("#again-form").count():  # a tab never hidden has no new token
            press(tab, "#again-form button")
        assert "Hamilton by the river" in tab.locator("#content").inner_text()
        assert "And a second line" in tab.locator("#content").inner_text()
        tab.faults = [fault for fault in tab.faults if "403" not in fault]


def test_the_form_warns_before_the_end_and_can_go_on(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.clock.install()
        partner_form(tab, office)
        notice = tab.locator("#session-notice")
        tab.fill("#id_city_en", "Hamilton")
        tab.clock.fast_forward("01:54:00")
        expect(notice).to_be_hidden()
        on_site(office, CLOSE_TO_IT)
        tab.clock.fast_forward("00:02:00")
        expect(notice).to_contain_text("signed out in less than five minutes")
        look(tab)
        notice.locator("button").click()
        expect(notice).to_be_hidden()
        assert tab.input_value("#id_city_en") == "Hamilton"
        tab.fill("#id_city_en", tab.locator("#id_city_en").get_attribute("value") or "")


def test_a_late_form_waits_with_its_file_until_its_colleague_is_back(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.clock.install()
        address = partner_form(tab, office, "last")
        tab.fill("#id_city_en", "Hamilton by the lake")
        picture = {"name": "crest.png", "mimeType": "image/png"}
        picture["buffer"] = saved(noise(300, 300), "PNG")
        tab.set_input_files("#id_logo", picture)
        on_site(office, END_ALL)
        tab.clock.fast_forward("02:10:00")
        tab.click("[name=_propose]")
        notice = tab.locator("#session-notice")
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
