"""Records are exported as spreadsheets, and imported after a preview, all or none."""

import io

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinhua_site.accounts.models import AuditEntry
from jinhua_site.content.models import Status
from jinhua_site.office.spreadsheets.cells import cell_of
from jinhua_site.office.spreadsheets.sheet import Sheet
from partnerships.models import Agreement, Mobility, Partner
from profile.models import Figure, Major
from tests.support import makers, spreadsheets
from tests.support.admin import seen, url
from tests.support.spreadsheets import as_csv, confirm, exported, lines, read_csv, row_of, send

# The models with a spreadsheet, each with its maker and a key that no record has.
SHEETS = {
    Partner: (makers.make_partner, {"slug": "another"}),
    Agreement: (makers.make_agreement, {"slug": "another"}),
    Major: (makers.make_major, {"slug": "another"}),
    Figure: (makers.make_figure, {"as_of": "2011"}),
    Mobility: (makers.make_mobility, {"year": "2011"}),
}
every_sheet = pytest.mark.parametrize("model", SHEETS, ids=lambda model: model.__name__)


def states():
    """Return everything that an import can change."""
    return [
        (model, [*model.objects.order_by("pk").values()], model.history.count()) for model in SHEETS
    ]


# Export and import again


@pytest.fixture
def one_of_each(db):
    """Records with all kinds of values that cells must hold."""
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


@pytest.mark.parametrize(
    ("model", "kind"), [*((model, "csv") for model in SHEETS), (Agreement, "xlsx")]
)
def test_an_export_goes_in_again_unchanged_or_as_a_new_record(staff, one_of_each, model, kind):
    before, total = states(), model.objects.count()
    preview = send(staff, model, exported(staff, model, kind), f"sheet.{kind}")
    assert total >= 2
    assert f">{total} unchanged<" in seen(preview)
    assert not lines(preview)
    assert not preview.context["key"]
    assert states() == before
    row = read_csv(exported(staff, model, "csv"))[-1] | SHEETS[model][1]
    assert not {"scan", "logo"} & {*row}
    preview = send(staff, model, as_csv([row]))
    assert ">1 new<" in seen(preview)
    assert seen(confirm(staff, preview, model))
    assert model.objects.latest("pk").history.count() == 1
    assert row in read_csv(exported(staff, model, "csv"))


def test_an_export_holds_numbers_texts_and_both_languages_whoever_exports(staff):
    notes = {"note_en": "=1+1", "note_zh_hans": "备注"}
    makers.make_figure(fact=makers.make_fact(key="only"), value="146.70", **notes)
    staff.cookies["django_language"] = "zh-hans"
    row = row_of(staff, Figure, "only")
    assert (row["note_en"], row["note_zh_hans"]) == ("'=1+1", "备注")
    sheet = openpyxl.load_workbook(io.BytesIO(exported(staff, Figure, "xlsx"))).active
    columns = {column[0].value: column for column in sheet.columns}
    assert 146.7 in [cell.value for cell in columns["value"]]
    assert {cell.number_format for cell in columns["as_of"]} == {"@"}  # no date of Excel's own
    assert [cell.data_type for cell in columns["note_en"] if cell.value == "=1+1"] == ["s"]


@every_sheet
def test_neither_an_export_nor_a_preview_asks_more_for_more_records(staff, model):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            send(staff, model, exported(staff, model, "csv"))
        return len([query for query in asked if " FROM " in query["sql"]])

    makers.make_many(SHEETS[model][0], 5)
    few = queries()
    makers.make_many(SHEETS[model][0], 20)
    assert queries() == few


# Previews


def test_a_preview_names_each_cell_and_its_confirmation_writes_it_with_who_and_why(staff):
    partner = makers.make_partner(slug="partner-2", city_en="Abo")
    before = states()
    content = spreadsheets.workbook(spreadsheets.partners(3))
    preview = send(staff, Partner, content, "partners.xlsx")
    told = lines(preview)
    assert f"country {partner.country.code} → FI" in told[2]
    assert "city_en Abo → Turku" in told[2]
    assert "New slug partner-3 name_en Partner 3" in told[3]
    assert [*told] == [2, 3, 4]
    assert "Nothing is written yet." in seen(preview)
    assert states() == before
    assert "partners.xlsx · Import: 2 new, 1 changed." in seen(confirm(staff, preview))
    newest = partner.history.first()
    assert (newest.city_en, newest.history_user.username) == ("Turku", "staff")
    assert newest.history_change_reason == "Import of partners.xlsx"
    assert partner.history.count() == 2
    new = Partner.objects.get(slug="partner-3")
    assert (new.name_en, new.name_zh_hans, new.history.count()) == ("Partner 3", "第3伙伴", 1)
    exported(staff, Partner, "csv")
    noted = AuditEntry.objects.filter(kind__in=["imported", "exported"]).order_by("pk")
    assert [entry.about for entry in noted] == [
        "partner: partners.xlsx · Import: 2 new, 1 changed.",
        "partner.csv",
    ]


