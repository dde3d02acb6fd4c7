"""If two colleagues edit one record, no text is lost, and the second is warned."""

import pytest
from django.db.models.signals import post_save

from jinhua_site.content.models import Status
from partnerships.models import Partner, Practice
from tests.support import makers
from tests.support.admin import choose, refused, save, seen, upload, url
from tests.support.proposals import again, decide, hearing, now, take, the_proposal


def opened(client, record):
    """Return the form as a browser has it, with its base data."""
    return again(client.get(url("change", record)))


def send(client, record, form, **changes):
    return client.post(url("change", record), form | changes, follow=True)


@pytest.fixture
def second(colleague):
    return colleague("second", "view_proposal", "publish")


def test_the_second_of_two_is_told_and_loses_nothing(publisher, second):
    partner = makers.make_partner(summary_en="Old.", summary_zh_hans="旧。")
    form = opened(second, partner)
    save(publisher, url("change", partner), summary_en="Rewritten.")
    page = send(second, partner, form, summary_zh_hans="改写。")
    assert "publisher changed this record while you were writing" in seen(page)
    assert "Old." in seen(page)
    assert now(partner, "summary_en", "summary_zh_hans") == ["Rewritten.", "旧。"]
    save(publisher, url("change", partner))  # changes nothing, and is no clash
    send(second, partner, again(page))
    assert now(partner, "summary_en", "summary_zh_hans") == ["Rewritten.", "改写。"]


@pytest.mark.parametrize(
    ("mine", "side", "typed", "stays"),
    [
        ({"city_en": "Mine"}, "mine", {}, "Mine"),
        ({"city_en": "Mine"}, "theirs", {}, "Theirs"),
        ({}, "mine", {}, "Old"),
        ({}, "checked", {"city_en": "Both of ours"}, "Both of ours"),
    ],
)
def test_of_each_field_either_can_be_taken(publisher, second, mine, side, typed, stays):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    save(publisher, url("change", partner), city_en="Theirs")
    page = send(second, partner, form, own_name="Te Wānanga", own_language="mi", **mine)
    assert f'value="{mine.get("city_en", "Theirs")}"' in seen(page)
    send(second, partner, again(page) | take(page, side, "city_en") | typed)
    assert now(partner, "city_en", "own_name") == [stays, "Te Wānanga"]


def test_a_change_that_no_colleague_made_is_told_as_such(second):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    partner.history.all().delete()
    Partner.objects.filter(pk=partner.pk).update(city_en="Theirs")
    page = send(second, partner, form, city_zh_hans="汉密尔顿")
    assert "not a colleague, changed this record while you were writing" in seen(page)
    Partner.objects.filter(pk=partner.pk).update(city_en="Theirs again")
    assert 'value="Theirs again"' in seen(send(second, partner, again(page)))


def test_rows_are_put_together_too_and_what_was_written_in_one_that_is_gone(publisher, second):
    practice = makers.make_practice()
    row = makers.make_evidence(practice=practice, title_en="Report", title_zh_hans="报告")
    gone = makers.make_evidence(practice=practice, title_en="Gone")
    form = opened(second, practice)
    save(publisher, url("change", practice), **{"evidence-0-title_en": "The report"})
    gone.delete()
    makers.make_evidence(practice=practice, title_en="News")
    changes = {"evidence-0-title_zh_hans": "开幕报告", "evidence-1-title_en": "Mended"}
    page = send(second, practice, form, **changes)
    assert "This row was added or taken out." in seen(page)
    send(second, practice, again(page))
    assert now(row, "title_en", "title_zh_hans") == ["The report", "开幕报告"]
    titles = {evidence.title_en for evidence in practice.evidence.all()}
    assert titles == {"The report", "News", "Mended"}


def test_what_was_written_for_a_deleted_record_is_kept_and_carried_out(publisher, second):
    practice = makers.make_practice()
    makers.make_achievement(practice=practice)
    makers.make_evidence(practice=practice, file=upload())
    form = opened(second, practice)
    practice.delete()
    rows = {"achievements-0-text_en": "Opened", "evidence-0-file": upload()}
    page = send(second, practice, form, **rows, title_en="Workshop", slug="workshop")
    assert "What you wrote is kept as a proposal." in seen(page)
    assert the_proposal().wanted["title_en"] == ["Workshop"]
    assert "Approved. The public sees it now." in seen(decide(publisher, the_proposal()))
    workshop = Practice.objects.get(title_en="Workshop")
    assert [row.text_en for row in workshop.achievements.all()] == ["Opened"]
    with workshop.evidence.get().file.open() as file:
        assert file.read().startswith(b"%PDF")


def test_a_refused_form_says_that_its_files_are_to_be_chosen_again(second):
    practice, again_told = makers.make_practice(), "Choose your files once more"
    makers.make_evidence(practice=practice)
    page = save(second, url("change", practice), started="2018-13", **{"evidence-0-file": upload()})
    assert again_told in refused(page)
    assert again_told not in refused(save(second, url("change", practice), started="2018-13"))


def test_an_action_of_the_list_keeps_what_a_colleague_saves_meanwhile(second):
    partners = [makers.make_partner(status=Status.DRAFT, city_en="Old") for _ in range(2)]

    def rename(instance, **kwargs):
        for other in Partner.objects.filter(city_en="Old").exclude(pk=instance.pk):
            other.city_en = "Theirs"
            other.save()

    with hearing(post_save, rename, Partner):
        assert "2 records " in choose(second, "publish", *partners)
    for partner in partners:
        assert now(partner, "city_en", "status") == ["Theirs", Status.PUBLISHED]
