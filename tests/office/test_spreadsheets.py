"""Records leave as spreadsheets and come back: seen first, then all of them or none."""

import datetime
import io
import json
import os
import re
import time
import zipfile

import openpyxl
import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinhua_site.content.models import Publishable, Status
from jinhua_site.office.spreadsheets import reading
from jinhua_site.office.spreadsheets.files import FileError, read
from partnerships.models import Agreement, Mobility, Partner
from partnerships.spreadsheets import AgreementSheet, MobilitySheet, PartnerSheet
from profile.models import Figure, Major
from profile.spreadsheets import FigureSheet, MajorSheet
from tests.support import makers, spreadsheets
from tests.support.admin import seen, url
from tests.support.spreadsheets import as_csv, confirm, exported, lines, read_csv, row_of, send

SHEETS = {
    Partner: PartnerSheet,
    Agreement: AgreementSheet,
    Major: MajorSheet,
    Figure: FigureSheet,
    Mobility: MobilitySheet,
}
MAKERS = {
    Partner: makers.make_partner,
    Agreement: makers.make_agreement,
    Major: makers.make_major,
    Figure: makers.make_figure,
    Mobility: makers.make_mobility,
}
# What a sheet leaves out: keys and dates of the database, and files.
LEFT_OUT = {"id", "changed", "scan", "logo", "logo_width", "logo_height"}

every_sheet = pytest.mark.parametrize("model", SHEETS, ids=lambda model: model.__name__)
each_kind = pytest.mark.parametrize("kind", ["xlsx", "csv"])


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


def states():
    """Everything that an import could have touched."""
    return [
        (model, [*model.objects.order_by("pk").values()], model.history.count()) for model in SHEETS
    ]


def in_parts(response):
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


# Out and in again


def one_of_each():
    """Records with all that the cells of a sheet have to bear."""
    odd = {"city_en": "’s-Hertogenbosch", "city_zh_hans": "'=1", "verified_by": "=SUM(A1)"}
    partner = makers.make_partner(**odd, own_name="-Ñ-", own_language="es", since="2013")
    texts = {
        "costs": 'One\r\nTwo\n\nThree, "four"; five',
        "notes": " @ home\t",
        "contact": "+49 941",
    }
    above = makers.make_agreement(kind="memorandum", partner=partner, **texts, notice_months=6)
    below = makers.make_agreement(partner=partner, follows_from=above, public=False)
    below.areas.set([makers.make_cooperation_area(), makers.make_cooperation_area()])
    below.faculties.add(makers.make_faculty())
    makers.make_major(code="007", years=3, faculty=makers.make_faculty())
    makers.make_major(name_en="", status=Status.DRAFT)
    makers.make_figure(value="146.70", note_en="x" * 300)
    makers.make_mobility(partner=partner, agreement=below)
    makers.make_mobility(partner=partner)


@each_kind
@every_sheet
def test_what_is_exported_and_imported_again_changes_nothing(staff, model, kind):
    one_of_each()
    before, total = states(), model.objects.count()
    preview = send(staff, model, exported(staff, model, kind), f"sheet.{kind}")
    assert total >= 2
    assert f">{total} unchanged<" in seen(preview)
    assert not lines(preview)
    assert not preview.context["key"]
    assert states() == before


@every_sheet
def test_a_sheet_has_every_field_that_staff_may_write_and_no_file(model):
    concrete = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}
    bare = {name for name in concrete if f"{name}_en" in concrete}
    assert {*SHEETS[model]().names} == concrete - bare - LEFT_OUT - {"logo", "scan"}


@each_kind
def test_what_looks_like_a_formula_leaves_as_text(staff, kind):
    makers.make_partner(slug="formula", verified_by="=1+1")
    content = exported(staff, Partner, kind)
    if kind == "csv":
        assert row_of(staff, Partner, "formula")["verified_by"] == "'=1+1"
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        (cell,) = (c for row in book["partners"].rows for c in row if c.value == "=1+1")
        assert cell.data_type == "s"


@pytest.mark.parametrize("spoken", ["en", "zh-hans"])
def test_names_stand_in_both_languages_whoever_exports(staff, spoken):
    staff.cookies["django_language"] = spoken
    makers.make_major(name_en="Nursing", name_zh_hans="护理", slug="only")
    row = row_of(staff, Major, "only")
    assert (row["name_en"], row["name_zh_hans"]) == ("Nursing", "护理")
    assert "name" not in row


