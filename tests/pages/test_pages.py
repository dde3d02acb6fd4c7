"""The pages show the seed document's facts: each figure with date and source, each country."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from jinhua_site.pages.sitemaps import PAGES
from partnerships.filters import PartnerFilters
from partnerships.models import (
    Achievement,
    Agreement,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Partner,
    Practice,
)
from profile.models import College, Fact, Figure
from tests.support.makers import (
    make_country,
    make_fact,
    make_faculty,
    make_figure,
    make_major,
    make_many,
    make_partner,
)
from tests.support.pages import LANGUAGES, ask, public_addresses, squeeze, wrong

pytestmark = pytest.mark.django_db

PARTNERS, MAJORS = "/en/partnerships/partners/", ["faculty", "level"]

# The seed document


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_facts_page_carries_every_figure_with_its_date_and_its_source(code):
    page = ask(f"/{code}/facts/")
    with override(code):
        figures = Figure.objects.published().current()
        assert [str(figure) for figure in figures if figure.text not in page.text] == []
        assert [str(figure) for figure in figures if figure.fact.label not in page.text] == []
    assert len(figures) >= 14
    dates = [element.get("datetime") for element in page.all("main//time[@datetime]")]
    assert sorted(dates) == sorted(figure.as_of for figure in figures)
    links = [link.get("href") for link in page.all("main//a[@href]")]
    assert {figure.source.address for figure in figures} <= {*links}


@pytest.mark.parametrize(
    ("code", "date", "too_precise"),
    [
        ("en", "As of 2018 (date inferred)", "January 2018"),
        ("zh-hans", "2018年（时间为推定）", "2018年1月"),
    ],
)
def test_a_date_that_is_inferred_says_so_and_is_no_more_precise_than_known(code, date, too_precise):
    text = ask(f"/{code}/facts/patents/").dense_text
    assert squeeze(date) in text
    assert squeeze(too_precise) not in text


def test_the_countries_and_areas_are_named_in_both_languages():
    for path in ("", "partnerships/"):
        english, chinese = ask(f"/en/{path}").text, ask(f"/zh-hans/{path}").text
        for country in Country.objects.published():
            assert country.name_en in english
            assert country.name_zh_hans in chinese
    for area in CooperationArea.objects.published():
        assert area.name_zh_hans in chinese
    assert Commitment.objects.published()[0].text_zh_hans in chinese


# Incomplete data


def test_a_list_of_countries_that_is_not_whole_says_how_many_are_named():
    named = Country.objects.published().count()
    make_country()
    for path in ("", "partnerships/"):
        assert f"{named + 1} of more than 20 countries and areas" in ask(f"/en/{path}").text


def test_the_number_of_faculties_described_follows_what_is_published():
    make_many(make_faculty, 2)
    text = ask("/en/faculties/").text
    assert "The college has 13 faculties (as of 2018" in text
    assert "2 are described here" in text


# Empty lists

LISTS = ["faculties/", "majors/", "partnerships/partners/", "facts/"]


def led_to():
    """Return the lists that the sitemap, the menu or another link leads to."""
    pages = [ask(address) for address in ("/en/", "/en/partnerships/", "/en/nothing-here/")]
    found = {link.get("href") for page in pages for link in page.all("a[@href]")}
    return [path for path in LISTS if f"/en/{path}" in found.union(public_addresses())]


def test_a_list_is_led_to_while_it_has_records():
    assert not {"faculties/", "majors/"} & {*led_to()}
    assert "Majors by faculty" not in ask("/en/").text
    make_faculty()
    assert {"faculties/", "majors/"} & {*led_to()} == {"faculties/"}
    make_major()
    assert led_to() == LISTS
    menu = [link.get("href") for link in ask("/zh-hans/").all("nav//a")]
    names = ["facts", "faculties", "majors", "partnerships", "contact"]
    assert menu == [f"/zh-hans/{name}/" for name in names]


def test_an_empty_list_keeps_its_address_and_says_only_that():
    Figure.objects.all().delete()
    Partner.objects.update(status="archived")
    for code, said in (("en", "Nothing is published here yet."), ("zh-hans", "暂无已发布的内容。")):
        for path in LISTS:
            page = ask(f"/{code}/{path}")
            assert page.status == 200
            assert [element.text for element in page.all("main//p[@class='empty']")] == [said]


def test_a_faculty_lists_its_own_majors_only():
    faculty = make_faculty()
    own, other = make_major(faculty=faculty), make_major(faculty=make_faculty())
    text = ask(faculty.get_absolute_url()).text
    assert own.name in text
    assert other.name not in text


# The past


def test_the_facts_page_shows_what_was_known_on_a_day_in_a_month_or_in_a_year():
    Figure.objects.filter(as_of="2012").update(status="published")
    for as_of in ("2013", "2013-01", "2013-01-01"):
        english = ask(f"/en/facts/?as_of={as_of}").text
        assert [text for text in ("126", "600,000 m²", "147.8") if text not in english] == []
        assert "535" not in english
    chinese = ask("/zh-hans/facts/?as_of=2013-01-01").dense_text
    assert [figure for figure in ("126件", "60万平方米") if figure not in chinese] == []
    assert "535" in ask("/en/facts/?as_of=").text
    assert ask("/en/facts/?as_of=1900").status == 200


def test_the_history_of_a_fact_stands_in_a_table_and_a_chart():
    assert not ask("/en/facts/patents/").all("{http://www.w3.org/2000/svg}svg")  # of one figure
    Figure.objects.filter(fact__key="patents", status="draft").update(status="published")
    page = ask("/en/facts/patents/")
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tbody/tr")]
    assert [row.split()[0] for row in rows] == ["2018", "2014", "2012"]
    assert len(page.all("{http://www.w3.org/2000/svg}circle")) == 3
    in_2015 = ask("/en/facts/patents/?as_of=2015-01-01").text
    assert "367" in in_2015
    assert "535" not in in_2015


def test_a_wrong_date_gets_a_clear_answer():
    wrong = ["13-13-2013", "2018%00", "<script>alert(1)</script>", "二〇一八年", "9" * 900, "%ff"]
    for as_of in wrong:
        page = ask(f"/en/facts/?as_of={as_of}")
        assert page.status == 400, as_of
        assert "is not a date. Write 2018, 2018-06 or 2018-06-30." in page.text
        assert "<script>alert" not in page.html
    chinese = ask("/zh-hans/facts/patents/?as_of=2018-13")
    assert chinese.status == 400
    assert "2018-06-30" in chinese.text
    assert "is not a date" not in chinese.text


# Filters


def test_nonsense_in_a_filter_gets_a_clear_page_and_a_wrong_number_the_nearest():
    make_major(faculty=make_faculty())
    for value in ("ZZ", "-1", "'; drop table", "%00", "%ff", "a" * 900, "🙂", "<b>", "٣"):
        for path, names in (("majors/", MAJORS), ("partnerships/partners/", PartnerFilters.NAMES)):
            queries = [f"{name}={value}" for name in (*names, "q", "page", "page")]
            for query in ("&".join(queries), f"page={value}"):
                page = ask(f"/en/{path}?{query}")
                assert page.status == 200, query
                assert len(page.all("h1")) == 1
        assert "Kymenlaakso" in page.text


def test_majors_are_found_by_faculty_level_and_words_of_either_language():
    faculty = make_faculty(slug="fine-arts")
    names = {"name_en": "Crème–painting", "name_zh_hans": "绘画"}
    painting = make_major(**names, faculty=faculty, code="520201")
    make_major(name_en="Welding", name_zh_hans="焊接", level="bachelor")
    for query in ("faculty=fine-arts", "level=associate", "q=creme painting", "q=绘", "q=520201"):
        text = ask(f"/en/majors/?{query}").text
        assert painting.name in text, query
        assert "Welding" not in text, query


def test_a_filter_that_finds_nothing_offers_to_be_cleared():
    page = ask(f"{PARTNERS}?country=ZZ")
    assert "No partner matches" in page.text
    assert page.all(f"main//a[@href='{PARTNERS}']")


def test_every_partner_of_a_long_list_is_on_one_of_its_pages():
    country = make_country()
    make_many(make_partner, 120, country=country)
    found = {
        "".join(heading.itertext()).strip()
        for number in range(1, 8)
        for heading in ask(f"{PARTNERS}?country={country.code}&page={number}").all("main//li/h2")
    }
    assert len(found) == 120


# What staff write is text, not markup


def test_what_staff_write_never_becomes_markup():
    script = "</script><script>alert('x')</script>&<b>"
    College.objects.update(summary_en=script, belt_and_road_en=script, name_zh_hans="<b>&amp;")
    make_figure(fact=make_fact(label_en=script, unit_en=script, headline=True), note_en=script)
    partner = make_partner(name_en=script, summary_en=script)
    faculty = make_faculty(name_en=script, summary_en=script)
    addresses = ["/en/", "/en/facts/", "/en/faculties/", PARTNERS, "/en/profile-text/"]
    pages = [ask(a) for a in (*addresses, partner.get_absolute_url(), faculty.get_absolute_url())]
    assert not wrong(pages, lambda page: "<script>alert" not in page.html)
    assert json.loads(pages[0].all("script[@type='application/ld+json']")[0].text)
    assert '<span lang="zh-Hans">&lt;b&gt;&amp;amp;</span>' in pages[4].html


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "Since 2024: Jinhua University of Vocational Technology (JUVT)"),
        ("zh-hans", "2024年升格更名为金华职业技术大学"),
    ],
)
def test_the_successor_stands_with_its_year_and_is_no_other_name_of_the_college(code, told):
    home, profile = ask(f"/{code}/").text, ask(f"/{code}/profile-text/").text
    assert told in home
    assert not re.search("also known as|又名", home + profile, re.IGNORECASE)


def test_a_record_without_its_optional_parts_has_a_page_too():
    for record in (make_partner(), make_major(faculty=None), make_faculty()):
        page = ask(record.get_absolute_url())
        assert page.status == 200
        assert "None" not in page.text


def test_a_site_without_any_content_answers_all_the_same():
    emptied = (Figure, Agreement, Achievement, Practice, Partner, AreaOfInterest, Country)
    for model in (*emptied, Fact, College):
        model.objects.all().delete()
    for address in (reverse(name) for name in PAGES):
        assert ask(address).status == 200
        assert ask(address.replace("/en/", "/zh-hans/", 1)).status == 200
    assert led_to() == []