def test_a_file_from_before_a_column_was_added_goes_in(staff):
    partner = makers.make_partner(slug="partner-2", since="2013", city_en="Turku")
    table = spreadsheets.partners(2)
    for row in table:
        del row["since"], row["city_en"], row["own_name"]
    assert seen(confirm(staff, send(staff, Partner, as_csv(table))))
    partner.refresh_from_db()
    assert (partner.since, partner.city_en, partner.name_en) == ("2013", "Turku", "Partner 2")
    assert Partner.objects.get(slug="partner-3").since == ""
    told = lines(send(staff, Partner, as_csv([{"slug": "partner-2"}, {"slug": "partner-4"}])))
    assert "kind This cell may not be empty. country This cell may not be empty." in told[3]


def test_links_are_imported_with_one_version_each(staff):
    agreement = makers.make_agreement(slug="tampere")
    gone, stays, comes = (makers.make_cooperation_area() for _ in range(3))
    agreement.areas.set([gone, stays])
    versions = agreement.history.count()
    row = row_of(staff, Agreement, "tampere") | {"areas": f"{stays.slug}；{comes.slug}"}
    preview = send(staff, Agreement, as_csv([row]), "a.csv")
    assert f"areas {gone.slug}, {stays.slug} → {stays.slug}, {comes.slug}" in lines(preview)[2]
    assert seen(confirm(staff, preview, Agreement))
    assert agreement.history.count() == versions + 1
    links = agreement.history.first().areas.all()
    assert {*agreement.areas.all()} == {link.cooperationarea for link in links} == {stays, comes}


def test_a_row_may_name_one_further_up_and_what_only_the_database_can_tell_is_told(staff):
    partner = makers.make_partner(slug="tampere")
    common = {"partner": "tampere", "signed": "2018", "title_en": "Agreement"}
    above = common | {"slug": "above", "kind": "memorandum", "follows_from": ""}
    below = common | {"slug": "below", "kind": "memorandum", "follows_from": "above"}
    preview = send(staff, Agreement, spreadsheets.workbook([above, below]), "a.xlsx")
    assert ">2 new<" in seen(preview)
    told = lines(confirm(staff, preview, Agreement))
    assert "A memorandum stands on its own; nothing is above it." in told[3]
    assert not partner.agreements.exists()
    content = spreadsheets.workbook([above, below | {"kind": "research"}])
    assert seen(confirm(staff, send(staff, Agreement, content, "a.xlsx"), Agreement))
    below = partner.agreements.get(slug="below")
    assert (below.follows_from.slug, below.status) == ("above", Status.DRAFT)


def test_choices_and_yes_and_no_are_known_in_both_languages():
    for model, column, cell, value in [
        (Major, "level", "Bachelor’s degree", "bachelor"),
        (Major, "taught_in", "中英双语", "zh-en"),
        (Major, "years", "3", 3),
        (Figure, "as_of_inferred", "TRUE", True),
        (Figure, "as_of_inferred", "是", True),
    ]:
        assert cell_of(model._meta.get_field(column)).clean(cell) == value


# Errors


def test_all_wrong_rows_are_named_at_once_and_nothing_is_written(staff):
    before = states()
    content = spreadsheets.workbook(spreadsheets.partners(120, spreadsheets.WRONG))
    preview = send(staff, Partner, content)
    told = lines(preview)
    for number, (_cells, words) in spreadsheets.WRONG.items():
        assert words in told[number]
    assert f">{len(spreadsheets.WRONG)} wrong<" in seen(preview)
    assert not preview.context["key"]
    assert "Nothing was written." in seen(preview)
    assert states() == before
    staff.cookies["django_language"] = "zh-hans"
    assert "since “2018-13”不是有效日期" in lines(send(staff, Partner, content))[11]


