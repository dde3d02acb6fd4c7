"""Staff see which text did not follow its other language, and say when it need not."""

import html
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from modeltranslation.translator import translator

from jinhua_site.content.history import bring_back, deleted
from jinhua_site.content.models import ContentNumber, Status
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.models import StaleText
from jinhua_site.office.translations.confirm import confirm, reason_in_words
from jinhua_site.office.translations.texts import (
    fingerprint,
    in_state,
    stale_texts,
    states,
    translated_models,
)
from partnerships.models import Achievement, Evidence, Mobility, Partner, Practice
from profile.models import College, Fact
from tests.support import makers
from tests.support.admin import MAKERS, queries, seen, url
from tests.support.admin import in_each_language as in_every_language
from tests.support.proposals import locked

WITH_PARTS = MAKERS | {Achievement: makers.make_achievement, Evidence: makers.make_evidence}
TRANSLATED = [model for model in WITH_PARTS if translator.get_options_for_model(model).fields]


def stale(record):
    """The columns of a record that are stale."""
    rows = stale_texts([record])[record]
    return {
        dict(zip(("en", "zh-hans"), in_each_language(field), strict=True))[code]
        for field, code in rows
    }


def write(record, **columns):
    """Save the record with these texts, as a form, an import or the content loader does."""
    record = type(record).objects.get(pk=record.pk)
    for name, text in columns.items():
        setattr(record, name, text)
    record.save()
    return record


@pytest.fixture
def partner(db):
    return makers.make_partner(summary_en="Since 2013", summary_zh_hans="2013年起", city_en="Oulu")


# What makes a text stale, and what no more


def test_every_model_with_texts_is_looked_after():
    assert {*translated_models()} == {*TRANSLATED, College}
    assert Mobility not in translated_models()


