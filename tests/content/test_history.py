"""Every version of every record is kept, and what was deleted can be brought back."""

import pytest
from django.contrib.auth.models import Permission
from modeltranslation.translator import translator

from jinhua_site.content.history import bring_back, deleted
from jinhua_site.core.languages import in_each_language
from partnerships.models import Agreement, Partner, Practice
from profile.models import College, Faculty
from tests.support import makers
from tests.support.admin import MAKERS, every_model, save, seen, url


def translated(model):
    return translator.get_options_for_model(model).fields


def whole_practice():
    """A practice with all that can hang on it, and the number it has."""
    practice = makers.make_practice(title_en="A joint college")
    practice.partners.add(makers.make_partner())
    makers.make_achievement(practice=practice, text_en="Opened")
    makers.make_evidence(practice=practice)
    return practice, practice.pk


@every_model
def test_each_version_is_kept_in_both_languages(model, db):
    record = MAKERS[model]()
    text = next(iter(translated(model)), None)
    if not text:
        assert record.history.count() == 1
        return
    for column in in_each_language(text):
        before = getattr(record, column)
        setattr(record, column, f"{before} 2")
        record.save()
        newest, last = record.history.all()[:2]
        changes = {
            change.field: (change.old, change.new) for change in newest.diff_against(last).changes
        }
        changes.pop("changed", None)
        assert changes == {column: (before, f"{before} 2")}


def test_the_college_has_its_history_too(db):
    college = College.objects.get()
    college.name_zh_hans = "金华职业技术大学"
    college.save()
    newest, last = college.history.all()[:2]
    assert (last.name_zh_hans, newest.name_zh_hans) == ("金华职业技术学院", "金华职业技术大学")


def test_a_version_says_who_made_it(staff):
    partner = makers.make_partner()
    seen(save(staff, url("change", partner), city_en="Hamilton"))
    newest = partner.history.first()
    assert (newest.city_en, newest.history_user.username) == ("Hamilton", "staff")


def test_links_belong_to_a_version(db):
    agreement, area = makers.make_agreement(), makers.make_cooperation_area()
    agreement.areas.add(area)
    newest, last = agreement.history.all()[:2]
    assert [link.cooperationarea for link in newest.areas.all()] == [area]
    assert not last.areas.exists()


def test_a_deleted_record_comes_back_with_its_links_its_parts_and_its_history(db):
    practice, number = whole_practice()
    partners = [*practice.partners.all()]
    versions = practice.history.count()
    practice.delete()
    bring_back(deleted(Practice).get(id=number))
    practice = Practice.objects.get(pk=number)
    assert practice.title_en == "A joint college"
    assert [*practice.partners.all()] == partners
    assert [achievement.text_en for achievement in practice.achievements.all()] == ["Opened"]
    assert practice.evidence.count() == 1
    assert practice.history.count() > versions + 1
    assert not deleted(Practice).filter(id=number).exists()


def test_a_part_that_was_deleted_long_before_stays_away(db):
    practice, number = whole_practice()
    practice.evidence.get().delete()
    gone = deleted(practice.evidence.model).get()
    gone.history_date = gone.history_date.replace(year=2020)
    gone.save()
    practice.delete()
    assert not bring_back(deleted(Practice).get(id=number)).evidence.exists()


def test_an_administrator_brings_a_record_back_from_the_list(staff):
    faculty = makers.make_faculty(name_en="Faculty of Tea")
    number = faculty.pk
    listed = url("deleted", Faculty)
    assert f'href="{listed}"' in seen(staff.get(url("changelist", Faculty)))
    assert "Nothing of this kind was deleted." in seen(staff.get(listed))
    faculty.delete()
    page = staff.get(listed)
    assert "Faculty of Tea" in seen(page)
    version, _record = page.context["deleted"][0]
    done = staff.post(listed, {"version": version.pk}, follow=True)
    assert "Faculty of Tea is back." in seen(done)
    assert Faculty.objects.get(pk=number).name_en == "Faculty of Tea"


def test_a_record_whose_place_was_taken_says_so_and_stays_deleted(staff):
    faculty = makers.make_faculty(slug="tea")
    faculty.delete()
    makers.make_faculty(slug="tea")
    version = deleted(Faculty).get()
    done = staff.post(url("deleted", Faculty), {"version": version.pk}, follow=True)
    assert "It cannot come back" in seen(done)
    assert deleted(Faculty).get() == version


@pytest.mark.parametrize("version", ["", "nonsense", "0", "9" * 40])
def test_a_version_that_is_not_there_is_no_page(staff, version):
    makers.make_faculty().delete()
    assert staff.post(url("deleted", Faculty), {"version": version}).status_code == 404


@pytest.mark.parametrize("may", ["view", "change"])
def test_only_who_may_delete_sees_what_was_deleted(client, django_user_model, may):
    user = django_user_model.objects.create_user("observer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith=f"{may}_"))
    client.force_login(user)
    makers.make_partner().delete()
    assert client.get(url("deleted", Partner)).status_code == 403
    assert client.post(url("deleted", Partner), {"version": 1}).status_code == 403
    assert url("deleted", Partner) not in seen(client.get(url("changelist", Partner)))


def test_what_is_private_stays_private_in_its_history(client, db):
    agreement = makers.make_agreement(notes="Not for the public")
    agreement.notes = "Still not for the public"
    agreement.save()
    assert Agreement.history.filter(notes="Not for the public").exists()
    for address in ("/en/partnerships/", agreement.partner.get_absolute_url()):
        assert "for the public" not in seen(client.get(address))
