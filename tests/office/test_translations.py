"""Staff see which texts are outdated, and can confirm one as still correct."""

import html
import re

import pytest
from django.urls import reverse
from modeltranslation.translator import translator

from jinhua_site.content.history import bring_back, deleted
from jinhua_site.content.models import ContentNumber, Status
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.models import OutdatedText
from jinhua_site.office.translations.texts import (
    column,
    in_state,
    outdated_texts,
    states,
    translated_models,
)
from partnerships.models import Partner, Practice
from profile.models import College, Fact
from tests.support import makers
from tests.support.admin import queries, seen, url

TRANSLATED = [model for model in makers.BY_MODEL if translator.get_options_for_model(model).fields]
MATRIX = "/admin/translations/"
JSON = {"accept": "application/json"}


def outdated(record):
    """Return the columns of a record that are out of date."""
    return {column(field, code) for field, code in outdated_texts([record])[record]}


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


@pytest.fixture
def behind(partner):
    """The same partner with a changed Chinese text, so that its English is outdated."""
    return write(partner, summary_zh_hans="2014年起")


# What makes a text outdated, and what does not


def test_every_type_of_record_is_looked_after_and_on_the_page(staff):
    assert {*translated_models()} == {*TRANSLATED, College}
    for model in TRANSLATED:
        first, second = in_each_language(translator.get_options_for_model(model).fields[0])
        record = write(makers.BY_MODEL[model](), **{first: "Old", second: "Old"})
        assert not outdated(record), model
        write(record, **{first: "New"})
        assert outdated(record) == {second}, model
        page = seen(staff.get(MATRIX, {"kind": model._meta.label_lower, "state": "outdated"}))
        assert str(model.objects.get(pk=record.pk)) in html.unescape(page), model


LATER = {"summary_zh_hans": "2014年起"}
SAVES = {
    "Chinese changed": ([LATER], {"summary_en"}),
    "caught up": ([LATER, {"summary_en": "Since 2014"}], set()),
    "taken back": ([LATER, {"summary_zh_hans": "2013年起\r\n"}], set()),
    "both at once": ([LATER, {"summary_en": "2015", "summary_zh_hans": "2015年"}], set()),
    "the first words": ([{"city_zh_hans": "奥卢"}], set()),
    "deleted and written otherwise": (
        [{"status": "draft", "summary_zh_hans": None}, LATER],
        {"summary_en"},
    ),
}


@pytest.mark.parametrize(("saves", "wanted"), SAVES.values(), ids=SAVES)
def test_what_falls_behind_by_a_save_and_what_does_not(partner, saves, wanted):
    for columns in saves:
        write(partner, **columns)
    assert outdated(partner) == wanted


def test_only_what_stands_in_one_language_alone_is_missing(partner):
    fact = makers.make_fact(unit_zh_hans="件")  # a measure word without an English counterpart
    assert states(partner, {})["zh-hans"]["missing"] == ["city"]
    for record in (write(partner, city_en=""), fact):
        assert not any(found["missing"] for found in states(record, {}).values())
    assert not Fact.objects.filter(in_state(Fact, "missing"), pk=fact.pk)


def test_what_was_outdated_is_so_when_its_record_is_brought_back(behind, staff):
    before = outdated(behind)
    behind.delete()
    assert seen(staff.get(MATRIX))
    assert outdated(bring_back(deleted(Partner).get())) == before != set()


def test_shipped_content_begins_with_nothing_outdated(db):
    assert Partner.objects.exists()
    assert not OutdatedText.objects.exists()


# In the form


