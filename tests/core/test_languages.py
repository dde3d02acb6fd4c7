"""The address decides the language, and every page links to the other language."""

import pytest

from jinhua_site.core.languages import same_page_in
from tests.support.pages import LANGUAGES, ask, in_other, language_link, wrong

pytestmark = pytest.mark.django_db

BROWSERS = ["en-GB,en;q=0.9", "zh-CN,zh;q=0.9", ""]


# The start page


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("fr;q=0.9,zh;q=0.5", "zh-hans"),
        ("en;q=0.9,zh;q=0.8", "en"),
        ("fr", "en"),
        ("", "en"),
        ("none of the above; q=🙂", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_front_door_leads_to_the_browsers_language(wanted, code):
    page = ask("/", **{"accept-language": wanted})
    assert page.status == 302
    assert page.response["Location"] == f"/{code}/"


def test_the_front_door_is_never_kept_by_a_cache():
    header = ask("/").response["Cache-Control"]
    assert {part.strip() for part in header.split(",")} >= {"private", "no-store"}


def test_the_front_door_keeps_the_query():
    assert ask("/?from=wfcp&x=/").response["Location"] == "/en/?from=wfcp&x=/"


# Other tags for the same languages


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh-Hans", "zh-hans-cn", "ZH-HANS"])
def test_another_tag_for_chinese_leads_to_the_same_page_for_good(tag):
    page = ask(f"/{tag}/facts/?as_of=2013&x=/zh/")
    assert page.status in {301, 308}
    assert page.response["Location"] == "/zh-hans/facts/?as_of=2013&x=/zh/"


@pytest.mark.parametrize("tag", ["en-gb", "en-US", "EN"])
def test_another_tag_for_english_leads_to_the_same_page_for_good(tag):
    page = ask(f"/{tag}/facts/")
    assert page.status in {301, 308}
    assert page.response["Location"] == "/en/facts/"


@pytest.mark.parametrize(
    "path",
    [
        *("/zh//example.com/", "/zh/%2F%2Fexample.com/", "/zh/\\example.com", "//example.com/"),
        *("/zh/..//example.com", "//zh/example.com/", "/zh/@example.com", "/en//example.com/"),
    ],
)
def test_no_redirect_leads_to_another_host(path):
    page = ask(path)
    location = page.response.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/fr/", "/de/facts/", "/abc/", "/zz-zz/x/"])
def test_a_language_that_the_site_does_not_have_is_no_page(path):
    assert ask(path).status == 404


# On the page


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("browser", BROWSERS)
def test_a_page_is_in_its_own_language_whatever_the_browser_wants(code, browser):
    headers = {"accept-language": browser, "cookie": "django_language=zh-hans"}
    pages = [ask(f"/{code}/{path}", **headers) for path in ("", "facts/", "nothing-here/")]
    assert not wrong(pages, lambda page: page.tree.get("lang") == LANGUAGES[code])
    assert not wrong(pages, lambda page: language_link(page).get("lang") != LANGUAGES[code])


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    "rest",
    [
        "facts/?as_of=2018-12-31",
        "majors/?faculty=medical&level=bachelor&q=%E6%8A%A4%E7%90%86",
        "partnerships/partners/?country=RW&page=1",
        "majors/?q=a%26b%3Dc%22%3E",
        "nothing-here/?x=1",
    ],
)
def test_the_language_link_keeps_the_page_and_its_query(code, rest):
    page = ask(f"/{code}/{rest}")
    assert language_link(page).get("href") == in_other(f"/{code}/{rest}")


def test_the_language_link_is_in_its_own_language_and_script():
    links = {code: language_link(ask(f"/{code}/")) for code in LANGUAGES}
    assert links["en"].text == "简体中文"
    assert links["zh-hans"].text == "English"
    assert [link.get("lang") for link in links.values()] == ["zh-Hans", "en"]


@pytest.mark.parametrize("path", ["/admin/", "/", "/healthz", "", "//example.com/", "/fr/x/"])
def test_a_page_without_a_language_leads_to_the_other_languages_home(path):
    assert same_page_in("zh-hans", path) == "/zh-hans/"


# Missing pages


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_that_is_not_there_says_so_in_its_language_and_leads_on(code):
    page = ask(f"/{code}/nothing-here/")
    assert page.status == 404
    assert page.tree.get("lang") == LANGUAGES[code]
    assert len(page.all("h1")) == 1
    assert page.all(f"main//a[@href='/{code}/facts/']")


@pytest.mark.parametrize("path", ["/nothing-here", "/wp-login.php", "/en", "/favicon.ico"])
def test_an_address_without_a_language_is_never_a_fault(path):
    assert ask(path).status in {301, 302, 404}
