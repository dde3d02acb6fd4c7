"""Two colleagues at one record: neither's words are lost, and the second is told."""

import pytest
from django.contrib.auth.models import Permission
from django.db.models.signals import post_save

from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from partnerships.models import Agreement, Partner, Practice
from tests.support import makers
from tests.support.admin import choose, filled_in, refused, save, seen, upload, url
from tests.support.proposals import again, decide, hearing, take


def opened(client, record):
    """The form as a browser keeps it: with what stood in it when it was opened."""
    page = client.get(url("change", record))
    return filled_in(page) | {"_base": page.context["base"]}


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
    partner.refresh_from_db()
    assert (partner.summary_en, partner.summary_zh_hans) == ("Rewritten.", "旧。")
    send(second, partner, again(page))
    partner.refresh_from_db()
    assert (partner.summary_en, partner.summary_zh_hans) == ("Rewritten.", "改写。")


@pytest.mark.parametrize(("side", "stays"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_of_one_field_in_two_ways_either_can_be_taken(publisher, second, side, stays):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    save(publisher, url("change", partner), city_en="Theirs")
    page = send(second, partner, form, city_en="Mine")
    assert 'value="Mine"' in seen(page)
    send(second, partner, again(page) | take(page, side, "city_en"))
    partner.refresh_from_db()
    assert partner.city_en == stays


def test_what_a_colleague_changed_can_be_taken_back(publisher, second):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    save(publisher, url("change", partner), city_en="Theirs")
    page = send(second, partner, form, own_name="Te Wānanga", own_language="mi")
    send(second, partner, again(page) | take(page, "mine", "city_en"))
    partner.refresh_from_db()
    assert (partner.city_en, partner.own_name) == ("Old", "Te Wānanga")


def test_what_is_typed_after_a_clash_counts_more_than_what_was_chosen_for_me(publisher, second):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    save(publisher, url("change", partner), city_en="Theirs")
    page = send(second, partner, form, own_name="Te Wānanga", own_language="mi")
    assert 'value="Theirs"' in seen(page)
    send(second, partner, again(page) | {"city_en": "Both of ours"})
    partner.refresh_from_db()
    assert (partner.city_en, partner.own_name) == ("Both of ours", "Te Wānanga")


def test_a_text_that_begins_as_files_are_named_is_a_text(publisher):
    agreement = makers.make_agreement(notes="")
    save(publisher, url("change", agreement), notes="file: cabinet 3, second shelf")
    agreement.refresh_from_db()
    assert agreement.notes == "file: cabinet 3, second shelf"


def test_whoever_wrote_last_is_named_be_it_in_a_row(publisher, second, django_user_model):
    figure = makers.make_figure()
    save(publisher, url("change", figure.fact), order="2")
    form = opened(second, figure.fact)
    figure.note_en, figure._history_user = "Counted", django_user_model.objects.create_user("third")
    figure.save()
    page = send(second, figure.fact, form, order="3")
    assert "third changed this record while you were writing" in seen(page)


def test_a_change_of_which_no_version_tells_is_told_all_the_same(second):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    partner.history.all().delete()
    Partner.objects.filter(pk=partner.pk).update(city_en="Theirs")
    assert "while you were writing" in seen(send(second, partner, form, city_zh_hans="汉密尔顿"))


def test_a_third_change_is_told_again(publisher, second):
    partner = makers.make_partner(city_en="Old")
    form = opened(second, partner)
    save(publisher, url("change", partner), city_en="First")
    page = send(second, partner, form, own_name="Mine", own_language="fi")
    save(publisher, url("change", partner), city_en="Second")
    page = send(second, partner, again(page))
    assert "changed this record while you were writing" in seen(page)
    assert 'value="Second"' in seen(page)


def test_rows_are_put_together_too(publisher, second):
    practice = makers.make_practice()
    row = makers.make_evidence(practice=practice, title_en="Report", title_zh_hans="报告")
    form = opened(second, practice)
    save(publisher, url("change", practice), **{"evidence-0-title_en": "The report"})
    makers.make_evidence(practice=practice, title_en="News")
    page = send(second, practice, form, **{"evidence-0-title_zh_hans": "开幕报告"})
    assert "This row was added or taken out." in seen(page)
    send(second, practice, again(page))
    row.refresh_from_db()
    assert (row.title_en, row.title_zh_hans) == ("The report", "开幕报告")
    assert practice.evidence.count() == 2


def test_a_change_in_a_row_that_was_deleted_becomes_a_new_row(publisher, second):
    practice = makers.make_practice()
    row = makers.make_evidence(practice=practice)
    form = opened(second, practice)
    row.delete()
    page = send(second, practice, form, **{"evidence-0-title_en": "Mended"})
    send(second, practice, again(page))
    assert [evidence.title_en for evidence in practice.evidence.all()] == ["Mended"]


def test_a_save_without_a_change_is_no_clash(publisher, second):
    partner = makers.make_partner()
    form = opened(second, partner)
    save(publisher, url("change", partner))
    send(second, partner, form, city_en="Hamilton")
    partner.refresh_from_db()
    assert partner.city_en == "Hamilton"


def test_what_was_written_for_a_deleted_record_is_kept_and_carried_out(publisher, second):
    practice = makers.make_practice()
    makers.make_achievement(practice=practice)
    makers.make_evidence(practice=practice, file=upload())
    form = opened(second, practice)
    practice.delete()
    rows = {"achievements-0-text_en": "Opened", "evidence-0-file": upload()}
    page = send(second, practice, form, **rows, title_en="Workshop", slug="workshop")
    assert "What you wrote is kept as a proposal." in seen(page)
    proposal = Proposal.objects.get()
    assert proposal.wanted["title_en"] == ["Workshop"]
    assert "Approved. The public sees it now." in seen(decide(publisher, proposal))
    workshop = Practice.objects.get(title_en="Workshop")
    assert [row.text_en for row in workshop.achievements.all()] == ["Opened"]
    with workshop.evidence.get().file.open() as file:
        assert file.read().startswith(b"%PDF")


def test_the_name_of_a_scan_is_told_to_those_who_may_see_it(publisher, second):
    second.user.user_permissions.remove(Permission.objects.get(codename="view_agreement_scan"))
    agreement = makers.make_agreement()
    form = opened(publisher, agreement)
    agreement.delete()
    send(publisher, agreement, form, scan=upload(name="Secret-deal.pdf"))
    address = f"{url('add', Agreement)}?proposal={Proposal.objects.get().pk}"
    assert "unless you choose others: Secret-deal.pdf" in seen(publisher.get(address))
    assert "Secret-deal" not in seen(second.get(address))


def test_an_add_form_from_before_an_update_is_saved(second):
    page = second.get(url("add", Partner))
    country = makers.make_country()
    fields = {"name_en": "Wintec", "slug": "new", "kind": "polytechnic", "country": country.pk}
    fields["summary_en"] = "An institute."
    sent = filled_in(page) | fields | {"_base": '{"status": ["other"], "city_en": ["Old"]}'}
    seen(second.post(url("add", Partner), sent, follow=True))
    assert Partner.objects.get(slug="new").status == "draft"


def test_a_refused_form_says_that_its_files_are_to_be_chosen_again(second):
    practice = makers.make_practice()
    makers.make_evidence(practice=practice)
    sent = {"started": "2018-13", "evidence-0-file": upload()}
    page = refused(save(second, url("change", practice), **sent))
    assert "Choose your files once more" in page
    assert "Choose your files once more" not in refused(
        save(second, url("change", practice), started="2018-13")
    )


@pytest.mark.parametrize("action", ["publish", "verified_today"])
def test_an_action_of_the_list_keeps_what_a_colleague_saves_meanwhile(second, action):
    partners = [makers.make_partner(status=Status.DRAFT, city_en="Old") for _ in range(2)]

    def rename(instance, **kwargs):
        for other in Partner.objects.filter(city_en="Old").exclude(pk=instance.pk):
            other.city_en = "Theirs"
            other.save()

    with hearing(post_save, rename, Partner):
        assert "2 records " in choose(second, action, *partners)
    for partner in partners:
        partner.refresh_from_db()
        assert [partner.city_en, partner.history.first().city_en] == ["Theirs", "Theirs"]
        assert (partner.status == Status.PUBLISHED) is (action == "publish")


@pytest.mark.parametrize(
    "base", ["", "{", "[]", '{"city_en": 1}', '{"city_en": [1]}', "null", '"x"']
)
def test_a_broken_base_is_as_good_as_none(second, base):
    partner = makers.make_partner()
    send(second, partner, opened(second, partner), city_en="Hamilton", _base=base)
    partner.refresh_from_db()
    assert partner.city_en == "Hamilton"