@every_sheet
def test_queries_of_an_export_do_not_grow_with_records(staff, model):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            exported(staff, model, "csv")
        return len(asked)

    makers.make_many(MAKERS[model], 10)
    few = queries()
    makers.make_many(MAKERS[model], 50)
    assert queries() == few


# What would change


def test_a_preview_names_each_cell_old_and_new_and_writes_nothing(staff):
    partner = makers.make_partner(slug="turku", city_en="Abo")
    table = read_csv(exported(staff, Partner, "csv"))
    by_slug = {row["slug"]: row for row in table}
    by_slug["turku"] |= {"city_en": "Turku", "country": "FI"}
    before = states()
    preview = send(staff, Partner, as_csv([*table, *spreadsheets.partners(1)]))
    told = lines(preview)
    changed = next(text for text in told.values() if f"country {partner.country.code} → FI" in text)
    assert "city_en Abo → Turku" in changed
    assert "New slug partner-2 name_en Partner 2" in [*told.values()][-1]
    assert len(told) == 2
    assert states() == before
    assert "Nothing is written yet." in seen(preview)


def test_a_confirmed_import_is_written_with_who_and_why(staff):
    partner = makers.make_partner(slug="partner-2")
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(3)), "partners.xlsx")
    done = confirm(staff, preview)
    assert "partners.xlsx · Import: 2 new, 1 changed." in seen(done)
    newest = partner.history.first()
    assert (newest.city_en, newest.history_user.username) == ("Turku", "staff")
    assert newest.history_change_reason == "Import of partners.xlsx"
    assert partner.history.count() == 2
    new = Partner.objects.get(slug="partner-3")
    assert (new.name_en, new.name_zh_hans, new.history.count()) == ("Partner 3", "第3伙伴", 1)
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("staff", "partners.xlsx")
    assert not [*settings.PRIVATE_ROOT.glob("imports/*")]


def test_links_are_imported_with_one_version_each(staff):
    agreement = makers.make_agreement(slug="tampere")
    gone, stays, comes = (makers.make_cooperation_area() for _ in range(3))
    agreement.areas.set([gone, stays])
    versions = agreement.history.count()
    row = row_of(staff, Agreement, "tampere")
    row["areas"] = f"{stays.slug}；{comes.slug}"
    preview = send(staff, Agreement, as_csv([row]), "a.csv")
    assert seen(confirm(staff, preview, Agreement))
    assert {*agreement.areas.all()} == {stays, comes}
    assert agreement.history.count() == versions + 1
    assert {link.cooperationarea for link in agreement.history.first().areas.all()} == {
        stays,
        comes,
    }


def test_an_agreement_may_follow_from_one_further_up_in_the_file(staff):
    partner = makers.make_partner(slug="tampere")
    blank = dict.fromkeys(AgreementSheet().names, "")
    common = {"partner": "tampere", "signed": "2018", "title_en": "Agreement"}
    above = blank | common | {"slug": "above", "kind": "memorandum"}
    below = blank | common | {"slug": "below", "kind": "research", "follows_from": "above"}
    preview = send(staff, Agreement, spreadsheets.workbook([above, below]), "a.xlsx")
    assert seen(confirm(staff, preview, Agreement))
    assert partner.agreements.get(slug="below").follows_from.slug == "above"
    assert partner.agreements.get(slug="below").status == Status.DRAFT


def test_what_only_the_import_can_tell_is_told_and_nothing_is_written(staff):
    blank = dict.fromkeys(AgreementSheet().names, "") | {"kind": "memorandum", "title_en": "MoU"}
    table = [blank | {"slug": "above"}, blank | {"slug": "below", "follows_from": "above"}]
    preview = send(staff, Agreement, spreadsheets.workbook(table), "a.xlsx")
    assert ">2 new<" in seen(preview)
    told = lines(confirm(staff, preview, Agreement))
    assert "follows_from A memorandum stands on its own; nothing is above it." in told[3]
    assert not Agreement.objects.filter(slug__in=["above", "below"]).exists()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (2018.0, "2018"),
        (2018, "2018"),
        ("2018-06", "2018-06"),
        (datetime.datetime(2018, 6, 30), "2018-06-30"),
        (datetime.date(2018, 6, 30), "2018-06-30"),
        ((datetime.date(2018, 6, 1), "mmm-yy"), "2018-06"),
        ((datetime.date(2018, 6, 1), '[$-804]yyyy"年"m"月"'), "2018-06"),
        ((datetime.date(2018, 6, 30), '[$-804]yyyy"年"m"月"d"日"'), "2018-06-30"),
    ],
)
def test_dates_and_numbers_of_excel_are_understood(value, kept):
    book = openpyxl.Workbook()
    book.active.append(["since"])
    value, book.active["A2"].number_format = (
        value if isinstance(value, tuple) else (value, "General")
    )
    number_format = book.active["A2"].number_format
    book.active["A2"] = value
    if number_format != "General":
        book.active["A2"].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    (row,) = read(SimpleUploadedFile("a.xlsx", file.getvalue()), "partners", ["since"])
    assert row.cells["since"] == kept


