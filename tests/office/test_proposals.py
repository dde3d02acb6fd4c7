"""An editor's changes go public only after a publisher has approved them."""

import re

import pytest
from django.db import connection
from django.utils import timezone

from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from jinhua_site.office.proposals.review import carry_out_what_is_due
from profile.models import Fact, Faculty, Figure, Major
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    every_model,
    filled_in,
    save,
    seen,
    upload,
    url,
    with_figures,
)
from tests.support.pages import ask
from tests.support.proposals import (
    State,
    again,
    decide,
    form_of,
    in_hours,
    locked,
    now,
    page_of,
    propose,
    take,
    the_proposal,
)

LIST = "/admin/office/proposal/"


# Proposing


def test_an_editor_s_change_of_a_public_text_waits_for_review(editor, publisher):
    partner = makers.make_partner(summary_en="Old words.", summary_zh_hans="旧文。")
    address = partner.get_absolute_url()
    told = save(editor, url("change", partner), summary_en="New words.", summary_zh_hans="新文。")
    assert "Proposed. Nothing changes for the public until a publisher approves." in seen(told)
    assert now(partner, "summary_en", "summary_zh_hans") == ["Old words.", "旧文。"]
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


def test_each_message_says_what_the_public_will_not_see(editor, publisher):
    partner = makers.make_partner()
    told = seen(save(editor, url("change", partner), _propose="1", status="draft"))
    assert "until a publisher approves. Its status is “draft”: the public does not" in told
    told = seen(decide(publisher, the_proposal(), _due=in_hours(2)))
    assert "by itself on its date. Its status is “draft”: the public does not see it." in told
    told = seen(decide(publisher, the_proposal()))
    assert "Approved. Its status is “draft”: the public does not see it." in told
    partner.country.status = "draft"
    partner.country.save()
    told = seen(decide(publisher, propose(editor, partner, status="published")))
    assert "The public does not see it: it is not marked public" in told
    assert ask(partner.get_absolute_url()).status != 200


@every_model
def test_every_kind_of_public_record_is_proposed_and_approved(editor, publisher, model):
    record = MAKERS[model]()
    versions = record.history.count()
    texts = [name for name in filled_in(editor.get(url("change", record))) if name.endswith("_en")]
    changes = {texts[0]: "Newly proposed"} if texts else {"number": 77}
    changes = {"note_en": "Newly proposed"} if model is Figure else changes
    proposal = propose(editor, record, **changes)
    assert record.history.count() == versions
    decide(publisher, proposal)
    newest = record.history.first()
    found = newest.diff_against(newest.prev_record).changes
    changed = {change.field for change in found if change.old or change.new}
    assert changed - {"changed"} == {*changes}


def test_changed_and_removed_rows_and_files_wait_with_their_proposal(editor, publisher):
    practice = makers.make_practice()
    makers.make_achievement(practice=practice, text_en="Wrong", date="2020")
    kept = makers.make_achievement(practice=practice, text_en="Opened", date="2021")
    evidence = makers.make_evidence(practice=practice)
    rows = {"achievements-1-text_en": "Opened at last", "achievements-0-DELETE": "on"}
    proposal = propose(publisher, practice, _propose="1", **rows, **{"evidence-0-file": upload()})
    assert {row.text_en for row in practice.achievements.all()} == {"Wrong", "Opened"}
    assert not now(evidence, "file")
    assert "To be taken out." in seen(editor.get(page_of(proposal)))
    decide(publisher, proposal)
    rows = [(row.pk, row.text_en) for row in practice.achievements.all()]
    assert rows == [(kept.pk, "Opened at last")]
    with now(evidence, "file").open() as file:
        assert file.read().startswith(b"%PDF")


def test_a_draft_is_the_editor_s_own_until_it_is_to_go_public(editor, publisher):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), city_en="Hamilton")
    save(editor, url("add", Major), name_en="Tea", slug="tea", level="associate")
    assert now(partner, "city_en") == "Hamilton"
    assert Major.objects.get(slug="tea").status == Status.DRAFT
    assert not Proposal.objects.exists()
    # A status that is sent twice counts as the form takes it: the last one.
    proposal = propose(editor, partner, city_en="Auckland", status=["draft", "published"])
    assert now(partner, "city_en", "status") == ["Auckland", Status.DRAFT]
    assert proposal.state == State.WAITING


