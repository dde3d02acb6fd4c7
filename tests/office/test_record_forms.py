"""The form of every record: links to errors and pages, and duplicates."""

import re
from html import unescape

from django.contrib import admin
from django.db import models
from django.utils.translation import override

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.languages import CODES
from partnerships.models import AffinityGroup, Partner, Practice
from profile.models import Fact, Source
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    every_model,
    filled_in,
    refused,
    save,
    seen,
    url,
)

# Errors


def error_links(page):
    """Return the field of each link in the error note; check that the page has it."""
    places = re.findall(r'<li><a href="#([^"]+)">', page)
    assert all(f'id="{place}"' in page for place in places)
    return places


def test_each_error_is_linked_to_its_field_or_row_and_what_was_typed_is_kept(staff):
    wrong = {"website": "not an address", "slug": "two words", "country": "x"}
    page = refused(save(staff, url("add", Partner), **wrong))
    assert {"id_slug", "id_kind", "id_country", "id_website"} <= {*error_links(page)}
    figure = makers.make_figure()
    changes = {"figures-0-as_of": "2018-13", "figures-0-value": "many"}
    page = refused(save(staff, url("change", figure.fact), **changes))
    assert error_links(page) == ["id_figures-0-value", "id_figures-0-as_of"]
    assert f"{figure} · As of" in unescape(page)
    assert "“2018-13” is not a date. Write 2018, 2018-06 or 2018-06-30." in page
    assert 'value="2018-13"' in page


# The public page, and duplicates


def public_links(page):
    return re.findall(r'<a href="([^"]*)" class="viewsitelink">', page)


def whole(model):
    """Make a published record of a model that is shown on a public page."""
    if model is Source:
        return makers.make_figure().source
    record = MAKERS[model]()
    if model is AffinityGroup:
        makers.make_area_of_interest().affinity_groups.add(record)
    if model is Fact:
        makers.make_figure(fact=record)
    return record


def copy_of(record):
    return f"{url('add', type(record))}?copy_of={record.pk}"


@every_model
def test_a_record_is_linked_to_its_public_pages_and_copied_as_a_draft(staff, client, model):
    record = whole(model)
    page = seen(staff.get(url("change", record)))
    assert [link.split("/")[1] for link in public_links(page)] == ["en", "zh-hans"]
    for link in public_links(page):
        assert f'<html lang="{link.split("/")[1][:2]}' in seen(client.get(unescape(link)))
    assert f'<a href="{copy_of(record)}">Duplicate</a>' in page
    form = staff.get(copy_of(record)).context["adminform"].form
    for name in form.fields:
        field = model._meta.get_field(name)
        value = form.get_initial_for_field(form.fields[name], name)
        if field.unique or isinstance(field, models.FileField | models.DateField):
            assert not value
        elif name == "status":
            assert value == Status.DRAFT
        elif name != "as_of" and not field.many_to_many:
            assert (value or None) == (field.value_from_object(record) or None), name
    if issubclass(model, Publishable):
        model.objects.filter(pk=record.pk).update(status=Status.DRAFT)
        assert not public_links(seen(staff.get(url("change", record))))
        for code in CODES:
            with override(code):
                page = admin.site.get_model_admin(model).public_page(record)
            assert page.startswith(f"/{code}/")


def test_a_record_without_a_page_is_shown_where_it_stands_if_anywhere(staff, college):
    figure, agreement = makers.make_figure(), makers.make_agreement()
    area = makers.make_cooperation_area()
    agreement.areas.add(area)
    country = agreement.partner.country
    for record, shown in [
        (figure, [figure.fact.get_absolute_url()]),
        (country, [f"/en/partnerships/partners/?country={country.code}"]),
        (area, [f"/en/partnerships/partners/?area={area.slug}"]),
        (makers.make_mobility(partner=agreement.partner), [agreement.partner.get_absolute_url()]),
        (college, ["/en/"]),
        (makers.make_source(), []),
        (makers.make_affinity_group(), []),
        (makers.make_agreement(public=False), []),
    ]:
        assert public_links(seen(staff.get(url("change", record))))[:1] == shown


def test_links_are_copied_and_neither_rows_nor_who_checked_it(staff):
    practice, partner = makers.make_practice(), makers.make_partner()
    practice.partners.add(partner)
    makers.make_achievement(practice=practice)
    page = staff.get(copy_of(practice))
    assert page.context["inline_admin_formsets"][0].formset.total_form_count() == 0
    seen(staff.post(copy_of(practice), filled_in(page) | {"slug": "once-more"}, follow=True))
    copy = Practice.objects.get(slug="once-more")
    assert (copy.aims_zh_hans, *copy.partners.all()) == (practice.aims_zh_hans, partner)
    assert copy.status == Status.DRAFT
    checked = {"verified_by": "Li Hua", "verified_from": makers.make_source()}
    partner = makers.make_partner(verified_on="2026-11-22", **checked)
    form = staff.get(copy_of(partner)).context["adminform"].form
    assert not any(form[name].value() for name in ("verified_on", *checked))


def test_what_may_not_be_seen_or_added_is_not_copied(colleague_with):
    partner = makers.make_partner()
    assert partner.name_en not in seen(colleague_with("add_partner").get(copy_of(partner)))
    reader = colleague_with("change_partner", username="reader")
    assert "copy_of" not in seen(reader.get(url("change", partner)))
