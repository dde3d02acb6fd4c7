"""The pages carry the seed: each figure with its date and source, each country, honestly."""

import json
import re

import pytest
from django.urls import reverse

from jinhua_site.pages.sitemaps import PAGES
from partnerships.models import Achievement, Agreement, AreaOfInterest, Country, Partner, Practice
from profile.models import College, Fact, Figure
from tests.support.content import COOPERATION, COUNTRIES
from tests.support.makers import (
    make_country,
    make_fact,
    make_faculty,
    make_figure,
    make_major,
    make_many,
    make_partner,
    publish_drafts,
)
from tests.support.pages import ask, kind_of, public_addresses, squeeze, wrong

pytestmark = pytest.mark.django_db

ENGLISH = [
    "more than 146.7 hectares",
    "690,000 m²",
    "nearly 1.8 million copies",
    "Faculties 13",
    "Affiliated hospitals 1",
    "Majors 60",
    "Experimental training rooms more than 300",
    "Off-campus teaching and scientific research bases more than 800",
    "Chinese government authorised patents 535",
    "Professional teachers more than 1,300",
    "Professors more than 100",
    "Associate professors about 320",
    "Full-time students more than 24,000",
    "Partner countries and areas more than 20",
]
CHINESE = [
    "占地面积超过146.7公顷",
    "建筑面积69万平方米",
    "馆藏图书近180万册",
    "二级学院13个",
    "附属医院1家",
    "专业60个",
    "实验实训室300余间",
    "校外教学科研基地800余个",
    "授权专利535件",
    "专业教师1300余人",
    "教授100余人",
    "副教授约320人",
    "全日制在校生2.4万余人",
    "合作国家和地区20余个",
]

# The seed


