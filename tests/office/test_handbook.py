"""The handbook is open to all staff, uses the admin's own words, and fits on four pages."""

import re

import pytest
from django.conf import settings
from django.template.defaultfilters import capfirst
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jinhua_site.accounts.roles import ROLES
from tests.support.browser import settle, violations
from tests.support.makers import make_colleague
from tests.support.office import at_work
from tests.support.pages import LANGUAGES, Page
from tests.support.server import PROJECT

LONGEST = 4  # pages, on the narrowest and shortest common paper
CHINESE = re.compile(r"[\u3400-\u9fff]")
SHEET = re.compile(rb"/Type\s*/Page\b")
CHAPTERS = [*(PROJECT / "templates/admin/handbook").glob("[!_]*.html")]
TEXT = "\n".join(chapter.read_text() for chapter in CHAPTERS)
# Buttons, links, headings and fields by their msgids.
WORDS = {*re.findall(r'_\("([^"]+)"\)(?:\|capfirst)?\|bold', TEXT)}
PICTURES = re.findall(r'_picture.html" with name="(\w+)"', TEXT)


def opened(path, code, role="editor"):
    client = Client()
    client.force_login(make_colleague(role))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    return Page(f"/{code}/", client.get(path), 0)


@pytest.fixture(params=LANGUAGES)
def handbook(request, db):
    return opened("/admin/handbook/", request.param)


@pytest.mark.django_db
def test_every_colleague_reads_it_and_nobody_else(client):
    for role in ROLES:
        page = opened("/admin/handbook/", "en", role)
        assert len(page.all("section/h2")) == len(CHAPTERS)
    assert client.get("/admin/handbook/").status_code == 302
    address = reverse("admin:office_handbook")
    for path, links in {"/admin/": 2, "/admin/partnerships/partner/": 1}.items():
        assert opened(path, "en").html.count(f'href="{address}"') == links


# Its words


def test_it_is_in_the_reader_s_language_and_names_every_word_and_picture(handbook):
    elements = handbook.tree.find(".//div[@id='handbook']").iter()
    texts = ["".join(each.itertext()) for each in elements if each.tag in ("p", "li", "dd", "h2")]
    foreign = [text for text in texts if CHINESE.search(text.replace("简体中文", ""))]
    assert foreign == (texts if handbook.code != "en" else [])
    assert "%(" not in handbook.html
    named = {element.text for element in handbook.all("b")}
    with translation.override(handbook.code):
        words = {translation.gettext(word) for word in WORDS}
    assert {capfirst(word) for word in words} <= {capfirst(word) for word in named}
    shown = {image.get("src"): image.get("alt") for image in handbook.all("img[@alt]")}
    pictures = {src: alt for src, alt in shown.items() if f"handbook/{handbook.code}/" in src}
    assert len(pictures) == len(PICTURES)
    for alt in pictures.values():
        assert bool(CHINESE.search(alt)) == (handbook.code != "en")


def test_what_it_calls_a_button_is_called_so_elsewhere():
    files = {*(PROJECT / "templates").rglob("*.html")} - {*CHAPTERS}
    for folder in ("jinhua_site", "profile", "partnerships"):
        files |= {*(PROJECT / folder).rglob("*.py")}
    sources = "\n".join(file.read_text() for file in files)
    sources += '"Change password" "Log out" "History"'  # which Django's own templates have
    found = {word for word in WORDS if re.search(f"""["']{re.escape(word)}["']""", sources)}
    assert found == WORDS


@pytest.mark.browser
@pytest.mark.parametrize("code", LANGUAGES)
def test_it_takes_four_sheets_and_fits_a_telephone(browser, full_site, code):
    with at_work(browser, full_site, "admin", code) as tab:
        tab.goto(f"{full_site.address}/admin/handbook/")
        sheets = {paper: len(SHEET.findall(tab.pdf(format=paper))) for paper in ("A4", "Letter")}
        assert max(sheets.values()) <= LONGEST, sheets
        tab.emulate_media(media="print")
        assert not tab.locator("#header").is_visible()
        tab.emulate_media(media="screen", color_scheme="dark")
        tab.set_viewport_size({"width": 360, "height": 800})
        settle(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") == 360
        assert violations(tab) == []