def test_a_new_public_record_of_an_editor_is_a_proposal_with_its_rows(editor, publisher):
    fields = {"key": "canteens", "label_en": "Canteens", "label_zh_hans": "食堂", "group": "campus"}
    rows = with_figures("2024", "2025") | {"figures-0-value": "1270"}
    rows |= {"figures-1-value": "1280", "figures-1-status": "draft"}
    save(editor, url("add", Fact), **fields, **rows)
    assert not Fact.objects.filter(key="canteens").exists()
    review = seen(publisher.get(page_of(the_proposal())))
    assert [words for words in ("Canteens", "Figure: new", "1270") if words not in review] == []
    told = seen(decide(publisher, the_proposal()))
    assert "The public sees it now. The public does not see the drafts in it." in told
    fact = Fact.objects.get(key="canteens")
    assert the_proposal().record_id == fact.pk
    page = ask(fact.get_absolute_url()).text
    assert ("1,270" in page, "1,280" in page) == (True, False)


def test_an_unfinished_proposal_says_what_is_missing_and_its_author_mends_it(editor, publisher):
    partner = makers.make_partner()
    told = seen(save(editor, url("change", partner), name_zh_hans="", name_en="Wintec"))
    assert "Kept as an unfinished proposal." in told
    assert "To publish, write this in English and in Chinese: name." in told
    proposal = the_proposal(state=State.UNFINISHED)
    page = seen(decide(publisher, proposal, _answer="Nearly there"))
    assert "This cannot be published yet: To publish, write" in page
    assert re.search(r"<textarea[^>]+>\s*Nearly there<", page)
    assert now(proposal, "state", "answer") == [State.UNFINISHED, ""]
    page = editor.get(form_of(proposal, partner))
    assert 'value="Wintec"' in seen(page)
    editor.post(form_of(proposal, partner), again(page) | {"name_zh_hans": "怀卡托"})
    assert now(the_proposal(), "pk", "state") == [proposal.pk, State.WAITING]


def test_no_form_that_somebody_has_tampered_with_is_a_fault_of_the_site(editor, publisher):
    partner = makers.make_partner()
    odd = {"foo:bar": "1", "achievements:7:text_en": "1", "country": "9" * 30, "areas": "x"}
    odd |= {"_base": '{"city_en": [1]}', "_take-city_en": "mine", "name_en": "Win\0tec"}
    seen(save(editor, url("change", partner), city_en="Hamilton", **odd))
    assert the_proposal().wanted["name_en"] == ["Wintec"]  # no database keeps that character
    seen(publisher.get(page_of(the_proposal())))
    for client in (editor, publisher):
        seen(client.get(form_of(the_proposal(), partner)))
    seen(decide(publisher, the_proposal(), "return", _answer="No\0"))


def test_a_little_window_beside_a_field_saves_drafts_and_proposes_what_is_public(editor):
    fields = {"name_en": "Tea", "slug": "tea", "_popup": "1", "_to_field": "id"}
    saved = save(editor, url("add", Faculty), **fields)
    assert "data-popup-response" in seen(saved)
    assert Faculty.objects.get(name_en="Tea").status == Status.DRAFT
    source = makers.make_source(title_en="Old")
    save(editor, url("change", source), title_en="New", _popup="1", _to_field="id")
    assert now(source, "title_en") == "Old"
    assert the_proposal().wanted["title_en"] == ["New"]


# Reviewing


def test_a_form_says_that_a_proposal_waits_and_by_name_whose_words_fill_it_in(editor, publisher):
    for client, given in ((editor, "丽"), (publisher, "芳")):
        client.user.last_name, client.user.first_name = "王", given
        client.user.save()
    partner = makers.make_partner()
    proposal = propose(editor, partner, name_en="Wintech", _note="From their letter")
    before = filled_in(editor.get(form_of(proposal, partner)))
    assert "There is a proposal by 王丽" in seen(publisher.get(url("change", partner)))
    page = publisher.get(form_of(proposal, partner))
    assert "The form is filled in with the proposal by 王丽." in seen(page)
    assert "There is a proposal by" not in seen(page)
    assert "From their letter" in seen(page)
    publisher.post(form_of(proposal, partner), again(page) | {"name_en": "Wintec"})
    assert now(partner, "name_en") == "Wintec"
    assert now(proposal, "state", "reviewer") == [State.DONE, publisher.user]
    propose(publisher, partner, _propose="1")
    for address in (page_of(proposal), LIST):
        shown = seen(publisher.get(address))
        assert ("王丽" in shown, "王芳" in shown) == (True, True)
    choices = dict(re.findall(r'<a href="\?(author__id__exact=\d+)"[^>]*>\s*(\S+?)\s*</a>', shown))
    assert {*choices.values()} == {"王丽", "王芳"}
    # What was carried out is not proposed again by a form from before.
    editor.post(form_of(proposal, partner), before | {"city_en": "Hamilton"})
    assert the_proposal(state=State.DONE).pk == proposal.pk
    again_proposed = the_proposal(state=State.WAITING, author=editor.user)
    assert again_proposed.wanted["city_en"] == ["Hamilton"]


