"""A proposal approved for a date is carried out then, or returned for review."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.translation import override

from jinhua_site.content.content_number import every_second
from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from jinhua_site.office.proposals.review import carry_out_what_is_due
from partnerships.models import Partner
from profile.models import Major
from tests.support import makers
from tests.support.admin import filled_in, save, seen, url
from tests.support.proposals import (
    State,
    again,
    decide,
    form_of,
    hearing,
    in_hours,
    now,
    on_the_minute,
    page_of,
    propose,
    the_proposal,
)


def dates_in(page):
    """Return the values of the date fields by their names."""
    return dict(re.findall(r'type="datetime-local" name="_(\w+)"(?: value="([^"]*)")?', seen(page)))


def let_the_day_come():
    Proposal.objects.filter(state=State.SCHEDULED).update(due=timezone.now())
    carry_out_what_is_due()


# Taking effect


def test_a_change_takes_effect_on_its_date_though_a_process_dies_at_its_work(editor, publisher):
    def die(**kwargs):
        raise SystemExit

    partner = makers.make_partner(name_en="Old")
    told = seen(decide(publisher, propose(editor, partner, name_en="New"), _due=in_hours(2)))
    assert "it takes effect by itself on its date" in told
    carry_out_what_is_due()
    assert now(partner, "name_en") == "Old"
    with hearing(post_save, die, Partner), pytest.raises(SystemExit):
        let_the_day_come()
    assert (now(partner, "name_en"), the_proposal().state) == ("Old", State.SCHEDULED)
    every_second.send_robust(None)
    assert (now(partner, "name_en"), the_proposal().state) == ("New", State.DONE)
    assert partner.history.first().history_user == publisher.user


def test_a_new_record_is_published_and_archived_on_two_dates_chosen_at_once(publisher):
    fields = {"name_en": "Tea", "name_zh_hans": "茶艺", "slug": "tea", "level": "associate"}
    fields |= {"status": "published", "_due": in_hours(2), "_until": in_hours(4)}
    save(publisher, url("add", Major), **fields)
    assert "Archived on" in seen(publisher.get(page_of(the_proposal())))
    let_the_day_come()
    tea = Major.objects.get(slug="tea")
    carry_out_what_is_due()
    assert now(tea, "status") == Status.PUBLISHED
    let_the_day_come()
    assert now(tea, "status") == Status.ARCHIVED


def test_what_cannot_take_effect_goes_back_and_says_why_in_one_language(publisher):
    first, second = (makers.make_partner(city_en="Old") for _ in range(2))
    agreement = makers.make_agreement(signed="2018")
    for partner in (first, second):
        save(publisher, url("change", partner), city_en="New", _due=in_hours(2))
    save(publisher, url("change", agreement), ends="2020", _due=in_hours(2))
    without_form = the_proposal(record_id=first.pk)
    without_form.model = ContentType.objects.get_for_model(ContentType)
    without_form.save()
    save(publisher, url("change", second), city_en="Newer")
    save(publisher, url("change", agreement), signed="2021")
    with override("zh-hans"):  # any visitor's language
        let_the_day_come()
    assert (now(second, "city_en"), now(agreement, "signed", "ends")) == ("Newer", ["2021", ""])
    reasons = ["the log of the site tells why", "has changed meanwhile", "cannot end before"]
    for reason, proposal in zip(reasons, Proposal.objects.order_by("pk"), strict=True):
        assert (proposal.state, proposal.due) == (State.WAITING, None)
        assert reason in proposal.answer


def test_nothing_takes_effect_of_whoever_may_no_longer_publish(publisher):
    partner = makers.make_partner(city_en="Old")
    save(publisher, url("change", partner), city_en="New", _due=in_hours(2))
    publisher.user.user_permissions.clear()
    let_the_day_come()
    assert (now(partner, "city_en"), the_proposal().state) == ("Old", State.WAITING)
    assert "somebody else has to approve it" in the_proposal().answer


# Approving for a date


def test_what_is_lacking_is_told_at_approval_and_not_on_the_day(editor, publisher):
    proposal = propose(editor, makers.make_partner(), name_zh_hans="", _due=in_hours(3))
    assert proposal.due is None  # no editor names the day
    told = seen(decide(publisher, proposal, _due=in_hours(2)))
    assert "This cannot be published yet: To publish, write this in English and in Chin" in told
    assert now(proposal, "state", "due") == [State.UNFINISHED, None]


def test_a_reviewer_approves_another_s_proposal_for_its_dates_in_the_form(publisher, colleague):
    partner, due, until = makers.make_partner(city_en="Old"), in_hours(2), in_hours(4)
    proposal = propose(publisher, partner, city_en="New", _due=due, _until=until, _propose="1")
    assert proposal.state == State.WAITING
    reviewer = colleague("reviewer", "view_proposal", "publish")
    assert dates_in(reviewer.get(page_of(proposal))) == {"due": due}
    page = reviewer.get(form_of(proposal, partner))
    assert dates_in(page) == {"due": due, "until": until}
    form = again(page) | {"_due": due, "_until": until, "city_en": "Newer"}
    seen(reviewer.post(form_of(proposal, partner), form, follow=True))
    assert now(the_proposal(), "author", "reviewer") == [publisher.user, reviewer.user]
    assert now(the_proposal(), "state", "pk") == [State.SCHEDULED, proposal.pk]
    let_the_day_come()
    assert now(partner, "city_en") == "Newer"


def test_the_dates_of_what_is_not_complete_stay_in_its_form(publisher):
    partner, until = makers.make_partner(status=Status.DRAFT, name_zh_hans=""), in_hours(2)
    page = save(publisher, url("change", partner), status="published", _until=until)
    assert "Saved as a draft." in seen(page)
    assert dates_in(page) == {"due": "", "until": until}
    form = filled_in(page) | {"name_zh_hans": "怀卡托", "status": "published", "_until": until}
    publisher.post(page.redirect_chain[0][0], form)
    assert on_the_minute(the_proposal(state=State.SCHEDULED).due) == until


def test_a_date_that_cannot_be_publishes_nothing_and_loses_nothing(publisher):
    partner = makers.make_partner(name_en="Old")
    for dates, message in [
        ({"_due": "2027-02-30T08:00"}, "Takes effect on: Enter a valid date/time."),
        ({"_until": "2020-01-01T08:00"}, "The date on which it is to be archived has passed."),
        (
            {"_due": "2099-01-02T08:00", "_until": "2099-01-01T08:00"},
            "It cannot be archived before it takes effect.",
        ),
    ]:
        typed = {"name_en": "New", "_note": "From their letter", **dates}
        page = seen(save(publisher, url("change", partner), **typed))
        assert [
            words for words in (message, "data-unsaved", *typed.values()) if words not in page
        ] == []
    assert now(partner, "name_en") == "Old"
    assert not Proposal.objects.exists()


def test_a_review_with_a_date_that_cannot_be_stays_where_it_is(editor, publisher):
    partner = makers.make_partner(name_en="Old")
    proposal = propose(editor, partner, name_en="New")
    page = seen(decide(publisher, proposal, _answer="Well done", _due="next week"))
    assert "Takes effect on: Enter a valid date/time." in page
    assert re.search(r"<textarea[^>]+>\s*Well done<", page)
    assert now(proposal, "state", "answer") == [State.WAITING, ""]
    told = seen(decide(publisher, proposal, _due=in_hours(-2)))
    assert "The date has passed: that means at once." in told
    assert now(partner, "name_en") == "New"
