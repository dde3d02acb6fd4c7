"""Addresses for machines: health, robots, the sitemap, structured data."""

import datetime
import json
import re
import shutil
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings

from tests.support import server
from tests.support.pages import LANGUAGES, SITEMAP, ask, in_sitemap

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def without_database(tmp_path_factory, static_files):
    """A site without its PostgreSQL."""
    folder = tmp_path_factory.mktemp("without-database")
    url = f"postgres://nobody@127.0.0.1:{server.free_port()}/nothing"
    shutil.copytree(static_files, folder / "static")
    address = f"http://127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": folder, "DATABASE_URL": url, "SITE_URL": address}
    with server.serving(address, variables) as site:
        yield site


# Health


def test_a_healthy_site_says_so_without_asking_the_database():
    page = ask("/healthz")
    assert (page.status, page.html, page.queries) == (200, "ok\n", 0)


@pytest.mark.processes
def test_without_its_database_the_site_lives_but_is_not_ready(without_database):
    assert without_database.get("/healthz").status == 200
    answer = without_database.get("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["missing"] == ["database"]


@pytest.mark.processes
@pytest.mark.parametrize("path", ["/en/facts/", "/zh-hans/facts/"])
def test_without_its_database_the_site_says_when_to_come_again(without_database, path):
    answer = without_database.get(path)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert_tells_both_languages(answer.text, "Back in a moment")


@pytest.mark.parametrize("path", ["/en/facts/", "/zh-hans/facts/"])
def test_a_fault_is_told_in_both_languages_and_nothing_of_the_inside(path, monkeypatch):
    monkeypatch.setattr("jinhua_site.pages.context.college_with_lists", lambda: 1 / 0)
    answer = ask(path)
    assert answer.status == 500
    assert_tells_both_languages(answer.html, "Something went wrong")


def assert_tells_both_languages(page, words):
    assert words in page
    assert 'lang="zh-Hans"' in page
    for inside in ("psycopg", "sqlite", "Traceback", "Error"):
        assert inside not in page


# Robots and sitemap


def test_robots_are_kept_from_the_admin_and_shown_the_sitemap():
    lines = ask("/robots.txt").html.splitlines()
    assert {"Disallow: /admin/", "Disallow: /calendar/"} <= {*lines}
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


def test_whoever_finds_a_hole_is_told_where_to_report_it():
    page = ask("/.well-known/security.txt")
    fields = [line.split(": ", 1) for line in page.html.splitlines()]
    assert page.response["Content-Type"] == "text/plain; charset=utf-8"
    contacts = [value for name, value in fields if name == "Contact"]
    assert [ask(urlsplit(contact).path).status for contact in contacts] == [200, 200]
    by_name = dict(fields)
    assert by_name.keys() == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert by_name["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert by_name["Preferred-Languages"] == "zh, en"


@pytest.mark.parametrize("day", ["2026-01-31", "2026-07-01", "2026-08-31", "2026-12-31"])
def test_that_promise_holds_for_half_a_year_and_never_for_a_whole(day, monkeypatch):
    today = datetime.date.fromisoformat(day)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    expires = re.search(r"^Expires: (.+)$", ask("/.well-known/security.txt").html, re.MULTILINE)[1]
    left = datetime.datetime.fromisoformat(expires).date() - today
    assert 150 <= left.days < 190


@pytest.fixture
def sitemap():
    return ElementTree.fromstring(ask("/sitemap.xml").response.content)  # noqa: S314


def test_the_sitemap_lists_addresses_of_this_site_and_each_once(sitemap):
    locations = [location.text for location in sitemap.findall("s:url/s:loc", SITEMAP)]
    assert all(location.startswith(f"{settings.SITE_URL}/") for location in locations)
    assert len(set(locations)) == len(locations)


def test_the_sitemap_names_both_languages_of_each_page_by_their_right_tags(sitemap):
    for url in sitemap.findall("s:url", SITEMAP):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", SITEMAP)}
        assert links.keys() == {*LANGUAGES.values(), "x-default"}
        assert urlsplit(links["en"]).path.startswith("/en/")
        assert urlsplit(links["zh-Hans"]).path.startswith("/zh-hans/")


def test_the_running_sites_sitemap_bears_its_public_address(site):
    answer = site.get("/sitemap.xml")
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert f"<loc>{site.address}/en/</loc>" in answer.text
    assert len(in_sitemap(answer.body)) >= 52


# Structured data


@pytest.fixture(params=LANGUAGES)
def home(request):
    return ask(f"/{request.param}/")


@pytest.fixture
def said(home):
    (script,) = home.all("script[@type='application/ld+json']")
    return json.loads(script.text)


def test_search_engines_are_told_what_the_college_is(said, home):
    assert said["@type"] == "CollegeOrUniversity"
    assert said["name"] == {"en": "Jinhua Polytechnic", "zh-hans": "金华职业技术学院"}[home.code]
    other = {"en": "金华职业技术学院", "zh-hans": "Jinhua Polytechnic"}[home.code]
    assert said["alternateName"] == [other]  # the successor is not another name of the college
    assert said["address"]["@type"] == "PostalAddress"
    assert "WFCP" in said["memberOf"]["name"]


def test_nothing_is_told_to_machines_that_is_not_on_the_page(said, home):
    links = {link.get("href") for link in home.all("a") + home.all("link")}
    seen = {settings.SITE_URL + home.address} | links
    untold = [text for text in leaves(said) if text not in home.text and text not in seen]
    assert not untold


def leaves(value):
    """Yield every text in `value` that is meant for people."""
    if isinstance(value, dict):
        for key, inner in value.items():
            # Types, keys for machines, and the country code of the address.
            if not key.startswith("@") and key != "addressCountry":
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield " ".join(str(value).split())


# Files


def test_a_static_file_is_kept_for_ever_under_its_hashed_address(site):
    link = site.get("/en/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = site.get(link)
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        *("/media/../db.sqlite3", "/media/%2e%2e/secret_key", "/media//etc/passwd", "/media/"),
        *("/static/../secret_key", "/media/%00", "/media/" + "a" * 3000),
        *("/.git/config", "/media/../../.git/config", "/tests/conftest.py", "/manage.py"),
    ],
)
def test_no_file_but_the_uploaded_ones_is_given_out(site, path):
    assert site.get(path).status in {400, 404}
