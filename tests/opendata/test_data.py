"""The open data contain all public rows and nothing else, in usable formats."""

import datetime
import json
import re
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.http import parse_http_date

from jinhua_site.core.languages import CODES
from jinhua_site.opendata.datasets import CATALOGUE
from partnerships.models import AreaOfInterest, Country, Partner
from profile.models import Source
from tests.support import makers
from tests.support.pages import ask, body, csv_rows, json_file, json_rows, stop_the_clock

pytestmark = pytest.mark.django_db

DATASETS = CATALOGUE.datasets
FILES = [f"/data/{name}.{suffix}" for name in DATASETS for suffix in ("csv", "json")]
TODAY = datetime.date(2026, 11, 22)


def row(name, record, rows=json_rows):
    """Return the row of `record`, whose key is in the first column."""
    return next(row for row in rows(name) if next(iter(row.values())) == record.slug)


@pytest.fixture
def rows_of_all_kinds():
    """A draft and an archived row beside a public one in every dataset."""
    for dataset in DATASETS.values():
        make = makers.BY_MODEL[dataset.rows().model]
        for status in ("published", "draft", "archived"):
            make(status=status)
    makers.make_agreement(public=False)
    makers.make_agreement(partner=makers.make_partner(status="draft"))
    makers.make_figure(value="146.70", as_of="1994-05", as_of_inferred=True)
    for dates in ({"ends": "2019"}, {"terminated": "2019"}, {"signed": "2030"}):
        makers.make_agreement(**dates)


# The same rows everywhere


def told_on(page):
    told = re.findall(r'<section id="(\w+)".*?<dd>(\d+)</dd>', body(page).decode(), re.DOTALL)
    return {name: int(number) for name, number in told}