@pytest.mark.parametrize(("code", "figures"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_the_facts_page_carries_every_figure_of_the_seed_with_date_and_source(code, figures):
    page = ask(f"/{code}/facts/")
    text = page.text if code == "en" else page.dense_text
    assert [figure for figure in figures if figure not in text] == []
    source = "https://wfcp.org/our-members/jinhua-polytechnic/"
    assert len(page.all(f"main//a[@href='{source}']")) == len(figures)
    assert len(page.all("main//time[@datetime='2018']")) == len(figures)


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


def test_the_countries_and_areas_of_the_seed_are_named_in_both_languages():
    for path in ("", "partnerships/"):
        english, chinese = ask(f"/en/{path}").text, ask(f"/zh-hans/{path}").text
        assert [name for name in COUNTRIES if name not in english] == []
        assert [name for name in COUNTRIES.values() if name not in chinese] == []
    # The list is not whole, and says so.
    assert "15 of more than 20 countries and areas are named here" in english
    assert [name for name in COOPERATION if name not in chinese] == []
    assert "提升中外合作办学质量" in chinese
    assert "可持续发展教育" in chinese


# What is only partly told


def test_the_number_of_countries_named_follows_what_is_published():
    make_country()
    assert "16 of more than 20 countries and areas" in ask("/en/").text


def test_the_number_of_faculties_described_follows_what_is_published():
    make_many(make_faculty, 2)
    text = ask("/en/faculties/").text
    assert "The college has 13 faculties (as of 2018" in text
    assert "2 are described here" in text


# Lists with nothing in them

LISTS = ["faculties/", "majors/", "partnerships/partners/", "facts/"]


def led_to():
    """The lists that the sitemap, or a link on a page of any kind, leads to."""
    in_sitemap = {address for address in public_addresses() if address.startswith("/en/")}
    kinds = {kind_of(address): address for address in in_sitemap}
    pages = [ask(address) for address in [*kinds.values(), "/en/nothing-here/"]]
    found = {link.get("href") for page in pages for link in page.all("a[@href]")} | in_sitemap
    return [path for path in LISTS if f"/en/{path}" in found]


def test_nothing_leads_to_a_list_that_is_empty_as_the_site_ships():
    assert not {"faculties/", "majors/"} & {*led_to()}
    assert "Majors by faculty" not in ask("/en/").text


def test_the_first_faculty_brings_its_list_back_and_the_last_takes_it_away():
    faculty = make_faculty()
    assert "faculties/" in led_to()
    assert "majors/" not in led_to()
    faculty.delete()
    assert "faculties/" not in led_to()


def test_every_list_is_led_to_once_the_office_has_published_its_drafts():
    publish_drafts()
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
            for promise in ("are writing", "preparing", "正在撰写", "正在整理"):
                assert promise not in page.text


def test_a_faculty_lists_its_own_majors_only():
    faculty = make_faculty()
    own, other = make_major(faculty=faculty), make_major(faculty=make_faculty())
    text = ask(faculty.get_absolute_url()).text
    assert own.name in text
    assert other.name not in text


# The past


def test_the_facts_page_shows_what_was_known_on_a_day():
    publish_drafts()
    english = ask("/en/facts/?as_of=2013-01-01").text
    assert [figure for figure in ("126", "600,000 m²", "147.8") if figure not in english] == []
    assert "535" not in english
    chinese = ask("/zh-hans/facts/?as_of=2013-01-01").dense_text
    assert [figure for figure in ("126件", "60万平方米") if figure not in chinese] == []


def test_the_newest_published_figure_is_the_one_shown():
    fact = make_fact()
    for value, as_of, status in (("1", "2010", "published"), ("2", "2020", "published")):
        make_figure(fact=fact, value=value, as_of=as_of, status=status)
    make_figure(fact=fact, value="3", as_of="2021", status="draft")
    assert f"{fact.label} 2" in ask("/en/facts/").text


def test_a_day_a_month_or_a_year_may_be_asked_for():
    for as_of in ("2018", "2018-06", "2018-06-30", "2026-11-22", ""):
        assert "535" in ask(f"/en/facts/?as_of={as_of}").text
    before_the_first = ask("/en/facts/?as_of=1900")
    assert before_the_first.status == 200
    assert "535" not in before_the_first.text


def test_the_history_of_a_fact_stands_in_a_table_and_a_chart():
    assert not ask("/en/facts/patents/").all("{http://www.w3.org/2000/svg}svg")  # of one figure
    publish_drafts()
    page = ask("/en/facts/patents/")
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tbody/tr")]
    assert [row.split()[0] for row in rows] == ["2018", "2014", "2012"]
    assert len(page.all("{http://www.w3.org/2000/svg}circle")) == 3
    in_2015 = ask("/en/facts/patents/?as_of=2015-01-01").text
    assert "367" in in_2015
    assert "535" not in in_2015


WRONG_DATES = {
    "the wrong way round": "13-13-2013",
    "a thirteenth month": "2018-13",
    "too many digits": "99999",
    "a null byte": "%00",
    "a null byte at the end": "2018%00",
    "a script": "<script>alert(1)</script>",
    "Chinese": "二〇一八年",
    "very long": "9" * 10_000,
    "a broken encoding": "%ff%fe",
    "29 February in 2019": "2019-02-29",
}


def test_a_wrong_date_gets_a_clear_answer():
    for fault, as_of in WRONG_DATES.items():
        page = ask(f"/en/facts/?as_of={as_of}")
        assert page.status == 400, fault
        assert "is not a date. Write 2018, 2018-06 or 2018-06-30." in page.text
        assert "<script>alert" not in page.html
    chinese = ask("/zh-hans/facts/patents/?as_of=2018-13")
    assert chinese.status == 400
    assert "2018-06-30" in chinese.text
    assert "is not a date" not in chinese.text


# Filters

NONSENSE = ["ZZ", "99999", "-1", "'; drop table", "%00", "%ff", "a" * 10_000, "🙂", "<b>", "", "٣"]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_a_filter_gets_a_clear_page(value):
    make_major(faculty=make_faculty())
    for path, names in {
        "majors/": ("faculty", "level", "q", "page", "unknown"),
        "partnerships/partners/": ("country", "q", "page"),
    }.items():
        for name in names:
            page = ask(f"/en/{path}?{name}={value}&{name}={value}")
            assert page.status == 200, name
            assert len(page.all("h1")) == 1


def test_majors_are_found_by_faculty_level_and_words_of_either_language():
    faculty = make_faculty(slug="fine-arts")
    painting = make_major(name_en="Painting", name_zh_hans="绘画", faculty=faculty)
    make_major(name_en="Welding", name_zh_hans="焊接", level="bachelor")
    for query in ("faculty=fine-arts", "level=associate", "q=paint", "q=绘", "q=PAINT"):
        text = ask(f"/en/majors/?{query}").text
        assert painting.name in text, query
        assert "Welding" not in text, query


def test_partners_are_found_by_their_country():
    text = " ".join("".join(e.itertext()) for e in partners("country=RW"))
    assert "Musanze" in text
    assert "Wintec" not in text


def partners(query):
    return ask(f"/en/partnerships/partners/?{query}").all("main//li/h2")


def test_a_filter_that_finds_nothing_offers_to_be_cleared():
    page = ask("/en/partnerships/partners/?country=ZZ")
    assert "No partner matches" in page.text
    assert page.all("main//a[@href='/en/partnerships/partners/']")


def test_every_partner_of_a_long_list_is_on_one_of_its_pages():
    country = make_country()
    make_many(make_partner, 120, country=country)
    found = {
        "".join(heading.itertext()).strip()
        for number in range(1, 8)
        for heading in partners(f"country={country.code}&page={number}")
    }
    assert len(found) == 120


def test_a_partner_stands_with_its_dated_facts():
    text = ask("/en/partnerships/partners/wintec/").text
    for words in ("Waikato Institute of Technology", "May 2015", "New Zealand", "1,300 students"):
        assert words in text


# What staff write is text, not markup


def test_what_staff_write_never_becomes_markup():
    script = "<script>alert('x')</script>&<b>"
    make_figure(fact=make_fact(label_en=script, unit_en=script, headline=True), note_en=script)
    partner = make_partner(name_en=script, summary_en=script)
    faculty = make_faculty(name_en=script, summary_en=script)
    addresses = ["/en/", "/en/facts/", "/en/faculties/", "/en/partnerships/partners/"]
    pages = [ask(a) for a in (*addresses, partner.get_absolute_url(), faculty.get_absolute_url())]
    assert not wrong(pages, lambda page: "<script>alert" not in page.html)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "Since 2024: Jinhua University of Vocational Technology (JUVT)"),
        ("zh-hans", "2024年升格更名为金华职业技术大学"),
    ],
)
def test_the_successor_stands_with_its_year_and_is_no_other_name_of_the_college(code, told):
    page = ask(f"/{code}/")
    assert told in page.text
    data = json.loads(page.all("script[@type='application/ld+json']")[0].text)
    assert {data["name"], *data["alternateName"]} == {"Jinhua Polytechnic", "金华职业技术学院"}
    for text in (page.text, ask(f"/{code}/profile-text/").text):
        assert not re.search("also known as|又名", text, re.IGNORECASE)


