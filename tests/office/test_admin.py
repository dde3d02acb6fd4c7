"""Every page of the admin: help texts, both languages, writing and publishing."""

import html
import re

import pytest
from django.utils import timezone

from jinhua_site.content.models import Status
from partnerships.models import Partner
from profile.models import College, Fact, Major
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    choose,
    every_model,
    filled_in,
    queries,
    refused,
    save,
    seen,
    url,
    with_figures,
)

BOTH = "To publish, write this in English and in Chinese: "
APPS = ("profile", "partnerships")
INLINE = r'<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|"application/json"))'


# Every page


def stored(record):
    """Return the stored value: a text's bare field is the one in the active language."""
    record.refresh_from_db()
    names = [field.attname for field in record._meta.fields if field.name != "changed"]
    return {
        name: getattr(record, name) or "" for name in names if not hasattr(record, f"{name}_en")
    }


def without_help(response):
    """Return the fields of an empty form that have no help text."""
    page = seen(response)
    inlines = [inline.formset.empty_form for inline in response.context["inline_admin_formsets"]]
    for form in [response.context["adminform"].form, *inlines]:
        for field in form.visible_fields():
            told = field.help_text and f'id="{field.id_for_label}_helptext"' in page
            if field.name != "DELETE" and not told:
                yield field.name


@pytest.mark.parametrize(
    ("model", "code"),
    [*((model, "en") for model in MAKERS), (Partner, "zh-hans")],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_every_page_of_a_model_opens_and_its_form_saves_as_it_stands(staff, model, code):
    staff.cookies["django_language"] = code
    record = MAKERS[model]()
    before = stored(record)
    pages = [url("changelist", model) + "?q=1", url("add", model)]
    pages += [url(page, record) for page in ("change", "history", "delete")]
    for page in pages:
        shown = seen(staff.get(page))
        assert not re.search(INLINE, shown), page
        assert f'<html lang="{code}"' in shown
    assert [*without_help(staff.get(url("add", model)))] == []
    assert save(staff, url("change", record)).redirect_chain
    assert stored(record) == before
    page = seen(staff.get(url("changelist", model)))
    assert f"{timezone.localdate().isoformat()}<br>staff</td>" in page


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 19], ids=["endless", "beyond SQL"])
def test_no_address_fails_whatever_its_number(staff, number):
    listed = url("changelist", Partner)
    for address in [
        *(f"{listed}{number}/{page}/" for page in ("change", "history")),
        *(f"{listed}?{name}={number}" for name in ("p", "id", "kind__exact")),
        *(f"{listed}add/?{name}={number}" for name in ("country", "copy_of", "proposal")),
        f"{listed}1/change/?restore={number}",
        *(f"/admin/{page}?page={number}" for page in ("", "translations/")),
        *(f"/en/facts/?{name}={number}" for name in ("as_of", "page")),
    ]:
        assert staff.get(address).status_code < 500, address.replace(number, "…")


def test_the_two_languages_of_a_text_are_one_row_and_each_names_its_own(staff):
    page = seen(staff.get(url("change", makers.make_partner())))
    assert 'class="form-row field-summary_en field-summary_zh_hans"' in page
    assert "Summary [English]" in page
    assert "Summary [简体中文]" in page
    assert re.search(r'<textarea[^>]*name="summary_zh_hans"[^>]* lang="zh-Hans"', page)


@every_model
def test_queries_grow_neither_with_records_nor_with_their_histories(staff, model):
    record = MAKERS[model]()
    pages = [url("changelist", model), url("change", record)]
    asked = []
    for after, number in ((0, 9), (9, 50)):
        makers.multiply(record, number, after=after)
        model.history.bulk_history_create(model.objects.all(), batch_size=200)
        asked.append([queries(staff, page) for page in pages])
    assert asked[0] == asked[1]


# Language


def test_staff_change_the_language_and_come_back_to_the_same_page(staff):
    page = url("changelist", Fact) + "?q=a&group=campus"
    for language, words in [("zh-hans", "退出登录"), ("en", "Log out")]:
        fields = r'<form id="language-form".*?action="([^"]*)".*?name="next" value="([^"]*)"'
        form = re.search(fields, seen(staff.get(page)), re.DOTALL)
        assert html.unescape(form[2]) == page
        response = staff.post(form[1], {"language": language, "next": page}, follow=True)
        assert response.redirect_chain == [(page, 302)]
        assert f'<html lang="{language}"' in seen(response)
        assert words in seen(response)
        assert f'<a href="/{language}/">' in seen(response)


