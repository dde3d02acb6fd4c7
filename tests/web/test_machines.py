"""Addresses for machines: health, robots, the sitemap, structured data."""

import datetime
import json
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings

from tests.support.pages import LANGUAGES, SITEMAP, ask

pytestmark = pytest.mark.django_db


def test_robots_are_kept_from_the_admin_and_shown_the_sitemap():
    lines = ask("/robots.txt").html.splitlines()
    assert {"Disallow: /admin/", "Disallow: /calendar/"} <= {*lines}
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


@pytest.mark.parametrize("day", ["2026-01-31", "2026-08-31"])
def test_whoever_finds_a_hole_is_told_where_to_report_it_for_half_a_year(day, monkeypatch):
    today = datetime.date.fromisoformat(day)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    page = ask("/.well-known/security.txt")
    assert page.response["Content-Type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in page.html.splitlines()]
    contacts = [value for name, value in fields if name == "Contact"]
    assert [ask(urlsplit(contact).path).status for contact in contacts] == [200, 200]
    by_name = dict(fields)
    assert by_name.keys() == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert by_name["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(by_name["Expires"]).date() - today
    assert 150 <= left.days < 190


def test_the_sitemap_names_each_address_once_and_both_languages_by_their_tags():
    sitemap = ElementTree.fromstring(ask("/sitemap.xml").response.content)  # noqa: S314
    locations = [location.text for location in sitemap.findall("s:url/s:loc", SITEMAP)]
    assert all(location.startswith(f"{settings.SITE_URL}/") for location in locations)
    assert len(set(locations)) == len(locations) >= 52
    for url in sitemap.findall("s:url", SITEMAP):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", SITEMAP)}
        assert links.keys() == {*LANGUAGES.values(), "x-default"}
        assert links["x-default"] == links["en"]
        assert urlsplit(links["en"]).path.startswith("/en/")
        assert links["zh-Hans"] == links["en"].replace("/en/", "/zh-hans/")
        assert {*links.values()} < {*locations}


# Structured data


@pytest.mark.parametrize("code", LANGUAGES)
def test_search_engines_are_told_what_the_college_is_and_nothing_else(code):
    names = {"en": "Jinhua Polytechnic", "zh-hans": "金华职业技术学院"}
    home = ask(f"/{code}/")
    (script,) = home.all("script[@type='application/ld+json']")
    said = json.loads(script.text)
    assert said["@type"] == "CollegeOrUniversity"
    assert said["name"] == names.pop(code)
    assert said["alternateName"] == [*names.values()]  # not the successor's
    assert said["address"]["@type"] == "PostalAddress"
    assert "WFCP" in said["memberOf"]["name"]
    links = {link.get("href") for link in home.all("a") + home.all("link")}
    seen = {settings.SITE_URL + home.address} | links
    assert not [text for text in leaves(said) if text not in home.text and text not in seen]


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


def test_no_file_but_the_uploaded_ones_is_given_out(site):
    paths = ["/media/../db.sqlite3", "/media/%2e%2e/secret_key", "/media//etc/passwd", "/media/"]
    paths += ["/static/../secret_key", "/media/%00", "/media/" + "a" * 3000, "/manage.py"]
    for path in (*paths, "/.git/config", "/media/../../.git/config"):
        assert site.get(path).status in {400, 404}, path
