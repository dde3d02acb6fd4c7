"""The open data are the public rows, all of them and nothing else, in files that others can use."""

import datetime
import json
import re
import tracemalloc
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jinhua_site.opendata import datasets
from jinhua_site.opendata.registry import DATASETS
from jinhua_site.opendata.state import overviews, version
from jinhua_site.web.page_cache import FRESHNESS
from partnerships.models import Agreement, AreaOfInterest, Country, Partner, Practice
from profile.models import Faculty, Figure, Major, Source
from tests.support.makers import (
    make_agreement,
    make_area_of_interest,
    make_cooperation_area,
    make_country,
    make_evidence,
    make_fact,
    make_faculty,
    make_figure,
    make_major,
    make_many,
    make_partner,
    make_practice,
    make_source,
    publish_drafts,
)
from tests.support.opendata import ask, body, csv_rows, json_rows, stop_the_clock

pytestmark = pytest.mark.django_db

FILES = [f"/data/{name}.{suffix}" for name in DATASETS for suffix in ("csv", "json")]
SECRET = "Geheimnis"
TODAY = datetime.date(2026, 11, 22)

# What only the office knows of an agreement that the public sees.
PRIVATE = dict.fromkeys(Agreement.PRIVATE, SECRET)


def header(name):
    return body(f"/data/{name}.csv").decode("utf-8-sig").partition("\r\n")[0].split(",")


def row(name, record, rows=json_rows):
    """The row of `record`, whose key stands in the first column."""
    key = next(iter(rows(name)[0]))
    return next(row for row in rows(name) if row[key] == record.slug)


@pytest.fixture
def hidden():
    """Rows of every kind, public ones and others, the others and all private fields secret."""
    name = {"name_en": SECRET, "name_zh_hans": SECRET}
    title = {"title_en": SECRET, "title_zh_hans": SECRET}
    country = make_country(**name, status="draft")
    make_partner(**name, slug=f"{SECRET}-abroad", country=country)
    partner = make_partner(verified_by=SECRET)
    make_faculty()
    for status in ("draft", "archived"):
        gone = make_partner(**name, slug=f"{SECRET}-{status}", status=status)
        faculty = make_faculty(**name, slug=f"{SECRET}-{status}", status=status)
        area = make_cooperation_area(**name, slug=f"{SECRET}-{status}", status=status)
        major = make_major(**name, slug=f"{SECRET}-{status}", status=status)
        make_major(faculty=faculty)
        make_figure(note_en=SECRET, note_zh_hans=SECRET, status=status)
        make_agreement(**title, slug=f"{SECRET}-{status}", status=status, partner=partner)
        make_agreement(**title, slug=f"{SECRET}-of-{status}", partner=gone)
        make_practice(**title, slug=f"{SECRET}-{status}", status=status)
        interest = make_area_of_interest(**title, slug=f"{SECRET}-{status}", status=status)
        make_practice(area=interest).partners.set([gone, partner])
        shown = make_agreement(partner=partner, **PRIVATE)
        shown.areas.set([area])
        shown.faculties.set([faculty])
        shown.majors.set([major])
    private = make_agreement(**title, slug=SECRET, public=False, partner=partner)
    make_agreement(partner=partner, kind="research", follows_from=private)
    make_agreement(partner=partner, kind="other", renews=private)
    for dates in ({"ends": "2019"}, {"terminated": "2019"}, {"signed": "2030"}):
        make_agreement(partner=partner, **dates)


# The same rows everywhere


def public(partner):
    return partner.status == partner.country.status == "published"


def test_every_file_and_the_page_in_both_languages_count_the_same_rows(hidden):
    shown = {
        "facts": [figure for figure in Figure.objects.all() if figure.status == "published"],
        "faculties": [each for each in Faculty.objects.all() if each.status == "published"],
        "majors": [major for major in Major.objects.all() if major.status == "published"],
        "partners": [partner for partner in Partner.objects.all() if public(partner)],
        "agreements": [
            agreement
            for agreement in Agreement.objects.filter(public=True).exclude(partner=None)
            if agreement.status == "published" and public(agreement.partner)
        ],
        "practices": [each for each in Practice.objects.all() if each.status == "published"],
    }
    counts = {name: len(rows) for name, rows in shown.items()}
    assert {name: len(csv_rows(name)) for name in DATASETS} == counts
    assert {name: len(json_rows(name)) for name in DATASETS} == counts
    assert {name: json.loads(body(f"/data/{name}.json"))["count"] for name in DATASETS} == counts
    assert told_on("/en/data/") == told_on("/zh-hans/data/") == counts