def in_csv(value):
    if isinstance(value, list):
        return "\n".join(map(in_csv, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def validator(name):
    schema = json.loads(body(f"/data/{name}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def test_every_file_keeps_to_its_schema_and_holds_the_same_public_rows_as_the_page(
    rows_of_all_kinds,
):
    counts = {
        name: dataset.rows().model.objects.published().count() for name, dataset in DATASETS.items()
    }
    assert told_on("/en/data/") == told_on("/zh-hans/data/") == counts
    for name, count in counts.items():
        file = json_file(name)
        assert file["count"] == len(file["rows"]) == count > 0
        assert file["schema"] == f"{settings.SITE_URL}/data/{name}.schema.json"
        validator(name).validate(file)
        assert csv_rows(name) == [
            {column: in_csv(value) for column, value in row.items()} for row in file["rows"]
        ]
        for code, column in (("en", "address_en"), ("zh-hans", "address_zh_hans")):
            page = file["rows"][-1][column].removeprefix(settings.SITE_URL)
            assert page.startswith(f"/{code}/")
            assert ask(page.partition("#")[0]).status == 200


def test_the_page_lists_no_table_without_rows_whose_files_stay_where_they_are():
    assert "faculties" not in told_on("/en/data/")
    assert csv_rows("faculties") == json_rows("faculties") == []
    makers.make_faculty()
    assert "faculties" in told_on("/en/data/")


def test_the_term_of_an_agreement_is_told_as_it_is_today(monkeypatch):
    agreement = makers.make_agreement(ends="2027-03")
    for day, term in ((TODAY, "term-runs"), (datetime.date(2027, 4, 1), "term-ended")):
        stop_the_clock(monkeypatch, day)
        assert row("agreements", agreement)["term"] == term
    modified = datetime.datetime.fromisoformat(json_file("agreements")["modified"])
    assert modified == timezone.localtime().replace(hour=0)


def test_a_fact_has_a_row_for_each_published_figure_and_knows_the_current_one():
    fact = makers.make_fact(key="ponds")
    for value, as_of in (("1", "2010"), ("2.50", "2020-06")):
        makers.make_figure(fact=fact, value=value, as_of=as_of)
    makers.make_figure(fact=fact, value="3", as_of="2021", status="draft")
    ponds = [row for row in json_rows("facts") if row["fact"] == "ponds"]
    assert [(row["value"], row["as_of"], row["current"]) for row in ponds] == [
        (1, "2010", False),
        (2.5, "2020-06", True),
    ]


def test_evidence_that_is_a_document_has_its_whole_address():
    practice = makers.make_practice()
    makers.make_evidence(practice=practice, address="", file="documents/report.pdf")
    (address,) = row("practices", practice)["evidence_address"]
    assert address == f"{settings.SITE_URL}/media/documents/report.pdf"


def test_a_csv_file_opens_right_in_a_spreadsheet_and_any_other_reader():
    name = 'A "quoted", name\nof two lines, 学校; Universität'
    partner = makers.make_partner(
        name_en=name, country=makers.make_country(latitude="-41.289", longitude="-0.1")
    )
    agreement = makers.make_agreement(partner=partner)
    agreement.areas.set([makers.make_cooperation_area(slug=slug, order=1) for slug in ("b", "a")])
    text = body("/data/partners.csv")
    assert text.startswith(b"\xef\xbb\xbfpartner,address_en")
    assert text.count(b"\r\n") == Partner.objects.published().count() + 1
    cells = row("partners", partner, csv_rows)
    assert cells["name_en"] == name
    assert (cells["country_latitude"], cells["country_longitude"]) == ("-41.289", "-0.1")
    assert row("agreements", agreement, csv_rows)["areas"] == "a\nb"
    assert row("agreements", agreement)["areas"] == ["a", "b"]


def test_a_text_that_a_spreadsheet_would_run_is_defused():
    formulas = [f"{start}HYPERLINK(1)" for start in "=+-@\t\r＝＋－＠"]
    for number, formula in enumerate(formulas):
        makers.make_partner(slug=f"zz-{number}", name_en=formula)
    assert [row["name_en"] for row in csv_rows("partners")][-10:] == [f"'{f}" for f in formulas]
    assert [row["name_en"] for row in json_rows("partners")][-10:] == formulas


def test_the_schema_explains_every_column_as_the_page_does_and_would_find_a_fault(
    rows_of_all_kinds,
):
    page = body("/en/data/").decode()
    for name in DATASETS:
        rows = json.loads(body(f"/data/{name}.schema.json"))["properties"]["rows"]
        columns = rows["items"]["properties"]
        assert list(columns) == list(json_rows(name)[0])
        assert all(column["description"] for column in columns.values())
        assert [column for column in columns if f"<code>{column}</code>" not in page] == []
    content = json_file("partners")
    for fault in ({"since": "May 2014"}, {"kind": "school"}, {"name_en": None}, {"phone": "1"}):
        faulty = content | {"rows": [content["rows"][0] | fault]}
        assert not validator("partners").is_valid(faulty), fault


# When a file last changed


def turn_back():
    """Date all records back by a week; return that moment."""
    moment = (timezone.now() - datetime.timedelta(days=7)).replace(microsecond=0)
    for model in apps.get_models():
        if hasattr(model, "history_date"):
            model.objects.update(history_date=moment)
    return moment.timestamp()


def modified(name):
    return parse_http_date(ask(f"/data/{name}.csv").response["Last-Modified"])


def save(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


def test_a_change_that_the_public_sees_moves_the_date_of_the_file():
    partners = [makers.make_partner() for _ in range(3)]
    major = makers.make_major(faculty=makers.make_faculty())
    practice = makers.make_practice()
    practice.partners.set(partners)
    changes = [
        ("facts", lambda: save(Source.objects.first(), title_en="Renamed")),
        ("faculties", major.delete),
        ("majors", lambda: save(major.faculty, status="archived")),
        ("partners", lambda: save(Country.objects.get(code="NZ"), name_en="Aotearoa")),
        ("practices", practice.partners.clear),
        ("partners", lambda: save(partners[0], status="draft")),
        ("partners", lambda: save(partners[1], status="archived")),
        ("partners", partners[2].delete),
    ]
    for name, change in changes:
        before = turn_back()
        assert modified(name) == before
        change()
        assert modified(name) > before, change


def test_a_draft_moves_the_date_of_no_file():
    names = [name for name, dataset in DATASETS.items() if not dataset.daily]
    makers.make_major(faculty=makers.make_faculty())
    before = turn_back()
    partner = makers.make_partner(status="draft", country=Country.objects.first())
    practice = makers.make_practice(status="draft", area=AreaOfInterest.objects.first())
    makers.make_evidence(practice=practice)
    practice.partners.add(partner)
    practice.delete()
    assert {name: modified(name) for name in names} == dict.fromkeys(names, before)


# Headers for caches and clients


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("facts.csv", "text/csv"),
        ("facts.json", "application/json"),
        ("facts.schema.json", "application/schema+json"),
        ("catalog.json", "application/ld+json"),
    ],
)
def test_a_file_says_what_it_is_and_is_the_same_for_everybody_on_every_site(file, media_type):
    chinese = {
        "accept-language": "zh-CN",
        "cookie": f"django_language=zh-hans; sessionid={'x' * 32}",
    }
    answers = [ask(f"/data/{file}").response]
    answers += [ask(f"/data/{file}?as_of=2013", **chinese).response]
    assert answers[0].content == answers[1].content
    for answer in answers:
        assert not answer.cookies
        assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Content-Language"] == "en, zh-Hans"
        assert answer["X-Robots-Tag"] == "noindex"


def test_a_download_is_named_after_the_college_the_table_and_the_day(monkeypatch):
    stop_the_clock(monkeypatch, TODAY)
    answer = ask("/data/partners.csv").response
    name = "jinhua-polytechnic-partners-2026-11-22.csv"
    assert answer["Content-Disposition"] == f"attachment; filename={name}"
    described = f'<{settings.SITE_URL}/data/partners.schema.json>; rel="describedby"'
    assert answer["Link"] == described


# The catalogue and structured data


def test_the_catalogue_names_every_dataset_in_both_languages_with_links_to_its_files(
    rows_of_all_kinds,
):
    catalogue = json.loads(body("/data/catalog.json"))
    assert catalogue["@type"] == "dcat:Catalog"
    assert [dataset["identifier"] for dataset in catalogue["dataset"]] == list(DATASETS)
    for dataset in [catalogue, *catalogue["dataset"]]:
        assert dataset["title"].keys() == dataset["description"].keys() == {"en", "zh-Hans"}
        assert dataset["publisher"]["name"]["en"] == "Jinhua Polytechnic"
        assert datetime.datetime.fromisoformat(dataset["modified"])
    files = [file for dataset in catalogue["dataset"] for file in dataset["distribution"]]
    assert [urlsplit(file["downloadURL"]).path for file in files] == FILES
    facts, *others = catalogue["dataset"]
    assert facts["temporal"]["startDate"] == {"@value": "1994-05", "@type": "xsd:gYearMonth"}
    assert not [dataset for dataset in others if "temporal" in dataset]
    links = {*re.findall(rf'"({settings.SITE_URL}/[^"#]*)', json.dumps(catalogue))}
    answers = {link: ask(urlsplit(link).path).status for link in links}
    assert answers == dict.fromkeys(links, 200)


def test_search_engines_are_told_of_every_dataset_and_its_files(rows_of_all_kinds):
    for code in CODES:
        page = body(f"/{code}/data/").decode()
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        datasets = [json.loads(script) for script in scripts]
        assert [dataset["@type"] for dataset in datasets] == ["Dataset"] * len(DATASETS)
        assert all(d["url"].startswith(f"{settings.SITE_URL}/{code}/data/#") for d in datasets)
        files = [file for dataset in datasets for file in dataset["distribution"]]
        assert [urlsplit(file["contentUrl"]).path for file in files] == FILES


# Large tables


def test_a_large_table_costs_as_few_queries_as_a_small_one():
    shared = {"partner": makers.make_partner(), "source": makers.make_source()}
    area, asked = makers.make_cooperation_area(), []
    for number in (5, 100):
        for agreement in makers.make_many(makers.make_agreement, number, **shared)[:5]:
            agreement.areas.add(area)
        asked.append(ask("/data/agreements.json").queries)
        assert len(json_rows("agreements")) >= number
    assert asked[0] == asked[1] <= 15