def test_structured_data_cannot_end_its_own_script():
    College.objects.update(summary_en="</script><script>alert(1)</script>")
    page = ask("/en/")
    assert "<script>alert" not in page.html
    assert json.loads(page.all("script[@type='application/ld+json']")[0].text)


def test_a_record_without_its_optional_parts_has_a_page_too():
    partner = make_partner()
    major = make_major(faculty=None)
    pages = [ask(record.get_absolute_url()) for record in (partner, major, make_faculty())]
    assert not wrong(pages, lambda page: page.status == 200)
    assert not wrong(pages, lambda page: "None" not in page.text)
    assert not wrong(pages, lambda page: "are writing" not in page.text)


def test_an_ended_or_archived_record_is_gone():
    Partner.objects.filter(slug="wintec").update(status="archived")
    Figure.objects.filter(fact__key="patents").update(status="archived")
    assert ask("/en/partnerships/partners/wintec/").status == 410
    assert "535" not in ask("/en/facts/").text


def test_a_site_without_any_content_answers_all_the_same():
    emptied = (Figure, Agreement, Achievement, Practice, Partner, AreaOfInterest, Country)
    for model in (*emptied, Fact, College):
        model.objects.all().delete()
    for address in (reverse(name) for name in PAGES):
        assert ask(address).status == 200
        assert ask(address.replace("/en/", "/zh-hans/", 1)).status == 200
    assert led_to() == []
