"""What a reviewer sees, chooses and writes of a proposal is kept until it is done."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from tests.support import makers
from tests.support.admin import filled_in, refused, save, seen, url
from tests.support.proposals import again, decide, in_hours, page_of, take, the_proposal

State = Proposal.State
IN_CHINESE = {"django_language": "zh-hans"}


def filled_with(proposal, record=None):
    """The address of the form, filled in with a proposal."""
    page = url("change", record) if record else reverse("admin:partnerships_partner_add")
    return f"{page}?proposal={proposal.pk}"


def dates_in(page):
    """What stands in the fields of the dates, by their name."""
    return dict(re.findall(r'name="_(due|until)" id="\w+" value="([^"]*)"', seen(page)))


def on_the_minute(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


# What both changed


@pytest.mark.parametrize(("side", "stays"), [("mine", "Wintec"), ("theirs", "WINTEC")])
def test_of_a_field_that_both_changed_the_publisher_takes_either(editor, publisher, side, stays):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    save(publisher, url("change", partner), name_en="WINTEC")
    page = decide(publisher, the_proposal())
    assert "publisher changed this record after this was proposed" in seen(page)
    assert '<span lang="en">WINTEC</span>' in seen(page)
    form = again(page) | take(page, side, "name_en")
    seen(publisher.post(filled_with(the_proposal(), partner), form, follow=True))
    partner.refresh_from_db()
    assert (partner.name_en, the_proposal().state) == (stays, State.DONE)


def test_whoever_mends_a_proposal_is_shown_what_was_written_since(editor, publisher):
    partner = makers.make_partner(city_en="Old")
    save(editor, url("change", partner), city_en="Mine")
    save(publisher, url("change", partner), city_en="Theirs")
    assert '<span lang="en">Theirs</span>' in seen(editor.get(filled_with(the_proposal(), partner)))


def test_a_colleague_s_proposal_does_not_fill_in_again_what_was_saved_over_it(editor, colleague):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), city_en="Hamilton", _propose="1")
    other = colleague("other", "view_proposal")
    form = filled_in(other.get(filled_with(the_proposal(), partner)))
    form |= {"status": "draft", "city_en": "Auckland", "_continue": "1"}
    page = other.post(filled_with(the_proposal(), partner), form, follow=True)
    assert filled_in(page)["city_en"] == "Auckland"


# Dates


def test_what_is_proposed_with_dates_is_offered_with_them(publisher, colleague):
    partner, due, until = makers.make_partner(city_en="Old"), in_hours(2), in_hours(4)
    wanted = {"city_en": "New", "_due": due, "_until": until, "_propose": "1"}
    save(publisher, url("change", partner), **wanted)
    proposal = the_proposal(state=State.WAITING)
    assert (on_the_minute(proposal.due), on_the_minute(proposal.until)) == (due, until)
    review = colleague("reviewer", "view_proposal", "publish").get(page_of(proposal))
    assert dates_in(review) == {"due": due}


def test_no_editor_names_the_day(editor):
    save(editor, url("change", makers.make_partner()), city_en="New", _due=in_hours(2))
    assert (the_proposal().due, the_proposal().state) == (None, State.WAITING)


def test_an_approved_date_stays_unless_it_is_cleared(publisher):
    partner, due = makers.make_partner(city_en="Old"), in_hours(2)
    save(publisher, url("change", partner), city_en="New", _due=due)
    offered = dates_in(publisher.get(page_of(the_proposal())))["due"]
    decide(publisher, the_proposal(), _due=offered)
    proposal = the_proposal(state=State.SCHEDULED)
    assert on_the_minute(proposal.due) == due
    decide(publisher, proposal, _due="")
    partner.refresh_from_db()
    assert partner.city_en == "New"


def test_a_date_that_was_cleared_stays_cleared(publisher):
    partner = makers.make_partner()
    save(publisher, url("change", partner), city_en="New", _due=in_hours(2), _until=in_hours(4))
    address = filled_with(the_proposal(), partner)
    page = publisher.get(address)
    assert all(dates_in(page).values())
    form = filled_in(page) | {"_due": "", "_until": "", "_note": "", "since": "2018-13"}
    page = publisher.post(address, form)
    assert "is not a date" in refused(page)
    assert dates_in(page) == {"due": "", "until": ""}


def test_the_day_of_archiving_outlives_a_save_that_becomes_a_draft(publisher):
    partner, until = makers.make_partner(status=Status.DRAFT, name_zh_hans=""), in_hours(2)
    page = save(publisher, url("change", partner), status="published", _until=until)
    assert "Saved as a draft." in seen(page)
    assert dates_in(page) == {"due": "", "until": until}
    address = page.redirect_chain[0][0]
    form = filled_in(page) | {"name_zh_hans": "怀卡托", "status": "published", "_note": ""}
    page = publisher.post(address, form | {"_until": until, "_continue": "1"}, follow=True)
    assert dates_in(page) == {"due": "", "until": ""}
    assert on_the_minute(the_proposal(state=State.SCHEDULED).due) == until


def test_a_proposal_that_a_publisher_saves_as_a_draft_is_done(editor, publisher):
    fields = {"name_en": "Tea", "slug": "tea", "level": "associate", "status": "published"}
    address = reverse("admin:profile_major_add")
    save(editor, address, **fields)
    proposal = the_proposal(state=State.UNFINISHED)
    told = save(publisher, f"{address}?proposal={proposal.pk}")
    assert "Saved as a draft." in seen(told)
    tea = makers.Major.objects.get(slug="tea")
    assert (the_proposal().state, the_proposal().record_id) == (State.DONE, tea.pk)


def test_a_little_window_closes_also_when_only_a_draft_was_saved(publisher):
    address = reverse("admin:profile_faculty_add") + "?_to_field=id&_popup=1"
    fields = {"name_en": "Tea", "slug": "tea", "status": "published"}
    fields |= {"_popup": "1", "_to_field": "id"}
    saved = publisher.post(address, filled_in(publisher.get(address)) | fields)
    assert "data-popup-response" in seen(saved)
    assert makers.Faculty.objects.get(slug="tea").status == Status.DRAFT


# Comments


def test_a_comment_stays_when_the_next_decision_has_none(editor, publisher):
    save(editor, url("change", makers.make_partner()), name_en="Wintech")
    decide(publisher, the_proposal(), "return", answer="One h too many")
    assert "Say in a word" in seen(decide(publisher, the_proposal(), "return", answer=" "))
    decide(editor, the_proposal(), "withdraw")
    assert (the_proposal().answer, the_proposal().state) == ("One h too many", State.WITHDRAWN)


def test_a_comment_that_was_typed_stays_where_approving_did_not_succeed(editor, publisher):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec", name_zh_hans="")
    page = seen(decide(publisher, the_proposal(), answer="Nearly there"))
    assert "This cannot be published yet: " in page
    assert re.search(r"<textarea[^>]+>Nearly there<", page)
    assert the_proposal().answer == ""


# Odd and Chinese


def test_a_character_that_no_database_keeps_is_left_out(editor, publisher):
    partner = makers.make_partner()
    odd = {"name_en": "Win\0tec", "_note": "From\0 Mei"}
    save(editor, url("change", partner), **odd, _base='{"name_en": ["\\u0000"]}')
    assert the_proposal().wanted["name_en"] == ["Wintec"]
    assert the_proposal().note == "From Mei"
    decide(publisher, the_proposal(), "return", answer="No\0")
    assert the_proposal().answer == "No"


def test_what_is_missing_is_told_in_chinese_without_spaces(editor):
    editor.cookies.load(IN_CHINESE)
    told = seen(save(editor, url("change", makers.make_partner()), name_en="", summary_en=""))
    assert re.search("发布前请填写中英文：[^。]+。发布前请填写中英文：[^。]+。<", told)


def test_authors_are_looked_for_by_name(editor, publisher, colleague):
    colleague("idle")
    editor.user.last_name, editor.user.first_name = "王", "丽"
    editor.user.save()
    save(editor, url("change", makers.make_partner()), name_en="Wintec")
    save(publisher, url("change", makers.make_partner()), name_en="Wintec", _propose="1")
    found = seen(publisher.get(reverse("admin:office_proposal_changelist")))
    choices = re.findall(r'<a href="\?author__id__exact=\d+"[^>]*>\s*([^<]+?)\s*</a>', found)
    assert choices == ["publisher", "王丽"]
    by = f"?author__id__exact={editor.user.pk}&o=4"
    listed = seen(publisher.get(reverse("admin:office_proposal_changelist") + by))
    assert "1 proposal" in listed
