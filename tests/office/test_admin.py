"""What staff are promised of the admin, in either language."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.urls import reverse

from jinhua_site.content.models import Status
from profile.models import College, Fact, Major, Source
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    PUBLISHABLE,
    choose,
    every_model,
    filled_in,
    in_each_language,
    queries,
    refused,
    save,
    seen,
    url,
    with_figures,
)

BOTH = "To publish, write this in English and in Chinese: "


# Every page


@in_each_language
@every_model
def test_every_page_of_every_model_opens(staff, model, spoken):
    staff.cookies["django_language"] = spoken
    record = MAKERS[model]()
    pages = [url("changelist", model) + "?q=1", url("add", model)]
    pages += [url(page, record) for page in ("change", "history", "delete")]
    for page in pages:
        assert f'<html lang="{spoken}"' in seen(staff.get(page))


def test_every_model_of_the_college_is_there_and_the_loader_s_is_not():
    ours = ("profile", "partnerships")
    registered = {model for model in admin.site._registry if model._meta.app_label in ours}
    assert registered == {*MAKERS, College}


def pages_of_the_admin(client, college):
    yield client.get("/admin/")
    yield client.get(url("change", college))
    for model, make in MAKERS.items():
        yield client.get(url("changelist", model))
        yield client.get(url("change", make()))
        yield client.get(url("add", model))
    client.logout()
    yield client.get("/admin/account/login/")


INLINE = r'<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|"application/json"))'


def test_no_page_asks_another_host_and_none_needs_inline_script_or_style(staff, college, settings):
    assets = set()
    for response in pages_of_the_admin(staff, college):
        page = seen(response)
        assert not re.search(INLINE, page)
        for address in filter(
            None, re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"', page)
        ):
            assert address.startswith("/")
            assert not address.startswith("//")
            if address.startswith(settings.STATIC_URL):
                assets.add(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", address))
    assert any(asset.endswith("admin_site.css") for asset in assets)
    for asset in assets:
        file = finders.find(asset.removeprefix(settings.STATIC_URL))
        if file.endswith(".css"):
            css = Path(file).read_text(encoding="utf-8")
            assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", css)


@pytest.mark.parametrize("model", [*MAKERS, College], ids=lambda model: model.__name__)
def test_every_field_of_a_form_says_what_goes_in_it(staff, model):
    College.objects.all().delete()
    response = staff.get(url("add", model))
    page = seen(response)
    inlines = [inline.formset.empty_form for inline in response.context["inline_admin_formsets"]]
    for form in [response.context["adminform"].form, *inlines]:
        for field in form.visible_fields():
            if field.name != "DELETE":
                assert field.help_text
                assert f'id="{field.id_for_label}_helptext"' in page


def test_the_two_languages_of_a_text_are_one_row_and_each_names_its_own(staff):
    page = seen(staff.get(url("change", makers.make_partner())))
    assert 'class="form-row field-summary_en field-summary_zh_hans"' in page
    assert "Summary [English]" in page
    assert "Summary [简体中文]" in page
    assert re.search(r'<textarea[^>]*name="summary_zh_hans"[^>]* lang="zh-Hans"', page)


@every_model
def test_queries_do_not_grow_from_ten_records_to_ten_thousand(staff, model):
    record = MAKERS[model]()
    makers.multiply(record, 9)
    pages = [url("changelist", model), url("changelist", model) + "?p=1&q=1", url("change", record)]
    few = [queries(staff, page) for page in pages]
    makers.multiply(record, 9_990, after=9)
    assert model.objects.count() >= 10_000
    assert [queries(staff, page) for page in pages] == few


def test_queries_of_a_fact_do_not_grow_with_its_figures(staff):
    fact = makers.make_fact()
    figures = [makers.make_figure(fact=fact, as_of=str(year)) for year in range(1980, 1983)]
    few = queries(staff, url("change", fact))
    for year in range(1983, 2020):
        makers.make_figure(fact=fact, as_of=str(year))
    assert len(figures) == 3
    assert queries(staff, url("change", fact)) == few


# Language


def test_staff_change_the_language_and_come_back_to_the_same_page(staff):
    page = url("changelist", Fact) + "?q=a&group=campus"
    for language, words in [("zh-hans", "退出登录"), ("en", "Log out")]:
        form = re.search(
            r'<form id="language-form".*?action="([^"]*)".*?name="next" value="([^"]*)"',
            seen(staff.get(page)),
            re.DOTALL,
        )
        next_page = form[2].replace("&amp;", "&")
        assert next_page == page
        response = staff.post(form[1], {"language": language, "next": next_page}, follow=True)
        assert response.redirect_chain == [(page, 302)]
        assert f'<html lang="{language}"' in seen(response)
        assert words in seen(response)
        assert f'<a href="/{language}/">' in seen(response)


def test_what_django_itself_says_addresses_staff_as_the_site_does(staff):
    staff.cookies["django_language"] = "zh-hans"
    source = makers.make_source()
    names = ("account_set_password", "mfa_index", "admin:auth_user_add")
    pages = [reverse(name) for name in names]
    pages += [url(page, source) for page in ("delete", "change")]
    pages += [url(page, Source) for page in ("add", "changelist")]
    for page in pages:
        shown = seen(staff.get(page))
        assert not re.search("你|注销|来修改|添加|动作|(增加|修改) [^|]", shown), page
    saved = staff.post(url("delete", source), {"post": "yes"}, follow=True)
    assert f"已删除来源“{source}”。" in seen(saved)


def test_the_login_page_offers_each_language_in_its_own_words(client, db):
    page = seen(client.get("/admin/account/login/", headers={"accept-language": "zh-CN"}))
    assert '<html lang="zh-hans"' in page
    assert 'value="en" lang="en">English</button>' in page
    assert 'value="zh-hans" lang="zh-Hans" aria-current="true">简体中文</button>' in page


# Writing


@in_each_language
def test_a_draft_may_begin_in_chinese(staff, spoken):
    staff.cookies["django_language"] = spoken
    changes = {"name_zh_hans": "雷根斯堡", "slug": "regensburg", "level": "bachelor"}
    seen(save(staff, url("add", Major), **changes))
    draft = Major.objects.get(slug="regensburg")
    assert (draft.name_en or "", draft.name_zh_hans) == ("", "雷根斯堡")
    assert "雷根斯堡" in seen(staff.get(url("changelist", Major)))


def test_a_draft_needs_its_name_in_one_language(staff):
    page = refused(save(staff, url("add", Major), slug="nameless", level="bachelor"))
    assert "Write this in one of the languages at least." in page


def stored(record):
    """What the database holds; the bare field of a text is whichever language is active."""
    record.refresh_from_db()
    names = [field.attname for field in record._meta.fields if field.name != "changed"]
    return {
        name: getattr(record, name) or "" for name in names if not hasattr(record, f"{name}_en")
    }


@in_each_language
@every_model
def test_the_form_of_a_record_saves_as_it_stands(staff, model, spoken):
    staff.cookies["django_language"] = spoken
    record = MAKERS[model]()
    before = stored(record)
    assert save(staff, url("change", record)).redirect_chain
    assert stored(record) == before


def test_what_lacks_chinese_is_saved_as_a_draft_and_says_what_is_missing(staff):
    partner = makers.make_partner(name_zh_hans="", status=Status.DRAFT)
    page = seen(save(staff, url("change", partner), status="published", city_en="Hamilton"))
    assert f"Saved as a draft. Before it can be published: {BOTH}name." in page
    assert 'value="Hamilton"' in page
    partner.refresh_from_db()
    assert (partner.status, partner.city_en) == (Status.DRAFT, "Hamilton")


def test_what_is_public_does_not_lose_its_chinese(staff):
    partner = makers.make_partner()
    page = refused(save(staff, url("change", partner), name_zh_hans="", city_en="Hamilton"))
    assert f"{BOTH}name." in page
    assert 'value="Hamilton"' in page
    partner.refresh_from_db()
    assert (partner.status, partner.city_en or "") == (Status.PUBLISHED, "")


def test_a_wrong_date_says_so_and_keeps_what_was_typed(staff):
    figure = makers.make_figure()
    page = refused(save(staff, url("change", figure.fact), **{"figures-0-as_of": "2018-13"}))
    assert "“2018-13” is not a date. Write 2018, 2018-06 or 2018-06-30." in page
    assert 'value="2018-13"' in page


def test_a_fact_is_added_with_its_figures(staff):
    fields = {"key": "canteens", "label_en": "Canteens", "label_zh_hans": "食堂", "group": "campus"}
    seen(save(staff, url("add", Fact), **fields, **with_figures("2017", "2018-06")))
    assert Fact.objects.get(key="canteens").figures.count() == 2


def test_two_figures_of_one_date_are_refused_in_words(staff):
    twice = refused(save(staff, url("change", makers.make_fact()), **with_figures("2018", "2018")))
    assert "This fact has a figure of that date already." in twice
    figure, other = makers.make_figure(), makers.make_figure(as_of="2019")
    again = refused(save(staff, url("change", other), fact=figure.fact.pk, as_of="2018"))
    assert "This fact has a figure of that date already." in again


def test_a_key_is_chosen_once(staff):
    assert 'name="key"' in seen(staff.get(url("add", Fact)))
    fact = makers.make_fact(key="fixed")
    save(staff, url("change", fact), key="other")
    fact.refresh_from_db()
    assert fact.key == "fixed"


def test_the_college_is_there_once_and_its_list_is_its_form(staff, college):
    response = staff.get(url("changelist", College), follow=True)
    assert response.redirect_chain == [(url("change", college), 302)]
    assert staff.get(url("add", College)).status_code == 403
    assert staff.get(url("delete", college)).status_code == 403


def test_the_college_can_be_written_where_it_is_missing(staff, college):
    fields = filled_in(staff.get(url("change", college)))
    college.delete()
    assert seen(staff.post(url("add", College), fields, follow=True))
    assert College.objects.get().pk == 1


# Publishing


def test_publishing_refuses_by_name_what_lacks_chinese_and_publishes_the_rest(staff):
    lacking = makers.make_partner(name_en="Lacking", name_zh_hans="", status=Status.DRAFT)
    whole = makers.make_partner(status=Status.DRAFT)
    page = choose(staff, "publish", lacking, whole)
    assert f"Lacking: {BOTH}name." in page
    assert "1 record is published now." in page
    assert "1 record was left as it was." in page
    lacking.refresh_from_db()
    whole.refresh_from_db()
    assert (lacking.status, whole.status) == (Status.DRAFT, Status.PUBLISHED)


def test_publishing_what_lacks_english_says_one_thing_only(staff):
    lacking = makers.make_partner(name_en="", status=Status.DRAFT)
    assert f'<li class="error">{lacking}: {BOTH}name.</li>' in choose(staff, "publish", lacking)


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda model: model.__name__)
def test_staff_take_a_record_back_and_publish_it_again(staff, model):
    record = MAKERS[model]()
    for action, status in [("make_draft", Status.DRAFT), ("publish", Status.PUBLISHED)]:
        choose(staff, action, record)
        record.refresh_from_db()
        assert record.status == status


def test_an_observer_reads_every_record_and_changes_none(client, django_user_model):
    observer = django_user_model.objects.create_user("observer", is_staff=True)
    observer.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(observer)
    for make in MAKERS.values():
        record = make()
        page = seen(client.get(url("change", record)))
        assert 'name="_save"' not in page
        assert client.post(url("change", record)).status_code == 403
        assert client.get(url("add", type(record))).status_code == 403
        assert 'value="publish"' not in seen(client.get(url("changelist", type(record))))


# Figures and history


def test_the_figure_that_the_public_sees_is_marked_and_the_newest_stands_first(staff):
    fact = makers.make_fact()
    makers.make_figure(fact=fact, as_of="2016", value="16")
    makers.make_figure(fact=fact, as_of="2018", value="18")
    makers.make_figure(fact=fact, as_of="2020", value="20", status=Status.DRAFT)
    page = seen(staff.get(url("change", fact)))
    states = re.findall(r"(current-figure|Earlier: kept|Not shown to the public)", page)
    assert states == ["Not shown to the public", "current-figure", "Earlier: kept"]
    row = re.search(
        rf">{fact.label_en}<.*?</tr>",
        seen(staff.get(url("changelist", Fact) + f"?q={fact.key}")),
        re.DOTALL,
    )
    assert 'field-current_figure">18 (2018)<' in row[0]
    assert 'field-drafts">1<' in row[0]