# Concurrent imports


def test_what_a_colleague_changed_or_added_meanwhile_is_not_overwritten(staff):
    partner = makers.make_partner(slug="partner-2", name_en="Old name")
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(3)))
    partner.city_en = "Hamilton"
    partner.save()
    makers.make_partner(slug="partner-3", name_en="Faster")
    again = confirm(staff, preview)
    assert "Row 2: Partner 2" in seen(again)
    assert "Row 3: Partner 3" in seen(again)
    assert "meanwhile a colleague has changed these records" in seen(again)
    assert "city_en Hamilton → Turku" in lines(again)[2]
    assert "name_en Faster → Partner 3" in lines(again)[3]
    assert not Partner.objects.filter(slug="partner-4").exists()
    assert seen(confirm(staff, again))
    partner.refresh_from_db()
    assert (partner.city_en, Partner.objects.filter(slug="partner-4").count()) == ("Turku", 1)


def test_a_colleague_who_is_faster_by_a_blink_stops_the_import(staff, monkeypatch):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(9)))
    save, before = Sheet.do_instance_save, states()

    def save_after_a_colleague(sheet, instance, is_create):
        if instance.slug == "partner-9":
            makers.make_partner(slug="partner-9")
        save(sheet, instance, is_create)

    monkeypatch.setattr(Sheet, "do_instance_save", save_after_a_colleague)
    told = lines(confirm(staff, preview))
    assert "Partner with this Address name already exists." in told[9]
    assert states() == before


def test_an_import_is_confirmed_once_and_by_whom_it_was_sent(staff, colleague_with):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    gone = "This import was carried out already"
    assert gone in seen(confirm(colleague_with("add_partner", "change_partner"), preview))
    assert gone in seen(confirm(staff, preview, Major))
    assert "1 new" in seen(confirm(staff, preview))
    assert gone in seen(confirm(staff, preview))
    assert gone in seen(staff.post(url("process_import", Partner), {"confirm": "\n" * 999}))


def test_what_nobody_confirms_is_gone_after_a_day(staff):
    preview = send(staff, Partner, spreadsheets.workbook(spreadsheets.partners(1)))
    with connection.cursor() as cursor:
        for kept in (1, 0):
            call_command("clean_up_staff")
            cursor.execute("SELECT COUNT(*) FROM cache WHERE cache_key LIKE '%%import-%%'")
            assert cursor.fetchone() == (kept,)
            cursor.execute("UPDATE cache SET expires = '2026-01-01 00:00:00'")
    assert "or it waited too long" in seen(confirm(staff, preview))


# Permissions


@pytest.mark.parametrize("held", [["view"], ["add"], ["change"], ["add", "change"]])
def test_export_is_for_who_may_view_and_import_for_who_may_add_and_change(colleague_with, held):
    client = colleague_with(*(f"{may}_partner" for may in held))
    may = {"export": held != ["add"], "import": held == ["add", "change"]}
    may["process_import"] = may["import"]
    for name, allowed in may.items():
        assert client.post(url(name, Partner)).status_code == (200 if allowed else 403)
        assert Client().post(url(name, Partner))["Location"].startswith(reverse("admin:login"))
    if may["export"]:
        page = seen(client.get(url("changelist", Partner)))
        assert f'href="{url("export", Partner)}"' in page
        assert (f'href="{url("import", Partner)}"' in page) == may["import"]


def test_who_may_not_publish_changes_nothing_public(colleague_with):
    client = colleague_with("add_partner", "change_partner")
    makers.make_partner(slug="partner-2")
    makers.make_partner(slug="partner-3", status=Status.DRAFT)
    table = [row | {"status": "draft"} for row in spreadsheets.partners(4)]
    table[1]["status"] = "published"
    told = lines(send(client, Partner, spreadsheets.workbook(table)))
    for number in (2, 3):
        assert "status Only a publisher may change what is public." in told[number]
    assert [*told] == [2, 3]
    unchanged = read_csv(exported(client, Partner, "csv"))
    assert not lines(send(client, Partner, as_csv(unchanged), "p.csv"))
    preview = send(client, Partner, spreadsheets.workbook(table[2:]))
    assert "2 new" in seen(confirm(client, preview))