@pytest.mark.parametrize(
    ("column", "cell", "stored"),
    [
        ("level", "bachelor", "bachelor"),
        ("level", "Bachelor’s degree", "bachelor"),
        ("taught_in", "中英双语", "zh-en"),
        ("taught_in", "Chinese and English", "zh-en"),
        ("years", 3.0, 3),
        ("code", 520201, "520201"),
    ],
)
def test_a_choice_is_known_by_its_key_and_by_its_label(staff, column, cell, stored):
    major = makers.make_major(slug="weaving", status=Status.DRAFT)
    row = dict.fromkeys(MajorSheet().names, "")
    row |= {"slug": "weaving", "name_en": "Weaving", "level": "associate", "status": "draft"}
    preview = send(staff, Major, spreadsheets.workbook([row | {column: cell}], "majors"))
    assert seen(confirm(staff, preview, Major))
    major.refresh_from_db()
    assert getattr(major, column) == stored


@pytest.mark.parametrize(("written", "stored"), [("TRUE", True), ("是", True), ("否", False)])
def test_yes_and_no_are_known_in_both_languages(staff, written, stored):
    figure = makers.make_figure(as_of_inferred=not stored)
    row = row_of(staff, Figure, figure.fact.key)
    preview = send(staff, Figure, as_csv([row | {"as_of_inferred": written}]), "f.csv")
    assert seen(confirm(staff, preview, Figure))
    figure.refresh_from_db()
    assert figure.as_of_inferred is stored


def test_a_csv_file_of_chinese_excel_is_read(staff):
    content = as_csv(spreadsheets.partners(1)).decode().encode("gb18030")
    preview = send(staff, Partner, content, "伙伴.csv")
    assert "第2伙伴" in lines(preview)[2]
    assert "伙伴.csv" in seen(preview)


# What is wrong


def test_all_wrong_rows_are_named_at_once_and_nothing_is_written(staff):
    before = states()
    preview = send(
        staff, Partner, spreadsheets.workbook(spreadsheets.partners(120, spreadsheets.WRONG))
    )
    told = lines(preview)
    for number, (_cells, words) in spreadsheets.WRONG.items():
        assert words in told[number]
    assert ">10 wrong<" in seen(preview)
    assert ">110 new<" in seen(preview)
    assert not preview.context["key"]
    assert "Nothing was written." in seen(preview)
    assert states() == before


def test_the_mended_sheet_goes_in(staff):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(120)))
    assert seen(confirm(staff, preview))
    assert Partner.objects.filter(slug__startswith="partner-", country__code="FI").count() == 120


def test_a_formula_in_a_csv_file_is_refused(staff):
    preview = send(staff, Partner, as_csv(spreadsheets.partners(60, [51])), "p.csv")
    assert "city_en A formula." in lines(preview)[51]


def test_a_rule_of_the_model_is_told_at_its_columns(staff):
    agreement = makers.make_agreement(slug="short", signed="2018", status=Status.DRAFT)
    row = row_of(staff, Agreement, "short")
    told = lines(send(staff, Agreement, as_csv([row | {"ends": "2017"}]), "a.csv"))
    assert "signed, starts, ends It cannot end before it is signed or takes effect." in told[2]
    told = lines(send(staff, Agreement, as_csv([row | {"renews": "short"}]), "a.csv"))
    assert "renews An agreement cannot renew itself here." in told[2]
    assert not agreement.ends


def empty_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("readme.txt", "nothing")
    return file.getvalue()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (51 * 1024 * 1024))
    return file.getvalue()