def marks(page):
    """Return the marks on a page, in order, without the words for screen readers."""
    page = re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>', "", page)
    found = re.findall(r'<div class="translation-mark[^"]*">(.*?)</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<(?!/?(?:ins|del))[^>]*>", " ", mark).split()) for mark in found]


def test_a_form_marks_what_is_outdated_with_what_changed_and_what_is_missing(staff, behind):
    missing, changed = marks(seen(staff.get(url("change", behind))))
    assert missing == "Missing This is written in English only."
    assert changed.startswith("Out of date Chinese has changed since this was last written")
    assert "<del>2013</del><ins>2014</ins>年起" in changed
    assert changed.endswith("Still correct")
    write(behind, summary_zh_hans="<script>alert(1)</script>")
    page = seen(staff.get(url("change", behind)))
    assert "<script>alert" not in page
    assert "<del>2013年起</del>" in marks(page)[1]  # what the two last agreed on


def test_rows_inside_a_form_are_marked_at_the_cost_of_one_query(staff):
    practice = makers.make_practice()

    def add(number):
        for _ in range(number):
            write(makers.make_evidence(practice=practice), title_zh_hans="新")

    add(1)
    few = queries(staff, url("change", practice))
    add(3)
    assert queries(staff, url("change", practice)) == few
    assert len(marks(seen(staff.get(url("change", practice))))) == 4


# Still correct


def confirmation():
    return reverse("admin:office_confirm", args=[OutdatedText.objects.get().pk])


def token(client, record):
    """Return the hash in the form of what its reader has seen of the outdated text."""
    page = seen(client.get(url("change", record)))
    return {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}


def test_what_is_confirmed_is_in_its_history_and_changes_nothing_public(
    staff, django_capture_on_commit_callbacks
):
    practice = write(makers.make_practice(), aims_zh_hans="新目标")
    before, number = practice.changed, ContentNumber.objects.get().number
    with django_capture_on_commit_callbacks(execute=True):
        done = staff.post(confirmation(), token(staff, practice), follow=True)
    assert done.redirect_chain == [(url("change", practice), 302)]
    assert "Confirmed as still correct: Aims" in seen(done)
    practice = Practice.objects.get(pk=practice.pk)
    assert not outdated(practice)
    newest = practice.history.first()
    assert newest.history_user.username == "staff"
    assert "Confirmed as still correct: Aims" in seen(staff.get(url("history", practice)))
    assert practice.changed == before
    assert ContentNumber.objects.get().number == number


def test_the_script_confirms_a_part_and_is_answered_in_words(staff):
    achievement = makers.make_achievement()
    write(achievement, text_en="New")
    address, sent = confirmation(), token(staff, achievement.practice)
    write(achievement, text_en="Newer")
    assert "changed again meanwhile" in seen(staff.post(address, sent, follow=True))
    assert staff.post(address, sent, headers=JSON).status_code == 409
    assert outdated(achievement) == {"text_zh_hans"}
    sent = token(staff, achievement.practice)
    answer = staff.post(address, sent, headers=JSON)
    assert answer.json() == {"message": "Confirmed as still correct: Text [简体中文]"}
    assert not outdated(achievement)
    assert staff.post(address, sent).status_code == 404  # no longer outdated


def test_only_who_may_change_a_record_confirms_its_texts(client, colleague_with, behind):
    assert client.post(confirmation()).status_code == 302
    observer = colleague_with("view_partner", "change_major")
    assert observer.get(confirmation()).status_code == 405
    assert observer.post(confirmation()).status_code == 403
    page = seen(observer.get(url("change", behind)))
    assert "Still correct" not in page
    assert any(mark.startswith("Out of date") for mark in marks(page))
    assert outdated(behind)


# In lists, and on the page of all translations


def lines(response):
    """Return the type and the name in each row of the page."""
    row = r"<tr>\s*<td[^>]*>([^<]*)</td>\s*<th[^>]*>\s*<a[^>]*>([^<]*)</a>"
    return re.findall(row, seen(response))


def test_the_page_is_filtered(staff, behind):
    makers.make_partner(name_en="Draft", name_zh_hans="", status=Status.DRAFT)
    write(behind, name_en="Oulu")
    write(makers.make_achievement(), text_en="New achievement")

    def names(**filters):
        return {line[1] for line in lines(staff.get(MATRIX, filters))}

    assert names(state="outdated") == {"Oulu", "New achievement"}
    assert names(state="outdated", language="en") == {"Oulu"}
    partners = {"kind": "partnerships.partner"}
    for filters, has_oulu, has_draft in [
        ({"state": "missing", "language": "zh-hans"}, True, True),
        ({"language": "en"}, True, False),
        ({"state": "complete"}, False, False),
        ({"status": "draft"}, False, True),
    ]:
        found = names(**partners, **filters)
        assert ("Oulu" in found, "Draft" in found) == (has_oulu, has_draft), filters
    for value in ("nonsense", "a\x00b", "字" * 5000):
        for name in ("kind", "state", "language", "status"):
            assert "No record matches." in seen(staff.get(MATRIX, {name: value}))
        assert seen(staff.get(MATRIX, {"page": value}))


def test_who_may_see_one_type_sees_that_type_alone(client, colleague_with):
    makers.make_partner(), makers.make_major(name_en="Unseen")
    assert client.get(MATRIX).status_code == 302
    colleague = colleague_with("view_partner")
    page = colleague.get(MATRIX, {"page": "1"})
    assert {line[0] for line in lines(page)} == {"Partner"}
    assert "Unseen" not in seen(page)
    assert lines(colleague.get(MATRIX, {"kind": "profile.major"})) == []


def test_queries_of_the_page_do_not_grow_with_records(staff):
    pages = [f"{MATRIX}?kind=partnerships.partner{more}" for more in ("", "&state=complete")]
    country = makers.make_country()
    makers.make_many(makers.make_partner, 60, country=country)
    few = [queries(staff, page) for page in pages]
    makers.make_many(makers.make_partner, 200, country=country)
    assert [queries(staff, page) for page in pages] == few
