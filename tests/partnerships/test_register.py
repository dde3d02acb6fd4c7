"""The register: states follow from dates, and impossible records are refused."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from jinhua_site.content.models import Status
from jinhua_site.core.dates import PartialDate
from partnerships.models import Agreement, Mobility
from partnerships.models.mobility import academic_year, shown
from tests.support import makers
from tests.support.admin import MEMORANDUM
from tests.support.pages import stop_the_clock

pytestmark = pytest.mark.django_db

State = Agreement.State
ENDS_FIRST = "It cannot end before it is signed or takes effect."
TERMINATED_FIRST = "It cannot be terminated before it begins."


@pytest.fixture(autouse=True)
def today(monkeypatch):
    stop_the_clock(monkeypatch, datetime.date(2026, 11, 22))


def state_of(agreement):
    return Agreement.objects.with_state().get(pk=agreement.pk).state


@pytest.mark.parametrize(
    ("state", "dates"),
    [
        (State.PROPOSED, {"signed": "", "status": Status.DRAFT}),
        (State.PROPOSED, {"signed": "2026-11-23"}),
        (State.PROPOSED, {"signed": "2026-10", "starts": "2027-01", "ends": "2027-06"}),
        (State.ACTIVE, {"signed": "2026-11-22"}),
        (State.ACTIVE, {"signed": "", "starts": "2020"}),
        (State.ACTIVE, {"signed": "2027-01", "starts": "2026-11"}),
        (State.ACTIVE, {"ends": "2027-11-22"}),
        (State.EXPIRING, {"ends": "2027-11-21"}),
        (State.EXPIRING, {"ends": "2026-11-22"}),
        (State.EXPIRING, {"ends": "2026"}),
        (State.EXPIRED, {"ends": "2026-11-21"}),
        (State.ACTIVE, {"ends": "2020", "auto_renews": True}),
        (State.EXPIRING, {"ends": "2020", "auto_renews": True, "terminated": "2027-06"}),
        (State.TERMINATED, {"terminated": "2026-11-22"}),
        (State.EXPIRING, {"terminated": "2026-11-23"}),
        (State.EXPIRING, {"terminated": "2027-11-22", "ends": "2029"}),
        (State.ACTIVE, {"terminated": "2027-11-23", "ends": "2029"}),
    ],
)
def test_the_state_follows_from_the_dates(state, dates):
    assert state_of(makers.make_agreement(**{"signed": "2018-06"} | dates)) == state


@pytest.mark.parametrize(
    ("state", "dates", "renewal"),
    [
        (State.RENEWED, {"ends": "2025"}, {"signed": "2026-11-22"}),
        (State.EXPIRED, {"ends": "2025"}, {"signed": "2026-11-23"}),
        # Until the new one takes effect, the old one is in force.
        (State.EXPIRED, {"ends": "2025"}, {"signed": "2026-06", "starts": "2027-01"}),
        (State.EXPIRED, {"ends": "2025"}, {"signed": "2026-06", "status": Status.DRAFT}),
        (State.RENEWED, {"ends": "2025"}, {"signed": "2026-06", "public": False}),
        (State.TERMINATED, {"terminated": "2025"}, {"signed": "2026-06"}),
    ],
)
def test_an_agreement_is_renewed_when_the_next_one_takes_effect(state, dates, renewal):
    first = makers.make_agreement(**dates)
    makers.make_agreement(partner=first.partner, renews=first, **renewal)
    assert state_of(first) == state


@pytest.mark.parametrize(
    ("ends", "months", "day"),
    [
        ("2027-06-30", 6, "2026-12-30"),
        ("2027-08-31", 6, "2027-02-28"),
        ("2027-06-30", None, "None"),
        ("", 6, "None"),
    ],
)
def test_notice_is_due_so_many_months_before_the_last_day(ends, months, day):
    agreement = Agreement(ends=ends and PartialDate(ends), notice_months=months)
    assert str(agreement.notice_by) == day


# Rules


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends": "2018-05-31"}, ENDS_FIRST),
        ({"signed": "", "starts": "2019-01", "ends": "2018"}, ENDS_FIRST),
        ({"terminated": "2018-05"}, TERMINATED_FIRST),
        ({"signed": "", "starts": "2019", "terminated": "2018"}, TERMINATED_FIRST),
        ({"ends": "2024", "terminated": "2025"}, "What has ended cannot be terminated later."),
        ({"auto_renews": True}, "What renews itself needs a last day to renew from."),
        ({"signed": ""}, "To publish, say when it was signed or took effect."),
        ({"partner": None}, "To publish, name the partner."),
        ({"title_zh_hans": ""}, "To publish, write this in English and in Chinese: title."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_by_the_database(fields, sentence):
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        makers.make_agreement(saved=False, **fields).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        makers.make_agreement(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"terminated": "2018"},
        {"ends": "2024", "terminated": "2025", "auto_renews": True},
        {"signed": "2018-06", "starts": "2018-01"},
    ],
)
def test_dates_that_may_be_are_taken_at_whatever_precision(fields):
    makers.make_agreement(**fields).full_clean(exclude=["title"])


def refused_for(record, field):
    with pytest.raises(ValidationError) as refusal:
        record.full_clean(exclude=["title"])
    return refusal.value.message_dict[field]


def test_an_activity_follows_from_a_memorandum_with_the_same_partner():
    memorandum = makers.make_agreement(kind=MEMORANDUM)
    partner = memorandum.partner
    activity = makers.make_agreement(partner=partner, follows_from=memorandum)
    activity.full_clean(exclude=["title"])
    wrong = ["Choose a memorandum of understanding with the same partner."]
    for above in (makers.make_agreement(kind=MEMORANDUM), makers.make_agreement(partner=partner)):
        activity.follows_from = above
        assert refused_for(activity, "follows_from") == wrong
    memorandum.kind = Agreement.Kind.OTHER
    wrong = ["Agreements follow from it: it stays a memorandum."]
    assert refused_for(memorandum, "kind") == wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        makers.make_agreement(kind=MEMORANDUM, partner=partner, follows_from=memorandum)


def test_what_names_an_agreement_has_the_same_partner():
    agreement, other = makers.make_agreement(), makers.make_agreement()
    wrong = ["Choose an agreement with the same partner."]
    for record, link in [(agreement, "renews"), (makers.make_mobility(), "agreement")]:
        setattr(record, link, other)
        assert refused_for(record, link) == wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(renews=agreement.pk)


@pytest.mark.parametrize("link", ["follows_from", "renews", "agreement"])
def test_an_agreement_keeps_its_partner_while_anything_is_linked_to_it(link):
    agreement = makers.make_agreement(kind=MEMORANDUM)
    make = makers.make_mobility if link == "agreement" else makers.make_agreement
    make(partner=agreement.partner, **{link: agreement})
    agreement.partner = makers.make_partner()
    wrong = ["Records linked to it name another partner."]
    assert refused_for(agreement, "partner") == wrong


def test_an_agreement_is_called_by_what_tells_it_from_the_others():
    partner = makers.make_partner(name_en="Wintec")
    agreement = makers.make_agreement(title_en="Joint college", partner=partner, signed="2014-05")
    assert str(agreement) == "Joint college · Wintec · 2014-05"
    draft = {"partner": None, "signed": "", "status": Status.DRAFT}
    draft = makers.make_agreement(title_en="", title_zh_hans="中美会计", **draft)
    assert str(draft) == "中美会计"


# Mobility


def test_mobility_adds_up_what_is_published_by_year_direction_and_who():
    Mobility.objects.all().delete()
    partner = makers.make_partner()
    agreement = makers.make_agreement(partner=partner)
    makers.make_mobility(partner=partner, number=2)
    makers.make_mobility(partner=partner, agreement=agreement, number=3)
    makers.make_mobility(number=40)
    makers.make_mobility(year=2023, direction="in", who="staff", number=1)
    makers.make_mobility(number=500, status=Status.DRAFT)
    makers.make_mobility(number=500, partner=makers.make_partner(status=Status.DRAFT))
    assert [tuple(row.values()) for row in Mobility.objects.totals()] == [
        (2024, "out", "students", 45),
        (2023, "in", "staff", 1),
    ]
    assert [row["total"] for row in partner.mobility.totals()] == [5]


@pytest.mark.parametrize(
    ("code", "fewer", "year"),
    [("en", "fewer than 5", "2024–2025"), ("zh-hans", "不足5人", "2024—2025学年")],
)
def test_a_group_of_fewer_than_five_is_not_told_in_numbers(code, fewer, year):
    with override(code):
        assert {shown(number) for number in range(1, 5)} == {fewer}
        assert [shown(number) for number in (0, 5, 12)] == ["0", "5", "12"]
        assert academic_year(2024) == year


@pytest.mark.parametrize("under_an_agreement", [True, False])
def test_a_number_is_counted_once(under_an_agreement):
    partner = makers.make_partner()
    agreement = makers.make_agreement(partner=partner) if under_an_agreement else None
    makers.make_mobility(partner=partner, agreement=agreement)
    again = makers.make_mobility(saved=False, partner=partner, agreement=agreement)
    wrong = ["This number is there already; change that row."]
    assert refused_for(again, "__all__") == wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
