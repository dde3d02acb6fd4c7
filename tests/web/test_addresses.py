"""Every page in the sitemap is valid, complete and self-contained."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction

from tests.support.makers import (
    make_area_of_interest,
    make_commitment,
    make_cooperation_area,
    make_country,
    make_fact,
    make_faculty,
    make_figure,
    make_major,
    make_many,
    make_partner,
    make_source,
    publish_drafts,
)
from tests.support.pages import (
    LANGUAGES,
    ask,
    in_other,
    kind_of,
    language_link,
    public_addresses,
    texts,
    wrong,
)
from tests.tools.messages import HALF_WIDTH

pytestmark = pytest.mark.django_db

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_PHRASE = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")
OPEN_GRAPH = {"og:title", "og:type", "og:url", "og:site_name", "og:locale"}


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """Every page of the site with all drafts published, requested once."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_drafts()
        pages = [ask(address) for address in public_addresses()]
        transaction.set_rollback(True)
    return pages


def title(page):
    return "".join(page.all("title")[0].itertext()).strip()


def texts_of(page):
    return texts(page.tree.find("body"), page.tree.get("lang"))


def is_unmarked(text, lang):
    """Whether a text is in the other language and does not say so."""
    is_english = LATIN_PHRASE.search(text) and not HAN.search(text)
    return is_english if lang == "zh-Hans" else HAN.search(text)


def links_to_itself(page):
    links = page.all("link[@rel='canonical']") + page.all("link[@rel='alternate']")
    return {link.get("hreflang", "canonical"): link.get("href") for link in links}


def expected_links(page):
    rest = page.address.removeprefix(f"/{page.code}/")
    languages = {tag: f"{settings.SITE_URL}/{code}/{rest}" for code, tag in LANGUAGES.items()}
    canonical = settings.SITE_URL + page.address
    return languages | {"canonical": canonical, "x-default": languages["en"]}


def ids(page):
    return {element.get("id") for element in page.all("*[@id]")}


EVERY_PAGE = {
    "answers": lambda page: page.status == 200,
    "is well-formed": lambda page: page.tree is not None,  # or an exception says what is not
    "has one heading": lambda page: len(page.all("h1")) == 1,
    "has a title": title,
    "has a description": lambda page: page.all("meta[@name='description']")[0].get("content"),
    "says its language": lambda page: page.tree.get("lang") == LANGUAGES[page.code],
    "says it to programs": lambda page: page.response["Content-Language"] == page.code,
    "marks the other language": lambda page: (
        not [text for text, lang in texts_of(page) if is_unmarked(text, lang)]
    ),
    "has Chinese marks in Chinese": lambda page: (
        not [text for text, lang in texts_of(page) if lang == "zh-Hans" and HALF_WIDTH.search(text)]
    ),
    "sets no cookie": lambda page: not page.response.cookies,
    "is the same for all": lambda page: "cookie" not in page.response.get("Vary", "").lower(),
    "has no token": lambda page: "csrfmiddlewaretoken" not in page.html,
    "names its addresses": lambda page: links_to_itself(page) == expected_links(page),
    "leads to its other language": lambda page: (
        language_link(page).get("href") == in_other(page.address)
    ),
    "can be shared": lambda page: (
        {meta.get("property") for meta in page.all("meta[@property]")} >= OPEN_GRAPH
    ),
    "has the targets of its links": lambda page: (
        {link.get("href")[1:] for link in page.all("a[@href]") if link.get("href")[0] == "#"}
        <= ids(page)
    ),
}


@pytest.mark.parametrize("promise", EVERY_PAGE)
def test_every_page(pages, promise):
    assert not wrong(pages, EVERY_PAGE[promise])


def test_no_two_pages_of_a_language_have_the_same_title(pages):
    assert len({(page.code, title(page)) for page in pages}) == len(pages)


def test_every_page_loads_from_this_host_only(pages):
    loaded = {(page.address, link) for page in pages for link in resources(page)}
    outside = [
        (address, link)
        for address, link in loaded
        if link.startswith("//") or not link.startswith(("/", "#", "data:image/"))
    ]
    assert not outside
    static = {link for _address, link in loaded if link.startswith("/static/")}
    assert static
    assert not [link for link in static if not re.search(r"\.[0-9a-f]{12}\.\w+$", link)]


def resources(page):
    """Return the addresses from which the page loads, or to which it sends forms."""
    for element in page.tree.iter():
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            if element.get(name) and not isinstance(element.get(name), bool):
                yield element.get(name)
        alternate = element.get("rel") in {"canonical", "alternate"}
        if element.tag in {"link", "{http://www.w3.org/2000/svg}image"} and not alternate:
            yield element.get("href", "")


def test_every_link_of_the_site_leads_somewhere(pages):
    links = {
        urlsplit(link.get("href")).path: page.address
        for page in pages
        for link in page.all("a[@href]")
        if link.get("href").startswith("/")
    }
    known = {page.address for page in pages} | {"/", "/sitemap.xml"}
    files = {path for path in links if path.startswith("/data/")} - known
    assert files
    assert {path: links[path] for path in links.keys() - known - files} == {}
    assert {path: links[path] for path in files if ask(path).status != 200} == {}


def test_no_page_asks_more_often_for_a_hundred_rows_than_for_ten():
    partner, faculty = make_partner(), make_faculty()
    major = make_major(faculty=faculty)
    fact = make_fact(headline=True)
    fixed = [record.get_absolute_url() for record in (partner, faculty, major, fact)]
    addresses = sorted({a for a in public_addresses() if a.count("/") == 3} | set(fixed))
    fill(10, partner.country, faculty, fact)
    few = {address: ask(address).queries for address in addresses}
    fill(100, partner.country, faculty, fact)
    assert {address: ask(address).queries for address in addresses} == few


def fill(number, country, faculty, fact):
    """Add `number` rows to every list on a page."""
    source = make_source()
    years = [str(year) for year in range(1000 + number, 1000 + 2 * number)]
    for year in years:
        make_figure(source=source, fact=make_fact(), as_of=year)
    figures = [make_figure(saved=False, fact=fact, source=source, as_of=year) for year in years]
    type(figures[0]).objects.bulk_create(figures)
    make_many(make_partner, number, country=country)
    make_many(make_country, number // 2)
    make_many(make_faculty, number)
    make_many(make_major, number, faculty=faculty)
    for make in (make_area_of_interest, make_commitment, make_cooperation_area):
        make_many(make, number)


def test_what_is_a_draft_is_nowhere_to_be_seen():
    for address in ("faculties/medical", "majors/nursing", "partnerships/partners/hanoi-college"):
        assert ask(f"/en/{address}/").status == 404
    pages = [ask(page) for page in {kind_of(page): page for page in public_addresses()}.values()]
    for name in ("Nursing", "护理", "Hanoi", "河内", "23,000", "2.3万", "1,400,000", "126"):
        assert not wrong(pages, lambda page: name not in page.text)  # noqa: B023