def test_the_page_lists_no_table_without_rows_whose_files_stay_where_they_are():
    filled = [name for name in DATASETS if csv_rows(name)]
    assert [*told_on("/en/data/")] == [*told_on("/zh-hans/data/")] == filled
    assert csv_rows("faculties") == json_rows("faculties") == []
    make_faculty()
    assert "faculties" in told_on("/en/data/")


def told_on(page):
    told = re.findall(r'<section id="(\w+)".*?<dd>(\d+)</dd>', body(page).decode(), re.DOTALL)
    return {name: int(number) for name, number in told}


def test_both_files_say_the_same_in_every_cell(hidden):
    make_figure(value="146.70", as_of_inferred=True)
    for name in DATASETS:
        said = [{key: in_csv(value) for key, value in row.items()} for row in json_rows(name)]
        assert csv_rows(name) == said


def in_csv(value):
    if isinstance(value, list):
        return "\n".join(map(in_csv, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_nothing_private_and_no_draft_is_in_any_file(hidden):
    addresses = [*FILES, "/data/catalog.json", "/en/data/", "/zh-hans/data/"]
    addresses += [f"/data/{name}.schema.json" for name in DATASETS]
    assert [address for address in addresses if SECRET in body(address).decode()] == []


def test_a_column_is_left_empty_rather_than_name_what_is_not_published(hidden):
    agreements = [row for row in json_rows("agreements") if row["kind"] in {"research", "other"}]
    for column in ("follows_from", "renews"):
        assert [row[column] for row in agreements] == [None, None]
    assert [row["faculty"] for row in json_rows("majors")] == [None, None]


def test_the_term_of_an_agreement_is_told_as_it_is_today(monkeypatch):
    agreement = make_agreement(ends="2027-03")
    stop_the_clock(monkeypatch, TODAY)
    assert row("agreements", agreement)["term"] == "term-runs"
    stop_the_clock(monkeypatch, datetime.date(2027, 4, 1))
    assert row("agreements", agreement)["term"] == "term-ended"


def test_a_fact_has_a_row_for_each_published_figure_and_knows_the_current_one():
    fact = make_fact(key="ponds")
    for value, as_of in (("1", "2010"), ("2.50", "2020-06")):
        make_figure(fact=fact, value=value, as_of=as_of)
    make_figure(fact=fact, value="3", as_of="2021", status="draft")
    ponds = [row for row in json_rows("facts") if row["fact"] == "ponds"]
    assert [row["value"] for row in ponds] == [1, 2.5]
    assert [row["as_of"] for row in ponds] == ["2010", "2020-06"]
    assert [row["current"] for row in ponds] == [False, True]


def test_every_address_in_a_file_of_this_site_leads_somewhere(hidden):
    make_figure()
    pages = {
        urlsplit(row[f"address_{code}"])._replace(scheme="", netloc="").geturl()
        for name in DATASETS
        for row in json_rows(name)
        for code in ("en", "zh_hans")
    }
    assert {page.split("/")[1] for page in pages} == {"en", "zh-hans"}
    assert {page: ask(page).status_code for page in pages} == dict.fromkeys(pages, 200)


# CSV


def test_a_csv_file_opens_right_in_a_spreadsheet_and_any_other_reader():
    name = 'A "quoted", name\nof two lines, 学校; Universität'
    make_partner(name_en=name)
    text = body("/data/partners.csv")
    assert text.startswith(b"\xef\xbb\xbfpartner,address_en")
    assert text.count(b"\r\n") == Partner.objects.published().count() + 1
    assert name in [row["name_en"] for row in csv_rows("partners")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(start):
    formula = f"{start}HYPERLINK(1)"
    partner = make_partner(name_en=formula)
    assert row("partners", partner, csv_rows)["name_en"] == f"'{formula}"
    assert row("partners", partner, json_rows)["name_en"] == formula


def test_a_number_is_never_touched():
    partner = make_partner(country=make_country(latitude="-41.289", longitude="-0.1"))
    cells = row("partners", partner, csv_rows)
    assert (cells["country_latitude"], cells["country_longitude"]) == ("-41.289", "-0.1")
    make_figure(fact=make_fact(key="area"), value="146.70")
    assert [row["value"] for row in csv_rows("facts") if row["fact"] == "area"] == ["146.7"]


def test_several_values_stand_on_a_line_each():
    agreement = make_agreement()
    areas = [make_cooperation_area(slug=slug, order=1) for slug in ("b", "a")]
    agreement.areas.set(areas)
    assert row("agreements", agreement, csv_rows)["areas"] == "a\nb"
    assert row("agreements", agreement)["areas"] == ["a", "b"]


# JSON and its schema


@pytest.mark.parametrize("name", DATASETS)
def test_a_json_file_keeps_to_its_published_schema(name, hidden):
    make_figure(value="146.70")
    content = json.loads(body(f"/data/{name}.json"))
    schema = json.loads(body(urlsplit(content["schema"]).path))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(content)
    assert content["rows"]


def test_the_schema_would_find_a_fault():
    make_partner()
    content = json.loads(body("/data/partners.json"))
    validator = jsonschema.Draft202012Validator(json.loads(body("/data/partners.schema.json")))
    for fault in ({"since": "May 2014"}, {"kind": "school"}, {"name_en": None}, {"phone": "1"}):
        faulty = content | {"rows": [content["rows"][0] | fault]}
        assert not validator.is_valid(faulty), fault


def test_every_column_is_explained_on_the_page_and_in_the_schema():
    publish_drafts()
    page = body("/en/data/").decode()
    for name, dataset in DATASETS.items():
        rows = json.loads(body(f"/data/{name}.schema.json"))["properties"]["rows"]
        columns = rows["items"]["properties"]
        assert list(columns) == header(name)
        assert all(column["description"] for column in columns.values())
        assert [c.name for c in dataset.columns if f"<code>{c.name}</code>" not in page] == []


# What caches and clients rely on


@pytest.mark.parametrize("address", FILES)
def test_whoever_has_a_file_already_gets_none(address):
    first = ask(address)
    again = ask(address, **{"if-none-match": first["ETag"]})
    later = ask(address, **{"if-modified-since": first["Last-Modified"]})
    assert (again.status_code, later.status_code) == (304, 304)
    assert (again.content, later.content) == (b"", b"")
    for name in ("ETag", "Cache-Control", "Access-Control-Allow-Origin"):
        assert again[name] == first[name]


def rename_country():
    country = Country.objects.get(code="NZ")
    country.name_en = "Aotearoa"
    country.save()


def rename_partner():
    partner = Partner.objects.get(slug="musanze")
    partner.name_zh_hans = "新名称"
    partner.save()


def rename_source():
    Source.objects.filter(slug="new-times-2019-09-09").update(title_en="The record")


def delete_partner():
    Partner.objects.filter(slug="gone").delete()


def delete_agreement():
    Agreement.objects.get(slug="kymenlaakso-sister-school-2005").delete()


def change_areas():
    agreement = Agreement.objects.get(slug="musanze-renewal-2019")
    agreement.areas.set(list(agreement.areas.all())[1:])


def unpublish_faculty():
    faculty = Faculty.objects.get(slug="fine-arts")
    faculty.status = "archived"
    faculty.save()


def add_evidence():
    make_evidence(practice=Practice.objects.first())


def rename_area_of_interest():
    area = AreaOfInterest.objects.get(slug="qualifications")
    area.title_en = "Renamed"
    area.save()


def rename_fact():
    fact = Figure.objects.published().first().fact
    fact.label_zh_hans = "新名称"
    fact.save()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("facts", rename_fact),
        ("faculties", unpublish_faculty),
        ("majors", unpublish_faculty),
        ("partners", rename_country),
        ("partners", delete_partner),
        ("agreements", rename_partner),
        ("agreements", rename_source),
        ("agreements", delete_agreement),
        ("agreements", change_areas),
        ("practices", add_evidence),
        ("practices", rename_area_of_interest),
        ("practices", rename_source),
    ],
)
def test_a_change_in_a_file_changes_its_tag(name, change):
    make_partner(slug="gone")
    make_major(faculty=make_faculty(slug="fine-arts"))
    tag = ask(f"/data/{name}.csv")["ETag"]
    before = body(f"/data/{name}.csv")
    change()
    assert body(f"/data/{name}.csv") != before
    assert ask(f"/data/{name}.csv", **{"if-none-match": tag}).status_code == 200


def test_a_new_day_changes_the_tag_of_the_agreements_only(monkeypatch):
    tags = []
    for day in (TODAY, TODAY + datetime.timedelta(days=1)):
        stop_the_clock(monkeypatch, day)
        tags.append({name: ask(f"/data/{name}.csv")["ETag"] for name in DATASETS})
    assert [name for name in DATASETS if tags[0][name] != tags[1][name]] == ["agreements"]


def test_what_is_deleted_in_the_admin_moves_the_date_of_the_file():
    partner = make_partner()
    old = timezone.now() - datetime.timedelta(days=9)
    for model in (Partner, Country):
        model.objects.update(changed=old)
    before = ask("/data/partners.csv")["Last-Modified"]
    user = User.objects.create_superuser("editor")
    client = Client()
    client.force_login(user)
    address = f"/admin/partnerships/partner/{partner.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert ask("/data/partners.csv", **{"if-modified-since": before}).status_code == 200


@pytest.mark.parametrize("how", ["draft", "archived", "delete"])
def test_what_leaves_the_website_does_not_turn_the_date_back(how):
    Partner.objects.update(changed=timezone.now() - datetime.timedelta(days=9))
    partner = make_partner()
    before = version(DATASETS["partners"])
    partner.status = how
    partner.delete() if how == "delete" else partner.save()
    after = version(DATASETS["partners"])
    assert after.modified > before.modified
    assert after.tag != before.tag


def test_a_draft_moves_neither_the_date_nor_the_tag_of_any_file(client):
    client.force_login(User.objects.create_superuser("editor"))

    def stand():
        days = [overview.modified for overview in overviews(DATASETS.values())]
        return days, [version(dataset) for dataset in DATASETS.values()]

    before = stand()
    practice = make_practice(status="draft", area=AreaOfInterest.objects.first())
    partner = make_partner(status="draft", country=Country.objects.first())
    make_evidence(practice=practice)
    practice.partners.add(partner, Partner.objects.first())
    fields = {"name_en": "Tea", "name_zh_hans": "茶艺", "slug": "tea", "level": "associate"}
    added = client.post("/admin/profile/major/add/", fields | {"status": "draft"})
    assert (added.status_code, Major.objects.get(slug="tea").status) == (302, "draft")
    partner.name_en = "Renamed"
    partner.save()
    practice.delete()
    assert stand() == before


@pytest.mark.parametrize("name", DATASETS)
def test_the_tag_looks_at_every_table_that_the_file_is_read_from(name):
    with CaptureQueriesContext(connection) as queries:
        list(DATASETS[name].read())
    read = {
        table for query in queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    assert read <= {model._meta.db_table for model in DATASETS[name].draws_on}


@pytest.mark.parametrize("address", [*FILES, "/data/catalog.json", "/data/facts.schema.json"])
def test_a_file_is_the_same_for_everybody_and_may_be_kept(address):
    chinese = {
        "accept-language": "zh-CN",
        "cookie": f"django_language=zh-hans; sessionid={'x' * 32}",
    }
    answers = [ask(address), ask(address, **chinese)]
    assert answers[0].getvalue() == answers[1].getvalue()
    for answer in answers:
        assert "Vary" not in answer.headers
        assert not answer.cookies
        assert answer["Cache-Control"] == FRESHNESS
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Content-Language"] == "en, zh-Hans"
        assert answer["X-Robots-Tag"] == "noindex"


def test_a_download_is_named_after_the_college_the_table_and_the_day(monkeypatch):
    stop_the_clock(monkeypatch, TODAY)
    header = ask("/data/partners.csv")["Content-Disposition"]
    assert header == "attachment; filename=jinhua-polytechnic-partners-2026-11-22.csv"


@pytest.mark.parametrize("address", FILES)
def test_the_headers_can_be_asked_for_alone(address, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        head = Client().head(address)
    assert head.getvalue() == b""
    assert dict(head.headers) == dict(ask(address).headers)


@pytest.mark.parametrize(
    "path",
    ["nothing.csv", "partners.xml", "partners", "Partners.csv", "catalog.csv", "a.schema.json"],
)
def test_a_file_that_there_is_not_is_not_found(path):
    assert ask(f"/data/{path}").status_code == 404


def test_a_file_is_only_to_be_read():
    assert Client().post("/data/partners.csv").status_code == 405


# What machines are told


def test_every_link_of_the_catalogue_leads_somewhere():
    catalogue = json.loads(body("/data/catalog.json"))
    links = {
        link.partition("#")[0] for link in texts(catalogue) if link.startswith(settings.SITE_URL)
    }
    assert len(links) >= 3 * len(DATASETS)
    answers = {link: ask(urlsplit(link).path).status_code for link in links}
    assert answers == dict.fromkeys(links, 200)


def texts(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_the_catalogue_names_every_dataset_in_both_languages_with_its_files():
    catalogue = json.loads(body("/data/catalog.json"))
    assert catalogue["@type"] == "dcat:Catalog"
    assert [dataset["identifier"] for dataset in catalogue["dataset"]] == list(DATASETS)
    for dataset in catalogue["dataset"]:
        assert dataset["title"].keys() == dataset["description"].keys() == {"en", "zh-Hans"}
        types = [
            file["mediaType"].rpartition("media-types/")[2] for file in dataset["distribution"]
        ]
        assert types == ["text/csv", "application/json"]
        assert datetime.datetime.fromisoformat(dataset["modified"])


def test_the_catalogue_tells_the_time_that_the_figures_cover():
    make_figure(as_of="1994-05")
    facts, *others = json.loads(body("/data/catalog.json"))["dataset"]
    assert facts["temporal"]["startDate"] == {"@value": "1994-05", "@type": "xsd:gYearMonth"}
    assert not [dataset for dataset in others if "temporal" in dataset]


@pytest.mark.parametrize("code", ["en", "zh-hans"])
def test_search_engines_are_told_of_every_dataset_and_its_files(code):
    publish_drafts()
    page = body(f"/{code}/data/").decode()
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    datasets = [json.loads(script) for script in scripts]
    assert [dataset["@type"] for dataset in datasets] == ["Dataset"] * len(DATASETS)
    for dataset in datasets:
        assert dataset["url"].startswith(f"{settings.SITE_URL}/{code}/data/#")
        for file in dataset["distribution"]:
            assert urlsplit(file["contentUrl"]).path in FILES


# Large tables


@pytest.fixture
def many(monkeypatch):
    """Agreements in twenty chunks."""
    monkeypatch.setattr(datasets, "CHUNK", 75)
    partner, area, source = make_partner(), make_cooperation_area(), make_source()
    agreements = make_many(make_agreement, 1500, partner=partner, source=source)
    through = Agreement.areas.through
    through.objects.bulk_create(
        through(agreement=agreement, cooperationarea=area) for agreement in agreements
    )


def test_a_large_table_is_read_in_memory_that_does_not_grow(many):
    rows = DATASETS["agreements"].read()
    tracemalloc.start()
    try:
        for _ in range(300):
            next(rows)
        _, early = tracemalloc.get_traced_memory()
        rest = sum(1 for _ in rows)
        _, late = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rest >= 1200
    assert late < early + 300_000
    assert late < 5_000_000


def test_a_large_table_is_sent_in_pieces(many):
    sizes = [len(piece) for piece in ask("/data/agreements.csv").streaming_content]
    assert len(sizes) > 5
    assert max(sizes) < 100_000


def test_each_chunk_costs_the_same_few_queries(many, monkeypatch):
    asked = {}
    for chunks in (1, 2, 20):
        monkeypatch.setattr(datasets, "CHUNK", Agreement.objects.count() // chunks + 1)
        with CaptureQueriesContext(connection) as queries:
            list(DATASETS["agreements"].read())
        asked[chunks] = len(queries) - 1
    assert asked[1] <= 8
    assert asked[2] <= 2 * asked[1]
    assert asked[20] <= 20 * asked[1]