def test_the_login_page_offers_each_language_in_its_own_words(client, db):
    page = seen(client.get("/admin/account/login/", headers={"accept-language": "zh-CN"}))
    assert '<html lang="zh-hans"' in page
    assert 'value="en" lang="en">English</button>' in page
    assert 'value="zh-hans" lang="zh-Hans" aria-current="true">简体中文</button>' in page
    assert not re.search(INLINE, page)


# Writing


def test_a_draft_begins_in_either_language_and_needs_its_name_in_one(staff):
    fields = {"slug": "regensburg", "level": "bachelor"}
    page = refused(save(staff, url("add", Major), **fields))
    assert "Write this in one of the languages at least." in page
    save(staff, url("add", Major), **fields, name_zh_hans="雷根斯堡")
    assert Major.objects.get(slug="regensburg").name_zh_hans == "雷根斯堡"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_what_lacks_chinese_stays_a_draft_and_what_is_public_does_not_lose_it(staff, status):
    is_draft = status == Status.DRAFT
    partner = makers.make_partner(status=status, **({"name_zh_hans": ""} if is_draft else {}))
    changes = {"status": "published", "name_zh_hans": "", "city_en": "Hamilton"}
    page = seen(save(staff, url("change", partner), **changes))
    beginning = "Saved as a draft. Before it can be published: " if is_draft else ""
    assert f"{beginning}{BOTH}name." in page
    assert 'value="Hamilton"' in page
    partner.refresh_from_db()
    assert (partner.status, bool(partner.city_en)) == (status, is_draft)


def test_two_figures_of_one_date_are_refused_in_words(staff):
    twice = refused(save(staff, url("change", makers.make_fact()), **with_figures("2018", "2018")))
    assert "This fact has a figure of that date already." in twice
    assert '<li><a href="#figures-group">' in twice
    figure, other = makers.make_figure(), makers.make_figure(as_of="2019")
    again = refused(save(staff, url("change", other), fact=figure.fact.pk, as_of="2018"))
    assert "This fact has a figure of that date already." in again


def test_the_college_is_there_once_and_its_list_is_its_form(staff, college):
    response = staff.get(url("changelist", College), follow=True)
    assert response.redirect_chain == [(url("change", college), 302)]
    assert "Duplicate" not in seen(response)
    assert staff.get(url("add", College)).status_code == 403
    assert staff.get(url("delete", college)).status_code == 403
    fields = filled_in(response)
    college.delete()
    assert [*without_help(staff.get(url("add", College)))] == []
    assert seen(staff.post(url("add", College), fields, follow=True))
    assert College.objects.get().pk == 1


# Publishing


def test_publishing_refuses_by_name_what_lacks_a_language_and_publishes_the_rest(staff):
    lacking = makers.make_partner(name_en="Lacking", name_zh_hans="", status=Status.DRAFT)
    chinese = makers.make_partner(name_en="", status=Status.DRAFT)
    whole = makers.make_partner(status=Status.DRAFT)
    page = choose(staff, "publish", lacking, chinese, whole)
    assert f'<li class="error">Lacking: {BOTH}name.</li>' in page
    assert f'<li class="error">{chinese}: {BOTH}name.</li>' in page
    assert "1 record is published now." in page
    for partner, status in [(lacking, Status.DRAFT), (whole, Status.PUBLISHED)]:
        partner.refresh_from_db()
        assert partner.status == status


def test_the_figure_that_the_public_sees_is_marked_and_the_newest_stands_first(staff):
    fact = makers.make_fact()
    makers.make_figure(fact=fact, as_of="2016", value="16")
    makers.make_figure(fact=fact, as_of="2018", value="18")
    makers.make_figure(fact=fact, as_of="2020", value="20", status=Status.DRAFT)
    save(staff, url("change", fact), key="other")  # a key is chosen once
    page = seen(staff.get(url("change", fact)))
    states = re.findall(r"(current-figure|Earlier: kept|Not shown to the public)", page)
    assert states == ["Not shown to the public", "current-figure", "Earlier: kept"]
    listed = seen(staff.get(url("changelist", Fact) + f"?q={fact.key}"))
    row = re.search(rf">{fact.label_en}<.*?</tr>", listed, re.DOTALL)
    assert 'field-current_figure">18 (2018)<' in row[0]
    assert 'field-drafts">1<' in row[0]
