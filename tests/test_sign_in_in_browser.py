"""In a real browser: a telephone is set up, and nothing that was typed is lost at the end."""

import re
from base64 import b32decode

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from . import server
from .browser import follow, settle, violations
from .office import PASSWORD, at_work, hire, on_site
from .support.files import noise, saved

pytestmark = pytest.mark.browser

END_ALL = "from jinhua_site.staff.models import StaffSession; StaffSession.objects.all().delete()"
NO_TELEPHONE = """
from django_otp.plugins.otp_totp.models import TOTPDevice
TOTPDevice.objects.all().delete()
"""
CLOSE_TO_IT = """
from datetime import timedelta
from django.db.models import F
from jinhua_site.staff.models import StaffSession
StaffSession.objects.update(expire_date=F("expire_date") - timedelta(minutes=116))
"""
TEN_TRIES = """
from django.test import RequestFactory
from jinhua_site.staff import limits
request = RequestFactory().get("/")
for _ in range(10):
    limits.take(limits.for_signing_in(request, "nobody"))
"""
WORDS = "Ten years of shared workshops.\nAnd a second line."
LOOKS = {"en": (360, "dark"), "zh-hans": (1280, "light")}


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    with server.running(tmp_path_factory.mktemp("door"), like=installed) as site:
        hire(site, qian="editor", zhao="publisher")
        yield site


def partner_form(tab, site):
    tab.goto(f"{site.address}/admin/partnerships/partner/")
    follow(tab.locator("#result_list tbody th a").first)
    return tab.url


def faults(tab, code="en"):
    width, scheme = LOOKS[code]
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 800})
    settle(tab)
    wide = tab.evaluate("document.documentElement.scrollWidth") > width
    return violations(tab) + (["too wide"] if wide else [])


def test_what_was_typed_when_the_session_ended_is_saved_after_all(browser, office):
    with at_work(browser, office, "qian") as tab:
        address = partner_form(tab, office)
        tab.fill("#id_city_en", "Hamilton by the river")
        tab.fill("#id_summary_en", WORDS)
        on_site(office, END_ALL)
        follow(tab.locator("[name=_propose]"))
        expect(tab.locator("h1").first).to_be_visible()
        assert "You have been signed out" in tab.locator("#content-main").inner_text()
        assert faults(tab) == []
        tab.fill("#id_username", "qian")
        tab.fill("#id_password", PASSWORD)
        follow(tab.locator("[type=submit]"))
        assert faults(tab) == []
        follow(tab.locator("#again-form button"))
        assert "Hamilton by the river" in tab.locator("#content").inner_text()
        assert "And a second line" in tab.locator("#content").inner_text()
        assert tab.url != address  # the page of the proposal
        tab.faults = [fault for fault in tab.faults if "403" not in fault]


def test_what_was_typed_before_signing_in_again_in_another_tab_is_saved_after_all(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.goto(f"{office.address}/admin/partnerships/partner/")
        follow(tab.locator("#result_list tbody th a").last)
        tab.fill("#id_city_en", "Wageningen by the river")
        on_site(office, END_ALL)
        other = tab.context.new_page()
        other.goto(f"{office.address}/admin/")
        other.fill("#id_username", "qian")
        other.fill("#id_password", PASSWORD)
        follow(other.locator("[type=submit]"))
        follow(tab.locator("[name=_propose]"))
        assert "What you wrote was kept" in tab.locator("#content").inner_text()
        assert faults(tab) == []
        follow(tab.locator("#again-form button"))
        assert "Wageningen by the river" in tab.locator("#content").inner_text()
        tab.faults = [fault for fault in tab.faults if "403" not in fault]


def test_the_form_warns_before_the_end_and_can_go_on(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.clock.install()
        partner_form(tab, office)
        notice = tab.locator("#session-notice")
        tab.fill("#id_city_en", "Hamilton")
        expect(notice).to_be_hidden()
        tab.clock.fast_forward("01:54:00")
        expect(notice).to_be_hidden()
        on_site(office, CLOSE_TO_IT)
        tab.clock.fast_forward("00:02:00")
        expect(notice).to_contain_text("signed out in less than five minutes")
        assert faults(tab) == []
        notice.locator("button").click()
        expect(notice).to_be_hidden()
        tab.clock.fast_forward("01:50:00")
        on_site(office, END_ALL)
        tab.clock.fast_forward("00:07:00")
        expect(notice).to_contain_text("You have been signed out")
        assert tab.input_value("#id_city_en") == "Hamilton"
        tab.fill("#id_city_en", tab.locator("#id_city_en").get_attribute("value") or "")


def test_a_late_form_waits_with_its_file_until_its_colleague_is_back(browser, office):
    with at_work(browser, office, "qian") as tab:
        tab.clock.install()
        address = partner_form(tab, office)
        tab.fill("#id_city_en", "Hamilton by the lake")
        picture = {
            "name": "crest.png",
            "mimeType": "image/png",
            "buffer": saved(noise(300, 300), "PNG"),
        }
        tab.set_input_files("#id_logo", picture)
        on_site(office, END_ALL)
        tab.clock.fast_forward("02:10:00")
        tab.click("[name=_propose]")
        notice = tab.locator("#session-notice")
        expect(notice).to_contain_text("You have been signed out")
        assert tab.url == address
        assert faults(tab) == []
        with tab.context.expect_page() as opened:
            notice.locator("a").click()
        opened.value.fill("#id_username", "qian")
        opened.value.fill("#id_password", PASSWORD)
        follow(opened.value.locator("[type=submit]"))
        follow(tab.locator("[name=_propose]"))
        told = tab.locator("#content").inner_text()
        assert "Hamilton by the lake" in told
        assert "a new file" in told


@pytest.mark.parametrize("code", ["en", "zh-hans"])
def test_a_telephone_is_set_up_and_used(browser, office, code):
    on_site(office, NO_TELEPHONE)
    with at_work(browser, office, "zhao", code) as tab:
        follow(tab.locator("#user-tools a[href$='/account/']"))
        assert faults(tab, code) == []
        follow(tab.locator("#content a[href$='/second-factor/']"))
        assert faults(tab, code) == []
        expect(tab.locator(".qr svg")).to_be_visible()
        key = tab.locator(".key").inner_text().replace(" ", "")
        tab.fill("#id_code", of_telephone(key))
        follow(tab.locator("#code-form button"))
        assert faults(tab, code) == []
        codes = tab.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        follow(tab.locator("#content a.button"))
        follow(tab.locator("#logout-form button"))
        tab.goto(f"{office.address}/admin/")
        tab.fill("#id_username", "zhao")
        tab.fill("#id_password", PASSWORD)
        follow(tab.locator("[type=submit]"))
        assert faults(tab, code) == []
        tab.fill("#id_code", codes[0])
        follow(tab.locator("[type=submit]"))
        expect(tab).to_have_url(re.compile("/admin/$"))
        tab.goto(f"{office.address}/admin/account/")
        assert "9" in tab.locator("#content").inner_text()
        assert faults(tab, code) == []


def of_telephone(key):
    return f"{totp(b32decode(key + '=' * (-len(key) % 8))):06d}"


def test_too_many_tries_are_refused_in_both_languages(browser, office):
    on_site(office, TEN_TRIES)
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{office.address}/admin/login/")
        tab.fill("#id_username", "nobody")
        tab.fill("#id_password", "wrong")
        follow(tab.locator("[type=submit]"))
        text = tab.locator("#content").inner_text()
        assert "Try again in" in text
        assert "分钟" in text
        assert faults(tab) == []