@pytest.mark.parametrize("model", TRANSLATED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("changed", [0, 1], ids=["English", "Chinese"])
def test_a_text_is_stale_once_its_other_language_has_changed(model, changed, db):
    field = translator.get_options_for_model(model).fields[0]
    columns = in_each_language(field)
    record = write(WITH_PARTS[model](), **dict.fromkeys(columns, "Old"))
    assert not stale(record)
    write(record, **{columns[changed]: "New"})
    assert stale(record) == {columns[1 - changed]}
    assert StaleText.objects.get().other_was == "Old"


def test_a_stale_text_that_is_written_again_has_caught_up_and_leaves_nothing_behind(partner):
    write(partner, summary_zh_hans="2014年起")
    write(partner, summary_en="Since 2014")
    assert not StaleText.objects.exists()


def test_both_languages_written_at_once_are_in_step(partner):
    write(partner, summary_zh_hans="2014年起")
    write(partner, summary_en="Since 2015", summary_zh_hans="2015年起")
    assert not stale(partner)


def test_a_stale_text_remembers_the_oldest_it_agreed_with(partner):
    write(partner, summary_zh_hans="2014年起")
    write(partner, summary_zh_hans="2015年起")
    assert StaleText.objects.get().other_was == "2013年起"


def test_a_change_that_is_taken_back_leaves_nothing_stale(partner):
    write(partner, summary_zh_hans="2014年起")
    write(partner, summary_zh_hans="2013年起\r\n")
    assert not stale(partner)


@pytest.mark.parametrize("text", [" Since 2013\n", "Since 2013\r\n\r\n"])
def test_white_space_around_a_text_is_no_change(partner, text):
    write(partner, summary_en=text)
    assert not stale(partner)


def test_other_ends_of_lines_are_no_change(db):
    partner = makers.make_partner(summary_en="One\n\nTwo")
    write(partner, summary_en="One\r\n\r\nTwo")
    assert not stale(partner)


def test_each_field_is_stale_by_itself(partner):
    write(partner, summary_zh_hans="2014年起", name_en="Oulu")
    assert stale(partner) == {"summary_en", "name_zh_hans"}


def test_the_first_words_in_the_second_language_make_nothing_stale(db):
    partner = makers.make_partner(summary_en="", status=Status.DRAFT)
    write(partner, summary_en="At last")
    assert not stale(partner)


def test_a_text_that_is_emptied_is_missing_and_not_stale(partner):
    partner = write(partner, status=Status.DRAFT)
    write(partner, summary_zh_hans="2014年起")
    partner = write(partner, summary_en="")
    assert not stale(partner)
    assert states(partner, {})["en"]["missing"] == ["summary"]


def test_a_change_beside_an_empty_text_makes_nothing_stale(partner):
    write(partner, city_en="Hamilton")
    assert not stale(partner)


def test_a_text_deleted_and_written_otherwise_leaves_the_other_stale(partner):
    partner = write(partner, status=Status.DRAFT)
    write(partner, summary_zh_hans=None)
    write(partner, summary_zh_hans="2014年起")
    assert stale(partner) == {"summary_en"}


def test_fields_that_are_empty_in_both_languages_are_not_missing(partner):
    partner = write(partner, city_en="")
    assert not any(fields for state in states(partner, {}).values() for fields in state.values())


def test_a_save_of_other_columns_compares_nothing(partner):
    partner.status, partner.summary_en = Status.DRAFT, "Not saved"
    with CaptureQueriesContext(connection) as asked:
        partner.save(update_fields=["status", "changed"])
    assert not [query for query in asked if "SELECT" in query["sql"][:6]]
    assert not stale(partner)


def test_a_save_that_writes_one_language_only_is_followed(partner):
    partner.summary_zh_hans, partner.summary_en = "2014年起", "Not saved"
    partner.save(update_fields=["summary_zh_hans"])
    assert stale(partner) == {"summary_en"}


def test_a_save_costs_one_query_more(partner):
    partner = Partner.objects.get(pk=partner.pk)
    with CaptureQueriesContext(connection) as asked:
        partner.save()
    assert len([query for query in asked if query["sql"].startswith("SELECT")]) == 1


def test_what_was_stale_is_stale_when_its_record_is_brought_back(partner, staff):
    write(partner, summary_zh_hans="2014年起")
    before = stale(partner)
    partner.delete()
    assert not Partner.objects.filter(in_state(Partner, "stale")).exists()
    assert seen(staff.get(reverse("admin:office_translations")))
    partner = bring_back(deleted(Partner).get())
    assert stale(partner) == before != {}


def test_a_restored_version_is_a_change_like_any_other(partner):
    first = partner.history.first()
    write(partner, name_zh_hans="奥卢", name_en="Oulu")
    write(partner, summary_zh_hans="2014年起")
    first.instance.save()
    assert not stale(partner)


def test_shipped_content_begins_with_nothing_stale(db):
    call_command("load_content", verbosity=0)
    assert not StaleText.objects.exists()


# Still correct


def test_what_is_confirmed_is_stale_no_more_and_its_history_says_who_did(
    partner, django_user_model, django_capture_on_commit_callbacks
):
    practice = makers.make_practice()
    practice.partners.add(partner)
    practice = write(practice, aims_zh_hans="新目标")
    colleague = django_user_model.objects.create_user("wang")
    before, version = practice.changed, ContentNumber.objects.first()
    versions = practice.history.count()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(StaleText.objects.get(), practice, colleague)
    assert not stale(practice)
    newest = practice.history.first()
    assert practice.history.count() == versions + 1
    assert (newest.history_user, newest.history_change_reason) == (colleague, "confirmed aims_en")
    assert [link.partner for link in newest.partners.all()] == [partner]
    assert Practice.objects.get(pk=practice.pk).changed == before
    assert ContentNumber.objects.first() == version
    assert ContentNumber.objects.first().number == version.number


def test_the_reason_of_a_version_is_told_in_words(db):
    said = reason_in_words(Partner, "confirmed summary_en")
    assert said == "Confirmed as still correct: Summary [English]"
    assert reason_in_words(Partner, "confirmed gone_en") == "Confirmed as still correct: gone_en"
    assert reason_in_words(Partner, "Imported") == "Imported"
    assert reason_in_words(Partner, None) == ""


# In the form


def marks(page):
    """What the marks on a page say, in their order; the words for screen readers left out."""
    page = re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>', "", page)
    found = re.findall(r'<div class="translation-mark[^"]*">(.*?)</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<(?!/?(?:ins|del))[^>]*>", " ", mark).split()) for mark in found]


def test_a_form_marks_what_is_stale_with_what_changed_and_what_is_missing(staff, partner):
    write(partner, summary_zh_hans="2014年起")
    missing, stale_one = marks(seen(staff.get(url("change", partner))))
    assert missing == "Missing This is written in English only."
    assert stale_one.startswith("Stale Chinese has changed since this was last written")
    assert "<del>2013</del><ins>2014</ins> 年起" in stale_one.replace("</ins>年", "</ins> 年")
    assert stale_one.endswith("Still correct")


def test_a_form_that_is_in_order_has_no_marks(staff):
    for make in WITH_PARTS.values():
        record = make()
        if type(record) in MAKERS:
            assert not marks(seen(staff.get(url("change", record))))
    assert not marks(seen(staff.get(url("add", Partner))))


def test_a_measure_word_that_english_has_not_is_not_missing(staff):
    fact = makers.make_fact(unit_zh_hans="件")
    assert not marks(seen(staff.get(url("change", fact))))
    assert not fact.__class__.objects.filter(in_state(Fact, "missing"), pk=fact.pk)


def test_rows_inside_a_form_are_marked_too(staff):
    figure = makers.make_figure(note_en="Old", note_zh_hans="旧")
    write(figure, note_en="New")
    practice = makers.make_practice()
    write(makers.make_achievement(practice=practice), text_zh_hans="新")
    write(makers.make_evidence(practice=practice), title_en="New")
    assert len(marks(seen(staff.get(url("change", figure.fact))))) == 1
    assert len(marks(seen(staff.get(url("change", practice))))) == 2


def test_marks_of_a_form_cost_one_query_whatever_its_rows(staff):
    fact, source = makers.make_fact(), makers.make_source()

    def add_figures(*years):
        for year in years:
            figure = makers.make_figure(
                fact=fact, source=source, as_of=str(year), note_en="Old", note_zh_hans="旧"
            )
            write(figure, note_en="New")

    add_figures(2000, 2001)
    few = queries(staff, url("change", fact))
    add_figures(*range(1960, 1990))
    assert queries(staff, url("change", fact)) == few
    assert len(marks(seen(staff.get(url("change", fact))))) == 32


def test_what_a_text_was_is_shown_as_text(staff, partner):
    write(partner, summary_zh_hans="<script>alert(1)</script>")
    assert "<script>alert" not in seen(staff.get(url("change", partner)))


# Still correct, by its page and its button


def confirmation(text):
    return reverse("admin:office_still_correct", args=[text.pk])


def test_the_small_page_confirms_and_leads_back_to_the_form(staff, partner):
    write(partner, summary_zh_hans="2014年起")
    address = confirmation(StaleText.objects.get())
    seen_text = staff.get(address).context["mark"].seen
    done = staff.post(address, {"seen": seen_text}, follow=True)
    assert done.redirect_chain == [(url("change", partner), 302)]
    assert "Confirmed as still correct: Summary [English]" in seen(done)
    assert not stale(partner)
    assert partner.history.first().history_user.username == "staff"


def test_the_script_confirms_and_is_answered_in_words(staff, partner):
    write(partner, summary_zh_hans="2014年起")
    text = StaleText.objects.get()
    data = {"seen": fingerprint(Partner.objects.get(pk=partner.pk), "summary")}
    answer = staff.post(confirmation(text), data, headers={"accept": "application/json"})
    assert answer.json() == {"told": "Confirmed as still correct: Summary [English]"}
    assert not stale(partner)


def test_what_has_changed_again_meanwhile_is_not_confirmed(staff, partner):
    write(partner, summary_zh_hans="2014年起")
    address = confirmation(StaleText.objects.get())
    seen_text = staff.get(address).context["mark"].seen
    write(partner, summary_zh_hans="2015年起")
    answer = staff.post(address, {"seen": seen_text})
    assert answer.status_code == 409
    assert "changed again meanwhile" in answer.content.decode()
    assert stale(partner) == {"summary_en"}


def test_nobody_writes_a_text_while_it_is_confirmed(staff, partner):
    if not connection.features.has_select_for_update:
        pytest.skip("this database has no locks of rows")
    write(partner, summary_zh_hans="2014年起")
    address = confirmation(StaleText.objects.get())
    form = {"seen": staff.get(address).context["mark"].seen}
    in_order = ["partnerships_partner", "office_staletext"]
    assert locked(lambda: staff.post(address, form)) == in_order


def test_a_part_is_confirmed_and_leads_back_to_its_whole(staff):
    achievement = makers.make_achievement()
    write(achievement, text_en="New")
    address = confirmation(StaleText.objects.get())
    done = staff.post(address, {"seen": staff.get(address).context["mark"].seen})
    assert done.url == url("change", achievement.practice)


def test_a_text_that_is_stale_no_more_is_no_page(staff, db):
    assert staff.get(reverse("admin:office_still_correct", args=[999])).status_code == 404


def test_only_who_may_change_a_record_confirms_its_texts(client, staff_with, partner):
    write(partner, summary_zh_hans="2014年起")
    text = StaleText.objects.get()
    assert client.post(confirmation(text)).status_code == 302
    observer = staff_with("view_partner", "change_major")
    assert observer.get(confirmation(text)).status_code == 403
    assert observer.post(confirmation(text)).status_code == 403
    page = seen(observer.get(url("change", partner)))
    assert "Still correct" not in page
    assert any(mark.startswith("Stale") for mark in marks(page))
    assert stale(partner)


# In lists


def listed(response):
    """What the column of the texts says of each record on a page."""
    cells = re.findall(r'<td class="field-translation[^"]*">(.*?)</td>', seen(response), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


@pytest.mark.parametrize("model", [*MAKERS], ids=lambda model: model.__name__)
def test_every_list_tells_the_state_of_its_texts(staff, model):
    MAKERS[model]()
    found = listed(staff.get(url("changelist", model)))
    assert bool(found) == bool(translator.get_options_for_model(model).fields)
    assert "translation=" not in seen(staff.get(url("changelist", Mobility)))


def test_a_list_says_in_words_what_there_is_to_do_and_is_filtered_by_it(staff, partner):
    write(partner, summary_zh_hans="2014年起")
    page = url("changelist", Partner) + "?q=Oulu"
    assert listed(staff.get(page)) == ["English stale Chinese missing"]
    makers.make_partner(name_en="Oulu, too")
    for wanted, total in {
        "": 2,
        "stale-en": 1,
        "stale-zh-hans": 0,
        "missing-en": 0,
        "missing-zh-hans": 1,
        "complete": 1,
        "missing": 1,
        "nonsense": 0,
        "stale-fr": 0,
    }.items():
        assert len(listed(staff.get(f"{page}&translation={wanted}"))) == total, wanted
    assert len(listed(staff.get(f"{page}&_facets=True"))) == 2


# On the page of all translations

MATRIX = "/admin/translations/"


def lines(response):
    """The rows of the page, each cell as text."""
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", seen(response), re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_the_page_names_each_record_and_what_there_is_to_do(staff, partner):
    assert reverse("admin:office_translations") == MATRIX
    write(partner, summary_zh_hans="2014年起", name_en="Oulu")
    page = staff.get(MATRIX, {"q": "Oulu"})
    (line,) = lines(page)
    assert line[:3] == ["Partner", "Oulu", "published"]
    assert line[3:5] == ["1 stale: summary", "1 missing: city 1 stale: name"]
    assert f'href="{url("change", partner)}"' in seen(page)


@in_every_language
def test_every_kind_is_on_the_page(staff, spoken):
    staff.cookies["django_language"] = spoken
    for model in TRANSLATED:
        record = WITH_PARTS[model]()
        pages = [staff.get(MATRIX, {"kind": model._meta.label_lower, "page": n}) for n in (1, 2)]
        with override(spoken):
            assert str(record) in html.unescape("".join(map(seen, pages))), model


def test_the_page_is_filtered(staff, partner):
    draft = makers.make_partner(name_en="Draft", name_zh_hans="", status=Status.DRAFT)
    write(partner, summary_zh_hans="2014年起", name_en="Oulu")
    write(makers.make_achievement(), text_en="New achievement")

    def names(**filters):
        return {line[1] for line in lines(staff.get(MATRIX, filters))}

    assert names(state="stale") == {"Oulu", "New achievement"}
    assert names(state="stale", language="en") == {"Oulu"}
    assert names(kind="partnerships.partner", state="missing", language="zh-hans") >= {"Draft"}
    assert "Oulu" in names(language="zh-hans", kind="partnerships.partner")
    assert "Draft" not in names(language="en", kind="partnerships.partner")
    assert {"Draft", "Oulu"}.isdisjoint(names(state="complete", kind="partnerships.partner"))
    assert names(status="draft", kind="partnerships.partner") >= {str(draft)}
    assert "Oulu" not in names(status="draft", kind="partnerships.partner")


@pytest.mark.parametrize("name", ["kind", "state", "language", "status", "q", "page"])
@pytest.mark.parametrize("value", ["nonsense", "a\x00b", "字" * 5000, "'--", "partnerships.nobody"])
def test_nonsense_in_a_filter_finds_nothing_and_breaks_nothing(staff, name, value):
    page = staff.get(MATRIX, {name: value})
    assert name in ("page", "q") or "No record matches." in seen(page)


def test_who_may_see_one_kind_sees_that_kind_alone(client, staff_with):
    makers.make_partner(), makers.make_major(name_en="Unseen")
    assert client.get(MATRIX).status_code == 302
    page = staff_with("view_partner").get(MATRIX, {"page": "1"})
    assert {line[0] for line in lines(page)} == {"Partner"}
    assert "Unseen" not in seen(page)
    assert lines(client.get(MATRIX, {"kind": "profile.major"})) == []


def test_queries_of_the_page_do_not_grow_with_records(staff):
    pages = [f"{MATRIX}?kind=partnerships.partner{more}" for more in ("", "&state=complete")]
    country = makers.make_country()
    makers.make_many(makers.make_partner, 60, country=country)
    few = [queries(staff, page) for page in pages]
    makers.make_many(makers.make_partner, 1000, country=country)
    assert [queries(staff, page) for page in pages] == few
    assert queries(staff, MATRIX) < 40