REFUSED = {
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, "an old Excel file (.xls)"),
    "web page": (b"\xef\xbb\xbf <html><table>", "This is a web page, not a spreadsheet"),
    "empty": (b"\xef\xbb\xbf\r\n", "The file is empty."),
    "broken zip": (spreadsheets.workbook([{"a": 1}])[:900], "The file is damaged."),
    "other zip": (empty_zip(), "This is not an Excel workbook."),
    "bomb": (bomb(), "larger than 50 MB unpacked"),
    "other characters": (
        "slug,name\r\nwintec,Ñ".encode("utf-16"),
        "The characters cannot be read.",
    ),
    "quotes": (b'"slug', "The file is damaged."),
    "header only": (",".join(PartnerSheet().names).encode(), "no row below it"),
    "wrong sheet": (
        spreadsheets.workbook([{"slug": "a", "colour": "b"}]),
        "Unknown columns: colour.",
    ),
    "missing": (spreadsheets.workbook([{"slug": "a"}]), "Missing columns: city_en; city_zh_hans;"),
    "twice": (b"slug,slug\na,b", "Columns that are there twice: slug."),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_such_sheet_is_refused_in_words(staff, kind):
    content, words = REFUSED[kind]
    page = send(staff, Partner, content, "partners.xlsx")
    assert words in seen(page).replace("&#x27;", "'")
    assert not page.context.get("key")


def test_a_file_of_too_many_bytes_or_rows_is_refused(monkeypatch):
    many = b"slug\n" + b"a\n" * 5_001
    with pytest.raises(FileError, match="more than 5,000 rows"):
        read(SimpleUploadedFile("a.csv", many), "partners", ["slug"])
    assert len(read(SimpleUploadedFile("a.csv", many[:-2]), "partners", ["slug"])) == 5_000
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(FileError, match="larger than 10 MB"):
        read(SimpleUploadedFile("a.csv", many), "partners", ["slug"])


def test_rows_keep_their_numbers_where_some_are_empty():
    rows = read(SimpleUploadedFile("a.csv", b"slug\n\n\na\n,\nb"), "partners", ["slug"])
    assert [(row.number, row.cells["slug"]) for row in rows] == [(4, "a"), (6, "b")]


# Two at once


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(staff):
    partner = makers.make_partner(slug="partner-2", name_en="Old name")
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(2)))
    partner.city_en = "Hamilton"
    partner.save()
    again = confirm(staff, preview)
    assert "Row 2: Partner 2" in seen(again)
    assert "meanwhile a colleague has changed these records" in seen(again)
    assert "city_en Hamilton → Turku" in lines(again)[2]
    assert not Partner.objects.filter(slug="partner-3").exists()
    assert seen(confirm(staff, again))
    partner.refresh_from_db()
    assert (partner.city_en, Partner.objects.filter(slug="partner-3").count()) == ("Turku", 1)


def test_a_record_that_a_colleague_added_meanwhile_is_not_overwritten(staff):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    makers.make_partner(slug="partner-2", name_en="Faster")
    assert "Row 2:" in seen(confirm(staff, preview))
    assert Partner.objects.get(slug="partner-2").name_en == "Faster"


def test_a_colleague_who_is_faster_by_a_blink_stops_the_import(admin_user):
    content = SimpleUploadedFile("p.xlsx", spreadsheets.workbook(spreadsheets.partners(100)))
    rows = read(content, "partners", PartnerSheet().names)
    before, tried, sheet = states(), PartnerSheet(admin_user), PartnerSheet(admin_user)
    assert [*tried.try_out(rows)]
    work = sheet.take_in(rows, {str(line.number): line.stood for line in tried.lines})
    assert next(work) == (50, 100)
    makers.make_partner(slug="partner-90")
    assert not [*work]
    assert [line.number for line in sheet.moved] == [90]
    assert states() == before


def test_an_import_is_confirmed_once_and_by_whom_it_was_sent(staff, django_user_model):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    other = django_user_model.objects.create_user("other", is_staff=True, is_superuser=True)
    sender = django_user_model.objects.get(username="staff")
    staff.force_login(other)
    assert "This import was carried out already" in seen(confirm(staff, preview))
    staff.force_login(sender)
    data = {"confirm": preview.context["key"]}
    assert "carried out already" in seen(staff.post(url("import", Major), data))
    assert "1 new" in seen(confirm(staff, preview))
    assert "carried out already" in seen(confirm(staff, preview))
    for key in ("", "../../secret_key", "x" * 32):
        page = staff.post(url("import", Partner), {"confirm": key})
        assert "carried out already" in seen(page)


def test_what_waits_is_for_no_other_account_of_the_machine(staff):
    send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    (left,) = settings.PRIVATE_ROOT.glob("imports/*")
    assert (left.stat().st_mode & 0o777, left.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_another_takes_just_now_is_in_nobody_s_way(staff):
    send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    (left,) = settings.PRIVATE_ROOT.glob("imports/*")
    left.unlink()
    left.symlink_to("taken")
    assert "1 new" in seen(send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1))))


