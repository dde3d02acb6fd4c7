"""Pages load fast on a slow connection: they are small and compressed."""

import re

import pytest

from tests.support.pages import LANGUAGES

KB = 1024
STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
LOADED = re.compile(r'(?:src|href)="(/(?:static|media)/[^"]+)"')
SCRIPT = re.compile(r'<script src="([^"]+)"')
PAGES = ["", "facts/", "partnerships/", "partnerships/partners/", "profile-text/"]


def sent(site, path):
    """Return the bytes sent for this address."""
    answer = site.get(path, **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    is_picture = answer.headers["Content-Type"].startswith("image/")
    assert is_picture or answer.headers["Content-Encoding"] == "gzip"
    return len(answer.body)


@pytest.mark.parametrize("code", LANGUAGES)
def test_home_and_its_style_sheet_fit_in_one_round_trip(site, code):
    (sheet,) = STYLE_SHEET.findall(site.get(f"/{code}/").text)
    assert sent(site, f"/{code}/") + sent(site, sheet) <= 14 * KB


def test_scripts_are_few_and_small(site):
    for path in PAGES:
        scripts = SCRIPT.findall(site.get(f"/en/{path}").text)
        assert sum(len(site.get(script).body) for script in scripts) <= 4 * KB, path
        assert path or not scripts


@pytest.mark.parametrize("code", LANGUAGES)
def test_home_with_everything_is_light(site, code):
    files = {*LOADED.findall(site.get(f"/{code}/").text)}
    assert len(files) >= 2
    assert sent(site, f"/{code}/") + sum(sent(site, file) for file in files) <= 60 * KB
