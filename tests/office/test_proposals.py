"""What an editor changes goes public when a publisher has approved it, and not before."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.content.content_number import Poller
from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from jinhua_site.office.proposals.schedule import carry_out_what_is_due
from partnerships.models import Partner
from profile.models import Figure, Source
from tests.support import makers
from tests.support.admin import MAKERS, every_model, filled_in, refused, save, seen, upload, url
from tests.support.files import picture
from tests.support.pages import ask
from tests.support.proposals import decide, hearing, in_hours, locked, page_of, the_proposal

State = Proposal.State
IN_A_LITTLE_WINDOW = "?_to_field=id&_popup=1"


# Proposing


def test_an_editor_s_change_of_a_public_text_waits_for_review(editor, publisher):
    partner = makers.make_partner(summary_en="Old words.", summary_zh_hans="旧文。")
    address = partner.get_absolute_url()
    told = save(editor, url("change", partner), summary_en="New words.", summary_zh_hans="新文。")
    assert "Proposed. Nothing changes for the public until a publisher approves." in seen(told)
    partner.refresh_from_db()
    assert (partner.summary_en, partner.summary_zh_hans) == ("Old words.", "旧文。")
    assert "Old words." in ask(address).text
    review = seen(publisher.get(page_of(the_proposal())))
    for gone, come in {"Old": "New", "旧": "新"}.items():
        assert re.search(rf"<del>.*{gone}.*</del><ins>.*{come}.*</ins>", review)
    assert "Summary [简体中文]" in review
    assert "City" not in review
    assert "Approved. The public sees it now." in seen(decide(publisher, the_proposal()))
    assert "New words." in ask(address).text
    assert "新文。" in ask(address.replace("/en/", "/zh-hans/")).text
    assert the_proposal().state == State.DONE


def shown_to_a_stranger(record):
    return ask(record.get_absolute_url()).status == 200


@pytest.mark.parametrize("status", ["draft", "published"])
def test_each_message_says_what_the_public_then_sees(editor, publisher, status):
    partner = makers.make_partner(status="draft")
    told = seen(save(editor, url("change", partner), _propose="1", status=status))
    assert "Nothing changes for the public until a publisher approves." in told
    will_not = "Its status is then “draft”: the public does not see it."
    assert (will_not in told) is (status == "draft")
    assert not shown_to_a_stranger(partner)
    told = seen(decide(publisher, the_proposal()))
    assert ("The public sees it now." in told) is shown_to_a_stranger(partner)
    assert ("Its status is “draft”: the public does not see it." in told) is (status == "draft")
    assert shown_to_a_stranger(partner) is (status == "published")


def test_what_is_published_in_something_that_is_not_is_not_said_to_be_seen(editor, publisher):
    hidden = makers.make_partner(country=makers.make_country(status="draft"), status="draft")
    save(editor, url("change", hidden), _propose="1", status="published")
    told = seen(decide(publisher, the_proposal()))
    assert "The public does not see it: it is not marked public" in told
    assert not shown_to_a_stranger(hidden)


def test_what_is_approved_for_a_date_as_a_draft_is_not_said_to_be_seen(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), _propose="1", status="draft")
    told = seen(decide(publisher, the_proposal(), _due=in_hours(2)))
    assert "Approved; it takes effect by itself on its date." in told
    assert "Its status is then “draft”: the public does not see it." in told


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_draft_figure_in_a_public_fact_is_not_said_to_be_seen(editor, publisher, status):
    figure = makers.make_figure(value="535", as_of="2017")
    row = {"qualifier": "exactly", "value": "1270", "as_of": "2024", "status": status}
    row = {f"figures-1-{name}": value for name, value in row.items()}
    row |= {"figures-TOTAL_FORMS": 2, "figures-1-source": figure.source.pk}
    save(editor, url("change", figure.fact), _propose="1", **row)
    told = seen(decide(publisher, the_proposal()))
    assert ("The public does not see the drafts in it." in told) is (status == "draft")
    assert ("1,270" in ask(figure.fact.get_absolute_url()).text) is (status == "published")


@every_model
def test_every_kind_of_public_record_is_proposed_and_approved(editor, publisher, model):
    record = MAKERS[model]()
    before = stored(record)
    texts = [name for name in filled_in(editor.get(url("change", record))) if name.endswith("_en")]
    changes = {texts[0]: "Newly proposed"} if texts else {"number": 77}
    changes = {"note_en": "Newly proposed"} if model is Figure else changes
    save(editor, url("change", record), **changes)
    assert stored(record) == before
    decide(publisher, the_proposal())
    after = stored(record)
    assert {name for name in after if after[name] != before[name]} == {*changes}


def stored(record):
    record.refresh_from_db()
    names = [field.attname for field in record._meta.fields if field.name != "changed"]
    return {
        name: getattr(record, name) or ""
        for name in names
        if not hasattr(record, f"{name}_zh_hans")
    }


def test_a_figure_is_proposed_in_the_form_of_its_fact(editor, publisher):
    figure = makers.make_figure(value="535")
    row = {"qualifier": "exactly", "value": "1270", "as_of": "2024", "status": "published"}
    row = {f"figures-1-{name}": value for name, value in row.items()}
    row |= {"figures-TOTAL_FORMS": 2, "figures-1-source": figure.source.pk}
    save(editor, url("change", figure.fact), **row)
    assert figure.fact.figures.count() == 1
    review = seen(publisher.get(page_of(the_proposal())))
    assert "New: figure" in review
    assert "1270" in review
    decide(publisher, the_proposal())
    assert figure.fact.figures.published().count() == 2


def test_rows_are_proposed_too_the_new_the_changed_and_the_removed(editor, publisher):
    practice = makers.make_practice()
    gone = makers.make_achievement(practice=practice, text_en="Wrong", date="2020")
    kept = makers.make_achievement(practice=practice, text_en="Opened", date="2021")
    form = filled_in(publisher.get(url("change", practice)))
    rows = {f"achievements-1-{name}": form[f"achievements-0-{name}"] for name in ("source",)}
    rows |= {"achievements-1-text_en": "Opened at last", "achievements-0-DELETE": "on"}
    save(publisher, url("change", practice), _propose="1", **rows)
    assert {row.text_en for row in practice.achievements.all()} == {"Wrong", "Opened"}
    review = seen(editor.get(page_of(the_proposal())))
    assert "To be taken out." in review
    decide(publisher, the_proposal())
    assert [(row.pk, row.text_en) for row in practice.achievements.all()] == [
        (kept.pk, "Opened at last")
    ]
    assert gone.pk != kept.pk


def test_a_file_waits_with_its_proposal(editor, publisher):
    practice = makers.make_practice()
    evidence = makers.make_evidence(practice=practice)
    save(editor, url("change", practice), **{"evidence-0-file": upload()})
    evidence.refresh_from_db()
    assert not evidence.file
    assert the_proposal().files.get().field == f"evidence:{evidence.pk}:file"
    decide(publisher, the_proposal())
    evidence.refresh_from_db()
    with evidence.file.open() as file:
        assert file.read().startswith(b"%PDF")


def test_a_draft_is_the_editor_s_own_until_it_is_to_go_public(editor):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), city_en="Hamilton")
    partner.refresh_from_db()
    assert partner.city_en == "Hamilton"
    assert not Proposal.objects.exists()
    save(editor, url("change", partner), city_en="Auckland", status="published")
    partner.refresh_from_db()
    assert (partner.city_en, partner.status) == ("Auckland", Status.DRAFT)
    assert the_proposal().state == State.WAITING


def test_a_new_record_of_an_editor_is_a_draft_or_a_proposal(editor, publisher):
    fields = {"name_en": "Tea", "name_zh_hans": "茶艺", "slug": "tea", "level": "associate"}
    majors = makers.Major.objects
    save(editor, reverse("admin:profile_major_add"), **fields)
    assert majors.get(slug="tea").status == Status.DRAFT
    fields["slug"] = "tea-again"
    save(editor, reverse("admin:profile_major_add"), status="published", **fields)
    assert not majors.filter(slug="tea-again").exists()
    assert "Tea" in seen(publisher.get(page_of(the_proposal())))
    decide(publisher, the_proposal())
    assert majors.get(slug="tea-again").status == Status.PUBLISHED
    assert the_proposal().record_id == majors.get(slug="tea-again").pk


def test_a_new_fact_of_an_editor_is_proposed_with_its_figures(editor, publisher):
    source = makers.make_source()
    fields = {"key": "canteens", "label_en": "Canteens", "label_zh_hans": "食堂", "group": "campus"}
    row = {"qualifier": "exactly", "value": "4", "as_of": "2024", "status": "published"}
    row = {f"figures-0-{name}": value for name, value in row.items()}
    row |= {"figures-TOTAL_FORMS": 1, "figures-0-source": source.pk}
    save(editor, reverse("admin:profile_fact_add"), **fields, **row)
    assert not Figure.objects.filter(fact__key="canteens").exists()
    decide(publisher, the_proposal())
    assert Figure.objects.get(fact__key="canteens").status == Status.PUBLISHED


def test_an_unfinished_proposal_is_kept_and_says_what_is_missing(editor, publisher):
    partner = makers.make_partner()
    told = seen(save(editor, url("change", partner), name_zh_hans="", name_en="Wintec"))
    assert "Kept as an unfinished proposal." in told
    assert "To publish, write this in English and in Chinese: name." in told
    proposal = the_proposal(state=State.UNFINISHED)
    assert "To publish, write" in seen(decide(publisher, proposal))
    proposal.refresh_from_db()
    assert proposal.state == State.UNFINISHED


def test_the_author_mends_a_proposal_in_the_form_and_it_stays_one(editor):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_zh_hans="", name_en="Wintec")
    proposal = the_proposal()
    address = f"{url('change', partner)}?proposal={proposal.pk}"
    page = editor.get(address)
    assert 'value="Wintec"' in seen(page)
    editor.post(address, filled_in(page) | {"name_zh_hans": "怀卡托理工学院"})
    proposal.refresh_from_db()
    assert the_proposal() == proposal
    assert proposal.state == State.WAITING
    assert proposal.wanted["name_zh_hans"] == ["怀卡托理工学院"]


def test_a_status_that_is_sent_twice_is_published_by_no_editor(editor):
    partner = makers.make_partner(status=Status.DRAFT)
    form = filled_in(editor.get(url("change", partner)))
    editor.post(url("change", partner), form | {"status": ["draft", "published"]})
    partner.refresh_from_db()
    assert partner.status == Status.DRAFT
    assert the_proposal().state == State.WAITING


@pytest.mark.parametrize("who", ["editor", "publisher"])
def test_the_plus_beside_a_field_saves_a_new_record(request, who):
    client, address = request.getfixturevalue(who), f"{url('add', Source)}{IN_A_LITTLE_WINDOW}"
    fields = {"title_en": "A letter", "title_zh_hans": "来信", "slug": "letter"}
    fields |= {"standing": "first-hand", "_popup": "1", "_to_field": "id"}
    saved = client.post(address, filled_in(client.get(address)) | fields)
    assert "data-popup-response" in seen(saved)
    assert Source.objects.get(slug="letter").title_zh_hans == "来信"


@pytest.mark.parametrize(("who", "now"), [("editor", "Old"), ("publisher", "New")])
def test_the_pencil_beside_a_field_saves_or_proposes(request, who, now):
    client, source = request.getfixturevalue(who), makers.make_source(title_en="Old")
    address = f"{url('change', source)}{IN_A_LITTLE_WINDOW}"
    fields = {"title_en": "New", "_popup": "1", "_to_field": "id"}
    client.post(address, filled_in(client.get(address)) | fields, follow=True)
    source.refresh_from_db()
    assert source.title_en == now
    assert Proposal.objects.exists() is (who == "editor")


@pytest.mark.parametrize(
    "odd",
    [
        {"foo:bar": "1"},
        {"achievements:7:text_en": "1"},
        {"country": "9" * 30},
        {"_base": '{"city_en": [1]}'},
        {"_mine": '{"city_en": [1]}', "_take-city_en": "mine"},
        {"_take-nothing": "theirs"},
    ],
)
def test_no_form_that_somebody_has_tampered_with_is_a_fault_of_the_site(editor, publisher, odd):
    partner = makers.make_partner()
    seen(save(editor, url("change", partner), city_en="Hamilton", **odd))
    seen(publisher.get(page_of(the_proposal())))
    for client in (editor, publisher):
        seen(client.get(f"{url('change', partner)}?proposal={the_proposal().pk}"))


# Reviewing


def test_a_form_says_that_a_proposal_waits_and_whose_words_fill_it_in(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec", _note="From their letter")
    assert "There is a proposal by editor" in seen(publisher.get(url("change", partner)))
    filled = seen(publisher.get(f"{url('change', partner)}?proposal={the_proposal().pk}"))
    assert "The form is filled in with the proposal by editor." in filled
    assert "There is a proposal by" not in filled
    assert "From their letter" in filled


def test_a_publisher_edits_a_proposal_and_saves_it(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintech")
    address = f"{url('change', partner)}?proposal={the_proposal().pk}"
    publisher.post(address, filled_in(publisher.get(address)) | {"name_en": "Wintec"})
    partner.refresh_from_db()
    assert partner.name_en == "Wintec"
    assert the_proposal().state == State.DONE
    assert the_proposal().reviewer == publisher.user


def test_an_author_who_saves_a_draft_after_all_withdraws_their_proposal(editor):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), status="published")
    address = f"{url('change', partner)}?proposal={the_proposal().pk}"
    editor.post(
        address, filled_in(editor.get(address)) | {"status": "draft", "city_en": "Kirikiriroa"}
    )
    partner.refresh_from_db()
    assert (partner.city_en, partner.status) == ("Kirikiriroa", Status.DRAFT)
    assert the_proposal().state == State.WITHDRAWN


def test_who_may_not_publish_closes_no_proposal_of_another(editor, colleague):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), status="published")
    address = f"{url('change', partner)}?proposal={the_proposal().pk}"
    other = colleague("other", "view_proposal")
    other.post(address, filled_in(other.get(address)) | {"status": "draft"})
    assert (the_proposal().state, the_proposal().reviewer) == (State.WAITING, None)


def test_what_was_carried_out_is_not_proposed_again_by_a_form_from_before(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    address = f"{url('change', partner)}?proposal={the_proposal().pk}"
    form = filled_in(editor.get(address))
    decide(publisher, the_proposal())
    editor.post(address, form | {"city_en": "Hamilton"})
    assert the_proposal(state=State.DONE).wanted["name_en"] == ["Wintec"]
    assert the_proposal(state=State.WAITING).wanted["city_en"] == ["Hamilton"]


def test_a_record_is_locked_before_its_proposal_wherever_both_are(editor, publisher):
    if not connection.features.has_select_for_update:
        pytest.skip("this database has no locks of rows")
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    address = f"{url('change', partner)}?proposal={the_proposal().pk}"
    form = filled_in(editor.get(address))
    in_order = ["partnerships_partner", "office_proposal"]
    assert locked(lambda: editor.post(address, form))[:2] == in_order
    assert locked(lambda: decide(publisher, the_proposal(), _due=in_hours(2)))[:2] == in_order
    assert locked(let_the_day_come)[:2] == in_order
    assert the_proposal().state == State.DONE


def test_a_proposal_is_returned_with_a_comment(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintech", _note="From their letter")
    assert "From their letter" in seen(publisher.get(page_of(the_proposal())))
    assert "Say in a word" in seen(decide(publisher, the_proposal(), "return"))
    decide(publisher, the_proposal(), "return", answer="One h too many")
    assert the_proposal().state == State.RETURNED
    assert "One h too many" in seen(editor.get(page_of(the_proposal())))


def test_the_author_withdraws_and_nobody_else_s_is_touched(editor, colleague):
    save(editor, url("change", makers.make_partner()), name_en="Wintec")
    other = colleague("other", "view_proposal")
    assert decide(other, the_proposal(), "withdraw").status_code == 403
    decide(editor, the_proposal(), "withdraw")
    assert the_proposal().state == State.WITHDRAWN


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_an_editor_decides_nothing(editor, decision):
    save(editor, url("change", makers.make_partner()), name_en="Wintec")
    assert decide(editor, the_proposal(), decision, answer="x").status_code == 403
    assert the_proposal().state == State.WAITING


def test_what_was_decided_is_not_decided_again(editor, publisher):
    save(editor, url("change", makers.make_partner()), name_en="Wintec")
    decide(publisher, the_proposal())
    assert "This was decided already." in seen(decide(publisher, the_proposal()))


def test_a_change_of_another_field_meanwhile_is_kept(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    save(publisher, url("change", partner), city_en="Hamilton")
    decide(publisher, the_proposal())
    partner.refresh_from_db()
    assert (partner.name_en, partner.city_en) == ("Wintec", "Hamilton")


def test_a_change_of_the_same_field_meanwhile_is_for_the_publisher_to_choose(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    save(publisher, url("change", partner), name_en="WINTEC")
    assert "(changed meanwhile)" in seen(publisher.get(page_of(the_proposal())))
    told = decide(publisher, the_proposal())
    assert told.redirect_chain[0][0] == f"{url('change', partner)}?proposal={the_proposal().pk}"
    assert "has changed meanwhile in the same fields: choose, then save." in seen(told)
    partner.refresh_from_db()
    assert partner.name_en == "WINTEC"


def test_a_proposal_for_a_record_that_was_deleted_says_so(editor, publisher):
    partner = makers.make_partner(name_en="Gone")
    save(editor, url("change", partner), name_en="Wintec")
    partner.delete()
    assert "deleted meanwhile" in seen(publisher.get(page_of(the_proposal())))
    assert "The record was deleted meanwhile." in seen(decide(publisher, the_proposal()))


def test_history_says_who_proposed_and_who_approved(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    decide(publisher, the_proposal())
    newest = partner.history.first()
    assert newest.history_user == publisher.user
    assert newest.history_change_reason == f"proposal {the_proposal().pk}"


def test_a_proposal_of_a_colleague_with_a_long_name_is_approved(colleague, publisher):
    partner = makers.make_partner()
    save(colleague("e" * 150, "view_proposal"), url("change", partner), name_en="Wintec")
    decide(publisher, the_proposal())
    assert f"As proposed by {'e' * 150}" in seen(publisher.get(url("history", partner)))


def test_a_colleague_is_called_by_name_the_family_s_first(editor, publisher):
    for client, given in ((editor, "丽"), (publisher, "芳")):
        client.user.last_name, client.user.first_name = "王", given
        client.user.save()
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    proposal, form = the_proposal(), url("change", partner)
    pages = [seen(publisher.get(form)), seen(publisher.get(f"{form}?proposal={proposal.pk}"))]
    decide(publisher, proposal)
    both = [seen(publisher.get(page_of(proposal))), seen(publisher.get(url("history", partner)))]
    both.append(seen(publisher.get(reverse("admin:office_proposal_changelist"))))
    assert all("王丽" in page for page in pages + both)
    assert all("王芳" in page for page in both)
    assert "丽 王" not in "".join(pages + both)


@pytest.mark.parametrize("number", ["0", "nonsense", "9" * 18])
def test_a_proposal_that_is_not_there_is_none(publisher, number):
    partner = makers.make_partner()
    assert publisher.get(f"/admin/office/proposal/{number}/change/").status_code == 404
    for what in ("proposal", "restore"):
        assert publisher.get(f"{url('change', partner)}?{what}={number}").status_code == 200


def test_the_list_asks_as_much_for_many_as_for_few(publisher):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            seen(publisher.get(reverse("admin:office_proposal_changelist")))
        return len(queries)

    def make(number):
        kind = ContentType.objects.get_for_model(Partner)
        fields = {"model": kind, "author": publisher.user, "base": {}, "wanted": {}}
        Proposal.objects.bulk_create(Proposal(**fields) for _ in range(number))

    make(5)
    asked()
    few = asked()
    make(50)
    assert asked() == few


# On a date


def let_the_day_come():
    Proposal.objects.filter(state=State.SCHEDULED).update(due=timezone.now())
    carry_out_what_is_due()


def test_a_change_takes_effect_on_its_date(publisher):
    partner = makers.make_partner(name_en="Old")
    told = save(publisher, url("change", partner), name_en="New", _due=in_hours(2))
    assert "it takes effect by itself on its date" in seen(told)
    carry_out_what_is_due()
    partner.refresh_from_db()
    assert partner.name_en == "Old"
    let_the_day_come()
    partner.refresh_from_db()
    assert partner.name_en == "New"
    assert the_proposal().state == State.DONE


def test_a_record_is_published_and_archived_on_its_dates(publisher):
    partner = makers.make_partner(status=Status.DRAFT)
    save(publisher, url("change", partner), status="published", _until=in_hours(2))
    partner.refresh_from_db()
    assert partner.status == Status.PUBLISHED
    let_the_day_come()
    partner.refresh_from_db()
    assert partner.status == Status.ARCHIVED


def test_a_new_record_is_published_and_archived_on_two_dates_chosen_at_once(publisher):
    fields = {"name_en": "Tea", "name_zh_hans": "茶艺", "slug": "tea", "level": "associate"}
    fields |= {"status": "published", "_due": in_hours(2), "_until": in_hours(4)}
    save(publisher, reverse("admin:profile_major_add"), **fields)
    assert "Archived on" in seen(publisher.get(page_of(the_proposal())))
    tea = makers.Major.objects.filter(slug="tea")
    let_the_day_come()
    assert tea.get().status == Status.PUBLISHED
    carry_out_what_is_due()
    assert tea.get().status == Status.PUBLISHED
    let_the_day_come()
    assert tea.get().status == Status.ARCHIVED


def test_a_scheduled_proposal_opens_with_its_dates(publisher):
    partner = makers.make_partner()
    dates = {"_due": in_hours(2), "_until": in_hours(4)}
    save(publisher, url("change", partner), name_en="New", **dates)
    form = seen(publisher.get(f"{url('change', partner)}?proposal={the_proposal().pk}"))
    for name, date in dates.items():
        assert f'name="{name}" id="id{name}" value="{date}"' in form


def test_every_process_that_serves_pages_lets_a_due_change_take_effect(editor, publisher):
    partner = makers.make_partner(name_en="Old")
    save(editor, url("change", partner), name_en="New")
    decide(publisher, the_proposal(), _due=in_hours(2))
    assert the_proposal().state == State.SCHEDULED
    Proposal.objects.update(due=timezone.now())
    Poller().do_jobs()
    partner.refresh_from_db()
    assert partner.name_en == "New"
    assert partner.history.first().history_user == publisher.user


def test_what_has_no_form_any_more_goes_back_and_keeps_nothing_from_its_date(publisher):
    first, second = makers.make_partner(city_en="Old"), makers.make_partner(city_en="Old")
    for partner in (first, second):
        save(publisher, url("change", partner), city_en="New", _due=in_hours(2))
    of_the_first = Proposal.objects.filter(record_id=first.pk)
    of_the_first.update(model=ContentType.objects.get_for_model(ContentType))
    let_the_day_come()
    second.refresh_from_db()
    assert (second.city_en, of_the_first.get().state) == ("New", State.WAITING)


def test_what_cannot_take_effect_goes_back_for_review(publisher):
    partner = makers.make_partner(name_en="Old")
    save(publisher, url("change", partner), name_en="New", _due=in_hours(2))
    save(publisher, url("change", partner), name_en="Newer")
    let_the_day_come()
    partner.refresh_from_db()
    assert partner.name_en == "Newer"
    assert the_proposal().state == State.WAITING
    assert "has changed meanwhile" in the_proposal().answer


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"_due": "next week"}, "Takes effect on: Enter a valid date/time."),
        ({"_due": "2027-02-30T08:00"}, "Takes effect on: Enter a valid date/time."),
        ({"_until": "some day"}, "Archived on: Enter a valid date/time."),
        ({"_until": "2020-01-01T08:00"}, "The date on which it is to be archived has passed."),
        (
            {"_due": "2099-01-02T08:00", "_until": "2099-01-01T08:00"},
            "It cannot be archived before it takes effect.",
        ),
    ],
)
def test_a_date_that_cannot_be_publishes_nothing_and_loses_nothing(publisher, dates, told):
    partner = makers.make_partner(name_en="Old")
    form = filled_in(publisher.get(url("change", partner)))
    typed = {"name_en": "New", "_note": "From their letter", **dates}
    page = seen(publisher.post(url("change", partner), form | typed))
    assert told in page
    assert [words for words in typed.values() if words not in page] == []
    partner.refresh_from_db()
    assert partner.name_en == "Old"
    assert not Proposal.objects.exists()


def test_a_review_with_a_date_that_cannot_be_stays_where_it_is(editor, publisher):
    partner = makers.make_partner(name_en="Old")
    save(editor, url("change", partner), name_en="New")
    told = seen(decide(publisher, the_proposal(), answer="Well done", _due="next week"))
    assert "Takes effect on: Enter a valid date/time." in told
    assert re.search(r"<textarea[^>]+>Well done<", told)
    partner.refresh_from_db()
    assert (partner.name_en, the_proposal().state) == ("Old", State.WAITING)
    assert the_proposal().answer == ""


def test_what_goes_back_is_told_in_one_language_whoever_passes_by(publisher):
    partner = makers.make_partner(name_en="Old")
    save(publisher, url("change", partner), name_en="New", _due=in_hours(2))
    save(publisher, url("change", partner), name_en="Newer")
    with override("zh-hans"):
        let_the_day_come()
    assert "has changed meanwhile" in the_proposal().answer


def test_a_date_that_has_passed_means_at_once(publisher):
    partner = makers.make_partner(name_en="Old")
    told = seen(save(publisher, url("change", partner), name_en="New", _due=in_hours(-2)))
    assert "The date has passed: that means at once." in told
    partner.refresh_from_db()
    assert partner.name_en == "New"


def test_what_is_withdrawn_before_its_turn_comes_does_not_take_effect(publisher):
    first, second = makers.make_partner(city_en="Old"), makers.make_partner(city_en="Old")
    for partner in (first, second):
        save(publisher, url("change", partner), city_en="New", _due=in_hours(2))

    def withdraw(**kwargs):
        Proposal.objects.filter(record_id=second.pk).update(state=State.WITHDRAWN)

    with hearing(post_save, withdraw, Partner):
        let_the_day_come()
    for partner, now in {first: "New", second: "Old"}.items():
        partner.refresh_from_db()
        assert partner.city_en == now
    assert the_proposal(record_id=second.pk).state == State.WITHDRAWN


def test_a_process_that_dies_at_its_work_leaves_it_to_the_next(publisher):
    partner = makers.make_partner(city_en="Old")
    save(publisher, url("change", partner), city_en="New", _due=in_hours(2))

    def die(**kwargs):
        raise SystemExit

    with hearing(post_save, die, Partner), pytest.raises(SystemExit):
        let_the_day_come()
    partner.refresh_from_db()
    assert (partner.city_en, the_proposal().state) == ("Old", State.SCHEDULED)
    carry_out_what_is_due()
    partner.refresh_from_db()
    assert (partner.city_en, the_proposal().state) == ("New", State.DONE)


# Previewing


@pytest.mark.parametrize(("code", "words"), [("en", "Seen first."), ("zh-hans", "先看。")])
def test_a_preview_is_the_public_page_and_leaves_nothing(editor, code, words):
    partner = makers.make_partner()
    form = filled_in(editor.get(url("change", partner)))
    versions = partner.history.count()
    changes = {"summary_en": "Seen first.", "summary_zh_hans": "先看。", "_preview": code}
    page = editor.post(url("change", partner), form | changes)
    assert f'<html lang="{code.replace("hans", "Hans")}"' in seen(page)
    assert words in seen(page)
    assert "no-store" in page["Cache-Control"]
    assert ("nothing of it is public" in seen(page)) is (code == "en")
    partner.refresh_from_db()
    assert "Seen first." not in partner.summary_en
    assert partner.history.count() == versions
    assert not Proposal.objects.exists()
    assert words not in ask(f"/{code}/partnerships/partners/{partner.slug}/").text


def test_a_new_record_is_previewed_before_there_is_any(editor):
    fields = {"name_en": "Tea", "slug": "tea", "level": "associate", "_preview": "zh-hans"}
    page = seen(editor.post(reverse("admin:profile_major_add"), fields))
    assert "(not written yet)" in page
    assert not makers.Major.objects.filter(slug="tea").exists()


def test_a_preview_shows_a_new_picture_and_saves_nothing(editor):
    partner = makers.make_partner()
    form = filled_in(editor.get(url("change", partner)))
    page = seen(editor.post(url("change", partner), form | {"logo": picture(), "_preview": "en"}))
    assert "/media/partners/" in page
    partner.refresh_from_db()
    assert not partner.logo


def test_a_publisher_previews_a_proposal(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), summary_en="Proposed words.")
    page = publisher.post(page_of(the_proposal()), {"_preview": "en"})
    assert "Proposed words." in seen(page)
    assert "Proposed words." not in ask(partner.get_absolute_url()).text


def test_no_page_shows_what_was_seen_in_a_preview(editor):
    partner = makers.make_partner(name_en="Quite new", status=Status.DRAFT)
    form = filled_in(editor.get(url("change", partner)))
    assert "Quite new" in seen(editor.post(url("change", partner), form | {"_preview": "en"}))
    assert "Quite new" not in ask("/en/partnerships/partners/").text


def test_what_cannot_be_shown_says_why(editor):
    partner = makers.make_partner()
    form = filled_in(editor.get(url("change", partner))) | {"since": "2018-13", "_preview": "en"}
    assert "is not a date" in refused(editor.post(url("change", partner), form))


def test_what_cannot_be_shown_comes_back_as_it_was_written(editor):
    partner = makers.make_partner(summary_zh_hans="", status=Status.DRAFT)
    form = filled_in(editor.get(url("change", partner)))
    page = editor.post(url("change", partner), form | {"website": "nowhere", "_preview": "en"})
    assert "This cannot be shown before it is mended." in refused(page)
    shown = page.context["adminform"].form
    assert (shown["summary_zh_hans"].value(), shown["status"].value()) == (None, "draft")
    assert "(not written yet)" not in seen(page)


def test_what_only_the_public_page_wants_is_named_where_the_draft_is_in_order(editor):
    agreement = makers.make_agreement(signed="", status=Status.DRAFT)
    form = filled_in(editor.get(url("change", agreement)))
    page = editor.post(url("change", agreement), form | {"_preview": "en"})
    told = "Before this can be shown: To publish, say when it was signed or took effect."
    assert told in seen(page)
    assert not page.context["errors"]
