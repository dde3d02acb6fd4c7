"""What the forms and lists of the admin do for those who sit at them every day."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.content.models import Status
from jinhua_site.core.languages import CODES
from jinhua_site.office.models import Presence, Proposal
from partnerships.models import AffinityGroup, Agreement, Country, Partner, Practice
from profile.models import College, Fact, Faculty, Figure, Major, Source
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    PUBLISHABLE,
    every_model,
    filled_in,
    queries,
    refused,
    save,
    seen,
    url,
    with_figures,
)

by_name = {"ids": lambda model: model.__name__}


@pytest.fixture
def colleague(django_user_model):
    """The browser of a colleague with the permissions named, beside that of `staff`."""

    def sign_in(*codenames, **names):
        fields = {"first_name": "Hua", "last_name": "Li"} | names
        user = django_user_model.objects.create_user("lihua", is_staff=True, **fields)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in


# Errors


def error_links(page):
    """The field of each link in the note at the top, which is on the page."""
    places = re.findall(r'<li><a href="#([^"]+)">', page)
    assert all(f'id="{place}"' in page for place in places)
    return places


def test_each_error_is_linked_to_its_field(staff):
    page = refused(save(staff, url("add", Partner), website="not an address", slug="two words"))
    places = ["id_slug", "id_kind", "id_country", "id_website"]
    assert set(places) <= {*error_links(page)}


def test_errors_inside_a_row_are_linked_too(staff):
    figure = makers.make_figure()
    changes = {"figures-0-as_of": "2018-13", "figures-0-value": "many"}
    page = refused(save(staff, url("change", figure.fact), **changes))
    assert error_links(page) == ["id_figures-0-value", "id_figures-0-as_of"]
    assert f"{figure} · As of" in unescape(page)
    twice = refused(save(staff, url("change", makers.make_fact()), **with_figures("2018", "2018")))
    assert error_links(twice)[0] == "figures-group"


# Presence


def presence_of(record):
    kind = ContentType.objects.get_for_model(record)
    return reverse("admin_presence", args=[kind.pk, record.pk])


@every_model
def test_a_form_tells_who_else_has_it_open(staff, colleague, model):
    record = MAKERS[model]()
    other = colleague(f"view_{model._meta.model_name}")
    assert "open too" not in seen(other.get(url("change", record)))
    assert "<p>Hua Li has this record open too.</p>" in seen(staff.get(url("change", record)))
    assert "<p>staff has this record open too.</p>" in seen(other.get(url("change", record)))


def test_presence_is_asked_and_left(staff, colleague):
    partner = makers.make_partner()
    other = colleague("view_partner")
    ask = presence_of(partner)
    assert staff.post(ask).json() == {"notices": []}
    told = other.post(ask)
    assert told.json() == {"notices": ["staff has this record open too."]}
    assert not told.cookies
    staff.post(ask, {"leaving": "1"})
    assert other.post(ask).json() == {"notices": []}


def test_whoever_was_not_seen_for_a_minute_is_gone(staff, colleague):
    partner = makers.make_partner()
    other = colleague("view_partner")
    staff.post(presence_of(partner))
    Presence.objects.update(seen=timezone.now() - timedelta(seconds=61))
    assert other.post(presence_of(partner)).json() == {"notices": []}
    Presence.objects.update(seen=timezone.now() - timedelta(days=1, seconds=1))
    other.post(presence_of(makers.make_partner()))
    assert [presence.user.username for presence in Presence.objects.all()] == ["lihua"]


def test_a_record_of_a_kind_that_is_no_more_has_nobody_at_it(staff):
    gone = ContentType.objects.create(app_label="profile", model="bygone")
    assert staff.post(reverse("admin_presence", args=[gone.pk, 1])).status_code == 404


def test_another_record_is_another_place(staff, colleague):
    partner = makers.make_partner()
    staff.post(presence_of(partner))
    other = colleague("view_partner", "view_country")
    assert other.post(presence_of(makers.make_partner())).json() == {"notices": []}
    assert other.post(presence_of(partner.country)).json() == {"notices": []}


def test_only_who_may_see_a_record_is_told_of_it(client, colleague):
    partner = makers.make_partner()
    other = colleague("view_country")
    assert other.post(presence_of(partner)).status_code == 403
    assert other.get(presence_of(partner.country)).status_code == 405
    assert client.post(presence_of(partner)).status_code == 302
    kinds = [ContentType.objects.get_for_model(model).pk for model in (Country, Proposal)]
    for kind, number in [(kinds[0], 0), (kinds[1], 1), (0, 1)]:
        place = reverse("admin_presence", args=[kind, number])
        assert other.post(place).status_code == 404
    assert not Presence.objects.exists()


def test_presence_asks_for_the_token_of_the_form(staff, colleague):
    partner = makers.make_partner()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = colleague("view_partner").cookies
    assert strict.post(presence_of(partner)).status_code == 403


def test_presence_changes_no_content(staff, monkeypatch):
    partner = makers.make_partner()
    bumps = []
    monkeypatch.setattr(connection, "run_on_commit", bumps)
    staff.get(url("change", partner))
    staff.post(presence_of(partner))
    assert not bumps
    partner.save()
    assert bumps


def test_a_chinese_name_has_its_surname_first_and_no_space(django_user_model):
    assert name_of(django_user_model(first_name="华", last_name="李")) == "李华"
    assert name_of(django_user_model(first_name="Hua", last_name="Li")) == "Hua Li"
    assert name_of(django_user_model(username="office")) == "office"


# The public page


def public_links(page):
    return re.findall(r'<a href="([^"]*)" class="viewsitelink">', page)


def whole(model):
    """A published record of a kind, shown on a page of the public."""
    if model is Source:
        return makers.make_figure().source
    record = MAKERS[model]()
    if model is AffinityGroup:
        makers.make_area_of_interest().affinity_groups.add(record)
    if model is Fact:
        makers.make_figure(fact=record)
    return record


@every_model
def test_the_public_page_is_linked_in_each_language(staff, client, model):
    links = public_links(seen(staff.get(url("change", whole(model)))))
    assert [link.split("/")[1] for link in links] == ["en", "zh-hans"]
    for link in links:
        assert f'<html lang="{link.split("/")[1][:2]}' in seen(client.get(unescape(link)))


@pytest.mark.parametrize("model", PUBLISHABLE, **by_name)
def test_a_draft_has_a_public_page_but_no_link_to_it(staff, model):
    draft = MAKERS[model](status=Status.DRAFT)
    assert not public_links(seen(staff.get(url("change", draft))))
    model_admin = admin.site.get_model_admin(model)
    for code in CODES:
        with override(code):
            assert model_admin.public_page(draft).startswith(f"/{code}/")


def test_what_no_page_shows_has_no_public_page(staff):
    for record in (makers.make_source(), makers.make_affinity_group()):
        assert admin.site.get_model_admin(type(record)).public_page(record) is None
        assert not public_links(seen(staff.get(url("change", record))))
    alone = makers.make_agreement(partner=None, status=Status.DRAFT)
    assert admin.site.get_model_admin(Agreement).public_page(alone) is None


def test_a_record_without_a_page_is_shown_where_it_stands(staff, college):
    figure, agreement = makers.make_figure(), makers.make_agreement()
    area = makers.make_cooperation_area()
    agreement.areas.add(area)
    country = agreement.partner.country
    for record, shown in [
        (figure, figure.fact.get_absolute_url()),
        (country, f"/en/partnerships/partners/?country={country.code}"),
        (area, f"/en/partnerships/partners/?area={area.slug}"),
        (makers.make_country(), "/en/partnerships/#countries"),
        (makers.make_mobility(partner=agreement.partner), agreement.partner.get_absolute_url()),
        (college, "/en/"),
    ]:
        assert admin.site.get_model_admin(type(record)).public_page(record) == shown
        assert public_links(seen(staff.get(url("change", record))))[0] == shown


# Duplicates


@every_model
def test_a_record_is_duplicated_as_a_draft_without_what_is_its_own(staff, model):
    record = MAKERS[model]()
    link = f"{url('add', model)}?copy_of={record.pk}"
    assert f'<a href="{link}">Duplicate</a>' in seen(staff.get(url("change", record)))
    form = staff.get(link).context["adminform"].form
    for name in form.fields:
        field = model._meta.get_field(name)
        value = form.get_initial_for_field(form.fields[name], name)
        if field.unique or isinstance(field, models.FileField | models.DateField):
            assert not value
        elif name == "status":
            assert value == Status.DRAFT
        elif name != "as_of" and not field.many_to_many:
            assert (value or None) == (field.value_from_object(record) or None), name


def test_links_are_copied_and_inlines_are_not(staff):
    practice, partner = makers.make_practice(), makers.make_partner()
    practice.partners.add(partner)
    makers.make_achievement(practice=practice)
    address = f"{url('add', Practice)}?copy_of={practice.pk}"
    page = staff.get(address)
    assert page.context["inline_admin_formsets"][0].formset.total_form_count() == 0
    seen(staff.post(address, filled_in(page) | {"slug": "once-more"}, follow=True))
    copy = Practice.objects.get(slug="once-more")
    assert (copy.aims_zh_hans, *copy.partners.all()) == (practice.aims_zh_hans, partner)
    assert copy.status == Status.DRAFT


def test_who_verified_a_partner_verified_no_copy_of_it(staff):
    checked = {"verified_by": "Li Hua", "verified_from": makers.make_source()}
    partner = makers.make_partner(verified_on="2026-11-22", **checked)
    form = staff.get(f"{url('add', Partner)}?copy_of={partner.pk}").context["adminform"].form
    assert not any(form[name].value() for name in ("verified_on", *checked))


@pytest.mark.parametrize("written", ["", "x", "0", "-1", "9" * 18, "%00"])
def test_a_copy_of_nothing_is_an_empty_form(staff, written):
    page = staff.get(f"{url('add', Partner)}?copy_of={written}")
    assert not page.context["adminform"].form["name_en"].value()


def test_what_may_not_be_seen_is_not_copied(colleague):
    partner = makers.make_partner()
    other = colleague("add_partner")
    page = other.get(f"{url('add', Partner)}?copy_of={partner.pk}")
    assert partner.name_en not in seen(page)


def test_who_may_not_add_is_offered_no_duplicate(colleague):
    page = seen(colleague("change_partner").get(url("change", makers.make_partner())))
    assert "copy_of" not in page


# Figures


def test_a_new_figure_is_entered_beside_the_last_ones(staff):
    fact, source = makers.make_fact(unit_en="hectares"), makers.make_source()
    makers.make_figure(fact=fact, value="130", as_of="2019")
    makers.make_figure(fact=fact, value="146.7", as_of="2021", qualifier="about", source=source)
    link = f"{url('add', Figure)}?fact={fact.pk}"
    assert f'href="{link}"' in seen(staff.get(url("change", fact)))
    assert f'href="{link}"' in seen(staff.get(f"{url('changelist', Fact)}?q={fact.key}"))
    response = staff.get(link)
    form = response.context["adminform"].form
    chosen = [str(form[name].value()) for name in ("fact", "qualifier", "source")]
    assert chosen == [str(fact.pk), "about", str(source.pk)]
    table = re.search(r'<div id="last-figures">.*?</table>', seen(response), re.DOTALL)[0]
    assert re.findall(r'<th scope="row">([^<]*)', table) == ["about 146.7 hectares", "130 hectares"]
    assert "2021" in table
    assert source.title_en in table


def test_a_form_without_a_fact_shows_no_last_figures(staff):
    for address in ("", "?fact=", "?fact=x", "?fact=0"):
        page = seen(staff.get(url("add", Figure) + address))
        assert "The last figures" not in page


def test_a_choice_that_is_none_is_refused_in_words(staff):
    page = refused(save(staff, url("add", Partner), country="x"))
    assert "id_country" in error_links(page)


def test_who_may_not_add_figures_is_offered_none(colleague):
    other = colleague("change_fact", "view_figure")
    fact = makers.make_fact()
    for page in (url("change", fact), url("changelist", Fact)):
        assert "figure/add/" not in seen(other.get(page))


DOUBTS = {
    "5350": "5,350 is more than twice the current number, 535 (2024). Is it right?",
    "53": "53 is less than half of the current number, 535 (2024). Is it right?",
    "1070": "",
    "268": "",
}


@pytest.mark.parametrize("value", DOUBTS)
def test_a_number_far_from_the_current_one_is_saved_with_a_doubt(staff, value):
    fact = makers.make_figure(value="535", as_of="2024").fact
    address = f"{url('add', Figure)}?fact={fact.pk}"
    page = seen(save(staff, address, value=value, as_of="2025", status="published"))
    assert fact.figures.filter(value=value).exists()
    assert ("Is it right?" in page) == bool(DOUBTS[value])
    assert DOUBTS[value] in page


def test_a_number_in_a_row_is_doubted_too(staff):
    fact = makers.make_figure(value="535", as_of="2024").fact
    makers.make_figure(fact=fact, value="500", as_of="2020", status=Status.DRAFT)
    changes = {"figures-1-value": "5000"}
    assert "5,000 is more than twice" in seen(save(staff, url("change", fact), **changes))
    assert "Is it right?" not in seen(save(staff, url("change", fact), order="3"))


# How a figure will read


def preview(client, **fields):
    return client.get(reverse("figure_preview"), fields)


@pytest.mark.parametrize("qualifier", Figure.Qualifier.values)
@pytest.mark.parametrize("value", ["24000", "146.7", "3"])
def test_a_figure_is_previewed_as_it_will_read(staff, qualifier, value):
    fact = makers.make_fact(unit_en="hectares", unit_zh_hans="公顷")
    reads = preview(staff, fact=fact.pk, qualifier=qualifier, value=value).json()["reads"]
    figure = makers.make_figure(fact=fact, qualifier=qualifier, value=value)
    assert reads["en"] == figure.text
    with override("zh-hans"):
        assert reads["zh-Hans"] == figure.text


def test_a_preview_tells_of_a_doubt_and_of_the_last_figures(staff):
    figure = makers.make_figure(value="535", as_of="2024")
    asked = {"fact": figure.fact.pk, "qualifier": "exactly", "value": "5350"}
    told = preview(staff, **asked).json()
    assert told["doubt"] == DOUBTS["5350"]
    assert figure.source.title_en in told["last"]
    assert preview(staff, **asked, figure=figure.pk).json()["doubt"] == ""


def test_a_unit_is_previewed_before_its_fact_is_saved(staff):
    units = {"unit_en": "seats", "unit_zh_hans": "个座位"}
    reads = preview(staff, fact="", qualifier="more-than", value="300", **units).json()["reads"]
    assert reads == {"en": "more than 300 seats", "zh-Hans": "300余个座位"}


@pytest.mark.parametrize("value", ["", "many", "-1", "NaN", "1e99", "9" * 50, "1.234"])
def test_what_is_no_number_reads_as_nothing(staff, value):
    told = preview(staff, fact="x", qualifier="?", value=value, figure="x").json()
    assert (told["reads"], told["doubt"]) == ({}, "")


def test_a_preview_is_for_those_who_may_see_figures(client, colleague):
    assert preview(client).status_code == 302
    other = colleague("view_fact")
    assert preview(other).status_code == 403


def test_a_saved_figure_is_read_without_a_script(staff):
    fact = makers.make_fact(unit_zh_hans="人")
    figure = makers.make_figure(fact=fact, value="24000", qualifier="more-than")
    both = '<span lang="en">more than 24,000</span> / <span lang="zh-Hans">2.4万余人</span>'
    for record in (figure, fact):
        assert both in seen(staff.get(url("change", record)))


# Choices that are looked up

LOOKED_UP = (Country, Partner, Major, Faculty, Source, Fact)


def choosers():
    """Every form and every row of a form, with its choices of what is looked up."""
    for model_admin in admin.site._registry.values():
        for form in [model_admin, *model_admin.get_inline_instances(None)]:
            for field in form.opts.get_fields():
                if field.concrete and field.related_model in LOOKED_UP:
                    yield form, field.name


def test_countries_partners_majors_and_the_like_are_looked_up(rf, monkeypatch):
    monkeypatch.setattr(BaseModelAdmin, "has_view_or_change_permission", lambda *_: True)
    found = list(choosers())
    assert len(found) >= 10
    fact_of_its_own_row = [("FigureInline", "fact")]
    plain = [(type(form).__name__, name) for form, name in found]
    plain = [
        (form, name)
        for (form, name), (made, _) in zip(plain, found, strict=True)
        if name not in made.autocomplete_fields
    ]
    assert plain == fact_of_its_own_row


@pytest.mark.parametrize(
    ("form", "field", "model"),
    [
        ("partnerships.partner", "country", Country),
        ("partnerships.agreement", "partner", Partner),
        ("partnerships.agreement", "majors", Major),
        ("profile.major", "faculty", Faculty),
        ("profile.figure", "source", Source),
        ("profile.figure", "fact", Fact),
    ],
)
def test_who_may_see_records_may_look_them_up(colleague, form, field, model):
    record = MAKERS[model]()
    other = colleague(f"view_{model._meta.model_name}")
    app, name = form.split(".")
    asked = {"term": str(record), "app_label": app, "model_name": name, "field_name": field}
    found = other.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {"id": str(record.pk), "text": str(record)} in found


def test_queries_of_a_practice_do_not_grow_with_its_achievements(staff):
    practice = makers.make_practice()
    for year in range(2000, 2003):
        makers.make_achievement(practice=practice, date=str(year))
    few = queries(staff, url("change", practice))
    for year in range(2003, 2020):
        makers.make_achievement(practice=practice, date=str(year))
    assert queries(staff, url("change", practice)) == few


# Lists


@every_model
def test_a_list_tells_when_and_by_whom_each_record_was_changed(staff, model):
    record = MAKERS[model]()
    page = seen(staff.get(url("changelist", model)))
    assert "staff</td>" not in page
    save(staff, url("change", record))
    page = seen(staff.get(url("changelist", model)))
    today = timezone.localdate().isoformat()
    assert f"{today}<br>staff</td>" in page
    assert model not in PUBLISHABLE or "field-status" in page


def test_a_list_asks_as_much_for_ten_histories_as_for_a_thousand(staff):
    country = makers.make_country()

    def many(number):
        partners = makers.make_many(makers.make_partner, number, country=country)
        Partner.history.bulk_history_create(partners, batch_size=500)
        return queries(staff, url("changelist", Partner))

    assert many(10) == many(990)


def test_the_college_is_told_apart_from_lists(staff, college):
    assert College.objects.count() == 1
    assert "Duplicate" not in seen(staff.get(url("change", college)))


def test_a_save_leads_back_to_the_list_as_it_was_filtered(staff):
    partner = makers.make_partner()
    filters = "kind__exact=university&q=tech"
    address = f"{url('change', partner)}?{urlencode({'_changelist_filters': filters})}"
    saved = staff.post(address, filled_in(staff.get(address)))
    assert saved.url == f"{url('changelist', Partner)}?{filters}"