def test_only_its_author_or_a_publisher_closes_a_proposal_by_saving_a_draft(
    editor, publisher, colleague
):
    partner = makers.make_partner(status=Status.DRAFT)
    proposal = propose(editor, partner, city_en="Hamilton", status="published")
    address, other = form_of(proposal, partner), colleague("other", "view_proposal")
    page = save(other, address, status="draft", city_en="Auckland", _continue="1")
    assert filled_in(page)["city_en"] == "Auckland"  # not the proposal's again
    assert now(proposal, "state", "reviewer") == [State.WAITING, None]
    save(editor, address, status="draft", city_en="Kirikiriroa")
    assert now(partner, "city_en", "status") == ["Kirikiriroa", Status.DRAFT]
    assert now(proposal, "state") == State.WITHDRAWN


def test_a_record_is_locked_before_its_proposal_wherever_both_are(editor, publisher):
    if not connection.features.has_select_for_update:
        pytest.skip("this database has no locks of rows")
    partner = makers.make_partner()
    proposal = propose(editor, partner, name_en="Wintec")
    form = filled_in(editor.get(form_of(proposal, partner)))
    in_order = ["partnerships_partner", "office_proposal"]
    assert locked(lambda: editor.post(form_of(proposal, partner), form))[:2] == in_order
    assert locked(lambda: decide(publisher, proposal, _due=in_hours(2)))[:2] == in_order
    Proposal.objects.update(due=timezone.now())
    assert locked(carry_out_what_is_due)[:2] == in_order
    assert now(proposal, "state") == State.DONE


def test_a_proposal_is_returned_with_a_comment_which_stays(editor, publisher):
    proposal = propose(editor, makers.make_partner(), name_en="Wintech", _note="From their letter")
    assert "From their letter" in seen(publisher.get(page_of(proposal)))
    assert "Say in a word" in seen(decide(publisher, proposal, "return"))
    decide(publisher, proposal, "return", _answer="One h too many")
    assert now(proposal, "state") == State.RETURNED
    assert "One h too many" in seen(editor.get(page_of(proposal)))
    assert "Say in a word" in seen(decide(publisher, proposal, "return", _answer=" "))
    decide(editor, proposal, "withdraw")
    assert now(proposal, "state", "answer") == [State.WITHDRAWN, "One h too many"]


def test_each_decides_what_is_theirs_to_decide_and_nothing_twice(editor, publisher, colleague):
    proposal, other = propose(editor, makers.make_partner(), name_en="W"), colleague("other")
    other.user.user_permissions.add(*editor.user.user_permissions.all())
    for client, decision in [(other, "withdraw"), (editor, "approve"), (editor, "return")]:
        assert decide(client, proposal, decision, _answer="x").status_code == 403
    assert decide(publisher, proposal, "keep").status_code == 403
    assert now(proposal, "state") == State.WAITING
    decide(editor, proposal, "withdraw")
    assert now(proposal, "state") == State.WITHDRAWN
    assert "This was decided already." in seen(decide(publisher, proposal))
    assert now(proposal, "state") == State.WITHDRAWN


def test_of_a_field_that_both_changed_the_publisher_takes_either(editor, publisher):
    partner = makers.make_partner()
    proposal = propose(editor, partner, name_en="Wintec", own_name="Te", own_language="mi")
    save(publisher, url("change", partner), name_en="WINTEC", city_en="Hamilton")
    assert "(changed meanwhile)" in seen(publisher.get(page_of(proposal)))
    for page in (editor.get(form_of(proposal, partner)), decide(publisher, proposal)):
        assert "publisher changed this record after this was proposed" in seen(page)
        assert '<span lang="en">WINTEC</span>' in seen(page)
    assert "has changed meanwhile in the same fields: choose, then save." in seen(page)
    assert now(partner, "name_en") == "WINTEC"
    publisher.post(form_of(proposal, partner), again(page) | take(page, "mine", "name_en"))
    assert now(partner, "name_en", "own_name", "city_en") == ["Wintec", "Te", "Hamilton"]
    assert now(proposal, "state") == State.DONE


def test_a_proposal_for_a_record_that_was_deleted_says_so(editor, publisher):
    partner = makers.make_partner()
    proposal = propose(editor, partner, name_en="Wintec")
    partner.delete()
    assert "deleted meanwhile" in seen(publisher.get(page_of(proposal)))
    assert "The record was deleted meanwhile." in seen(decide(publisher, proposal))
