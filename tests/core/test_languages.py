"""The address decides the language, and every page links to the other language."""

import pytest

from jinhua_site.core.languages import same_page_in
from tests.support.pages import LANGUAGES, ask, in_other, language_link

pytestmark = pytest.mark.django_db

# The start page


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("fr;q=0.9,zh;q=0.5", "zh-hans"),
        ("en;q=0.9,zh;q=0.8", "en"),
        ("", "en"),
        ("none of the above; q=🙂", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_front_door_leads_to_the_browsers_language(wanted, code):
    response = ask("/?from=wfcp&x=/", **{"accept-language": wanted}).response
    assert response.status_code == 302
    assert response["Location"] == f"/{code}/?from=wfcp&x=/"
    assert response["Cache-Control"] == "private, no-store"


# Other tags for the same languages


@pytest.mark.parametrize(
    ("tag", "code"), [("zh", "zh-hans"), ("zh-CN", "zh-hans"), ("ZH-HANS", "zh-hans"), ("EN", "en")]
)
def test_another_tag_of_a_language_leads_to_the_same_page_for_good(tag, code):
    page = ask(f"/{tag}/facts/?as_of=2013&x=/zh/")
    assert page.status == 301
    assert page.response["Location"] == f"/{code}/facts/?as_of=2013&x=/zh/"


def test_no_redirect_leads_to_another_host():
    paths = ["/zh//example.com/", "/zh/%2F%2Fexample.com/", "/zh/\\example.com", "//example.com/"]
    paths += ["/zh/..//example.com", "//zh/example.com/", "/zh/@example.com", "/en//example.com/"]
    for path in paths:
        location = ask(path).response.get("Location", "/")
        assert location.startswith("/"), path
        assert not location.startswith(("//", "/\\")), path


def test_a_language_that_the_site_does_not_have_is_no_page():
    for path in ("/fr/", "/de/facts/", "/abc/", "/zz-zz/x/", "/nothing-here", "/wp-login.php"):
        assert ask(path).status == 404


# On the page


OTHER = {"en": ("简体中文", "zh-Hans"), "zh-hans": ("English", "en")}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_is_in_its_own_language_whatever_the_browser_wants(code):
    for wanted in ("en-GB,en;q=0.9", "zh-CN,zh;q=0.9", ""):
        headers = {"accept-language": wanted, "cookie": "django_language=zh-hans"}
        pages = [ask(f"/{code}/{path}", **headers) for path in ("", "nothing-here/")]
        assert [page.status for page in pages] == [200, 404]
        for page in pages:
            assert page.tree.get("lang") == LANGUAGES[code]
            link = language_link(page)
            assert (link.text, link.get("lang")) == OTHER[code]
        assert pages[1].all(f"main//a[@href='/{code}/facts/']")


@pytest.mark.parametrize(
    "address",
    [
        "/en/facts/?as_of=2018-12-31",
        "/zh-hans/majors/?faculty=medical&level=bachelor&q=%E6%8A%A4%E7%90%86",
        "/en/majors/?q=a%26b%3Dc%22%3E",
    ],
)
def test_the_language_link_keeps_the_page_and_its_query(address):
    assert language_link(ask(address)).get("href") == in_other(address)


def test_a_page_without_a_language_leads_to_the_other_languages_home():
    for path in ("/admin/", "/", "/healthz", "", "//example.com/", "/fr/x/"):
        assert same_page_in("zh-hans", path) == "/zh-hans/"