def left_yesterday(staff):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    (left,) = settings.PRIVATE_ROOT.glob("imports/*")
    os.utime(left, (yesterday := time.time() - 25 * 3600, yesterday))
    return preview, left


def test_what_nobody_confirms_is_gone_after_a_day(staff):
    _preview, left = left_yesterday(staff)
    call_command("clean_up_staff")
    assert not left.exists()


def test_what_was_sent_today_waits(staff):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    call_command("clean_up_staff")
    assert "1 new" in seen(confirm(staff, preview))


def test_what_waited_for_a_day_cannot_be_confirmed(staff):
    preview, left = left_yesterday(staff)
    assert "carried out already" in seen(confirm(staff, preview))
    assert not left.exists()


# Who may


def colleague(client, django_user_model, *permissions):
    user = django_user_model.objects.create_user("colleague", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


@every_sheet
@pytest.mark.parametrize("may", ["view", "add", "change"])
def test_export_is_for_who_may_view_and_import_for_who_may_add_and_change(
    client, django_user_model, model, may
):
    client = colleague(client, django_user_model, f"{may}_{model._meta.model_name}")
    assert client.get(url("export", model)).status_code == (403 if may == "add" else 200)
    assert client.get(url("import", model)).status_code == 403
    assert client.post(url("import", model), {"confirm": "x"}).status_code == 403
    if may != "add":
        page = seen(client.get(url("changelist", model)))
        assert f'href="{url("export", model)}"' in page
        assert url("import", model) not in page


def test_the_lists_lead_to_import_and_export(staff):
    for model in SHEETS:
        page = seen(staff.get(url("changelist", model)))
        for name in ("import", "export"):
            assert f'href="{url(name, model)}"' in page
            assert seen(staff.get(url(name, model)))


def test_no_visitor_gets_at_them(client, db):
    for model in SHEETS:
        for name in ("import", "export"):
            answer = client.get(url(name, model))
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("admin:login"))


def test_who_may_not_publish_changes_nothing_public(client, django_user_model):
    client = colleague(client, django_user_model, "add_partner", "change_partner")
    makers.make_partner(slug="partner-2")
    makers.make_partner(slug="partner-3", status=Status.DRAFT)
    table = spreadsheets.partners(4)
    for row in table:
        row["status"] = "draft"
    table[1]["status"] = "published"
    told = lines(send(client, Partner, spreadsheets.workbook(table)))
    for number in (2, 3):
        assert "status Only a publisher may change what is public." in told[number]
    assert told[4] == "Partner 4 New"
    unchanged = read_csv(exported(client, Partner, "csv"))
    assert not lines(send(client, Partner, as_csv(unchanged), "p.csv"))
    preview = send(client, Partner, spreadsheets.workbook(table[2:]))
    assert "2 new" in seen(confirm(client, preview))


# How far it is


def test_a_script_is_told_how_far_it_is(staff):
    staff.cookies["django_language"] = "zh-hans"
    accept = "application/x-ndjson"
    response = send(
        staff, Partner, spreadsheets.workbook(spreadsheets.partners(120)), accept=accept
    )
    assert response["Content-Encoding"] == "identity"
    *told, last = in_parts(response)
    assert told == [{"done": done, "total": 120} for done in (50, 100, 120)]
    assert '<html lang="zh-hans"' in last["html"]
    key = re.search(r'name="confirm" value="([^"]+)"', last["html"])[1]
    response = staff.post(url("import", Partner), {"confirm": key}, headers={"accept": accept})
    *told, last = in_parts(response)
    assert told[-1] == {"done": 120, "total": 120}
    assert seen(staff.get(last["location"]))
    newest = Partner.history.get(slug="partner-9")
    assert (newest.history_user.username, newest.history_type) == ("staff", "+")


def test_an_import_asks_for_what_rows_name_once(staff):

    def queries(rows):
        content = spreadsheets.workbook(spreadsheets.partners(rows))
        with CaptureQueriesContext(connection) as asked:
            send(staff, Partner, content)
        tables = [query["sql"] for query in asked if " FROM " in query["sql"]]
        return len(tables)

    assert queries(5) == queries(60)


def test_every_model_of_a_sheet_is_publishable():
    assert all(issubclass(model, Publishable) for model in SHEETS)
