"""What the register promises: states from dates, and nothing that cannot be."""

import datetime
import re
from itertools import cycle, product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from jinhua_site.content.models import Status
from jinhua_site.core.dates import PartialDate, months_before
from partnerships.models import Agreement, Mobility
from partnerships.models.mobility import academic_year, shown
from tests.support import makers
from tests.support.admin import MEMORANDUM, impossible

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 22)
State = Agreement.State


def state_of(agreement, day=TODAY):
    return Agreement.objects.with_state(day).get(pk=agreement.pk).state


# State


@pytest.mark.parametrize(
    ("state", "dates"),
    [
        (State.PROPOSED, {"signed": "", "status": Status.DRAFT}),
        (State.PROPOSED, {"signed": "2026-11-23"}),
        (State.PROPOSED, {"signed": "2026-12"}),
        (State.PROPOSED, {"signed": "2027"}),
        (State.PROPOSED, {"signed": "2026-10", "starts": "2027-01"}),
        (State.PROPOSED, {"signed": "2026-10", "starts": "2027-01", "ends": "2027-06"}),
        (State.ACTIVE, {"signed": "2026-11-22"}),
        (State.ACTIVE, {"signed": "2026"}),
        (State.ACTIVE, {"signed": "", "starts": "2020"}),
        (State.ACTIVE, {"signed": "2027-01", "starts": "2026-11"}),
        (State.ACTIVE, {"ends": "2027-11-22"}),
        (State.ACTIVE, {"ends": "2027-11"}),
        (State.ACTIVE, {"ends": "2027"}),
        (State.EXPIRING, {"ends": "2027-11-21"}),
        (State.EXPIRING, {"ends": "2027-10"}),
        (State.EXPIRING, {"ends": "2026-11-22"}),
        (State.EXPIRING, {"ends": "2026-11"}),
        (State.EXPIRING, {"ends": "2026"}),
        (State.EXPIRED, {"ends": "2026-11-21"}),
        (State.EXPIRED, {"ends": "2026-10"}),
        (State.EXPIRED, {"ends": "2025"}),
        (State.ACTIVE, {"ends": "2027-06", "auto_renews": True}),
        (State.ACTIVE, {"ends": "2020", "auto_renews": True}),
        (State.EXPIRING, {"ends": "2020", "auto_renews": True, "terminated": "2027-06"}),
        (State.TERMINATED, {"ends": "2020", "auto_renews": True, "terminated": "2026-06"}),
        (State.TERMINATED, {"terminated": "2026-11-22"}),
        (State.TERMINATED, {"terminated": "2026-11"}),
        (State.TERMINATED, {"terminated": "2026", "ends": "2029"}),
        (State.EXPIRING, {"terminated": "2026-11-23"}),
        (State.EXPIRING, {"terminated": "2027-11-22", "ends": "2029"}),
        (State.ACTIVE, {"terminated": "2027-11-23", "ends": "2029"}),
    ],
)
def test_the_state_follows_from_the_dates(state, dates):
    assert state_of(makers.make_agreement(**{"signed": "2018-06"} | dates)) == state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2018-05-31", State.PROPOSED),
        ("2018-06-01", State.ACTIVE),
        ("2027-02-28", State.ACTIVE),
        ("2027-03-01", State.EXPIRING),
        ("2028-02-29", State.EXPIRING),
        ("2028-03-01", State.EXPIRED),
    ],
)
def test_the_state_is_that_of_the_day_asked_for(day, state):
    agreement = makers.make_agreement(signed="2018-06", ends="2028-02")
    assert state_of(agreement, datetime.date.fromisoformat(day)) == state


def test_the_state_is_today_s_where_no_day_is_asked_for():
    agreement = makers.make_agreement()
    assert Agreement.objects.with_state().get(pk=agreement.pk).state == State.ACTIVE


@pytest.mark.parametrize(
    ("state", "renewal"),
    [
        (State.RENEWED, {"signed": "2026-11-22"}),
        (State.RENEWED, {"signed": "", "starts": "2026"}),
        (State.EXPIRED, {"signed": "2026-11-23"}),
        # Until the new one takes effect, the old one is what holds.
        (State.EXPIRED, {"signed": "2026-06", "starts": "2027-01"}),
        (State.EXPIRED, {"signed": "2026-06", "status": Status.DRAFT}),
        (State.RENEWED, {"signed": "2026-06", "public": False}),
    ],
)
def test_an_agreement_is_renewed_when_the_next_one_takes_effect(state, renewal):
    first = makers.make_agreement(ends="2025")
    makers.make_agreement(partner=first.partner, renews=first, **renewal)
    assert state_of(first) == state


def test_what_was_terminated_stays_so_when_another_takes_its_place():
    first = makers.make_agreement(terminated="2025")
    makers.make_agreement(partner=first.partner, renews=first)
    assert state_of(first) == State.TERMINATED


def possible(signed, starts, ends, terminated, auto_renews):
    """Whether an agreement can have these dates, in plain Python."""

    def in_order(earlier, later):
        return not (earlier and later) or last_day(later) >= first_day(earlier)

    return (
        (signed or starts)
        and in_order(signed, ends)
        and in_order(starts, ends)
        and in_order(signed or starts, terminated)
        and (auto_renews or in_order(terminated, ends))
        and (ends or not auto_renews)
    )


def first_day(date):
    return PartialDate(date).first_day


def last_day(date):
    return PartialDate(date).last_day


def state_read_from(agreement, renewals, day):
    """The state by the dates of an agreement and of those that renew it, in plain Python."""

    def begun(date):
        return bool(date) and first_day(date) <= day

    in_a_year = months_before(day, -12)
    last = last_day(agreement.ends) if agreement.ends and not agreement.auto_renews else None
    if begun(agreement.terminated):
        return State.TERMINATED
    if any(begun(renewal.starts or renewal.signed) for renewal in renewals):
        return State.RENEWED
    if not begun(agreement.starts or agreement.signed):
        return State.PROPOSED
    if last and last < day:
        return State.EXPIRED
    if last and last < in_a_year:
        return State.EXPIRING
    if agreement.terminated and first_day(agreement.terminated) <= in_a_year:
        return State.EXPIRING
    return State.ACTIVE


def test_hundreds_of_agreements_have_the_state_that_plain_python_reads_from_their_dates():
    partner = makers.make_partner()
    dates = product(
        ["", "2020", "2026-11-22", "2027-03"],
        ["", "2026-11", "2026-11-23"],
        ["", "2025", "2026-11-21", "2026-11", "2027-11-21", "2027-11-22", "2027", "2029-02-28"],
        ["", "2026-11-22", "2026-12", "2028"],
        [False, True],
    )
    names = ["signed", "starts", "ends", "terminated", "auto_renews"]
    rows = [dict(zip(names, row, strict=True)) for row in dates if possible(*row)]
    agreements = Agreement.objects.bulk_create(
        makers.make_agreement(saved=False, partner=partner, **row) for row in rows
    )
    taking_turns = cycle([None, None, {"signed": "2026"}, {"signed": "2026-06", "starts": "2028"}])
    renewals = Agreement.objects.bulk_create(
        makers.make_agreement(saved=False, partner=partner, renews=agreement, **renewal)
        for agreement, renewal in zip(agreements, taking_turns, strict=False)
        if renewal
    )
    assert len(agreements) > 300
    states = set()
    for day in map(datetime.date.fromisoformat, ["2026-11-21", "2026-11-22", "2028-02-29"]):
        for agreement in Agreement.objects.with_state(day).filter(partner=partner):
            of_it = [renewal for renewal in renewals if renewal.renews_id == agreement.pk]
            assert agreement.state == state_read_from(agreement, of_it, day), agreement.__dict__
            states.add(agreement.state)
    assert states == set(State)


@pytest.mark.parametrize(
    ("ends", "months", "day"),
    [
        ("2027-06-30", 6, "2026-12-30"),
        ("2027-08-31", 6, "2027-02-28"),
        ("2024-09", 6, "2024-03-30"),
        ("2027", 3, "2027-09-30"),
        ("2027-06-30", 0, "2027-06-30"),
        ("2027-06-30", None, "None"),
        ("", 6, "None"),
    ],
)
def test_notice_is_due_so_many_months_before_the_last_day(ends, months, day):
    agreement = makers.make_agreement(ends=ends, notice_months=months)
    assert str(agreement.notice_by) == day


# Rules


@impossible
def test_the_database_refuses_what_cannot_be(fields, sentence):
    with pytest.raises(IntegrityError), transaction.atomic():
        makers.make_agreement(**fields)


@impossible
def test_what_cannot_be_is_refused_in_a_sentence(fields, sentence):
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        makers.make_agreement(saved=False, **fields).full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"ends": "2018"},
        {"ends": "2018-06"},
        {"signed": "2018", "ends": "2018-01"},
        {"terminated": "2018"},
        {"starts": "2019", "terminated": "2018-12"},
        {"ends": "2024", "terminated": "2024-12-31"},
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


def test_an_activity_hangs_from_a_memorandum_with_the_same_partner():
    memorandum = makers.make_agreement(kind=MEMORANDUM)
    partner = memorandum.partner
    activity = makers.make_agreement(partner=partner, follows_from=memorandum)
    activity.full_clean(exclude=["title"])
    wrong = "Choose a memorandum of understanding with the same partner."
    for above in (makers.make_agreement(kind=MEMORANDUM), makers.make_agreement(partner=partner)):
        activity.follows_from = above
        assert refused_for(activity, "follows_from") == [wrong]


def test_a_memorandum_has_nothing_above_it():
    above = makers.make_agreement(kind=MEMORANDUM)
    with pytest.raises(IntegrityError), transaction.atomic():
        makers.make_agreement(kind=MEMORANDUM, partner=above.partner, follows_from=above)


def test_an_agreement_renews_another_one_with_the_same_partner():
    agreement = makers.make_agreement()
    agreement.renews = makers.make_agreement()
    wrong = ["Choose an agreement with the same partner."]
    assert refused_for(agreement, "renews") == wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(renews=agreement.pk)


def test_a_memorandum_stays_one_while_agreements_follow_from_it():
    memorandum = makers.make_agreement(kind=MEMORANDUM)
    makers.make_agreement(partner=memorandum.partner, follows_from=memorandum)
    memorandum.kind = Agreement.Kind.OTHER
    wrong = ["Agreements follow from it: it stays a memorandum."]
    assert refused_for(memorandum, "kind") == wrong


@pytest.mark.parametrize("hanging", ["follows_from", "renews", "mobility"])
def test_an_agreement_keeps_its_partner_while_anything_hangs_from_it(hanging):
    agreement = makers.make_agreement(kind=MEMORANDUM)
    if hanging == "mobility":
        makers.make_mobility(partner=agreement.partner, agreement=agreement)
    else:
        makers.make_agreement(partner=agreement.partner, **{hanging: agreement})
    agreement.partner = makers.make_partner()
    assert refused_for(agreement, "partner") == ["Records linked to it name another partner."]


def test_an_agreement_is_called_by_what_tells_it_from_the_others():
    partner = makers.make_partner(name_en="Wintec")
    agreement = makers.make_agreement(title_en="Joint college", partner=partner, signed="2014-05")
    assert str(agreement) == "Joint college · Wintec · 2014-05"
    draft = makers.make_agreement(
        title_en="", title_zh_hans="中美会计", partner=None, signed="", status=Status.DRAFT
    )
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


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_group_of_fewer_than_five_is_not_told_in_numbers(language):
    with override(language):
        small = {shown(number) for number in range(1, 5)}
        assert len(small) == 1
        assert re.findall(r"\d+", small.pop()) == ["5"]
        assert [shown(number) for number in (0, 5, 12)] == ["0", "5", "12"]
    with override("en"):
        assert shown(4) == "fewer than 5"


def test_an_academic_year_names_both_its_years():
    assert [academic_year(year) for year in (2024, 1999)] == ["2024–2025", "1999–2000"]


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


def test_mobility_counts_under_an_agreement_with_the_same_partner():
    mobility = makers.make_mobility(saved=False, agreement=makers.make_agreement())
    wrong = ["Choose an agreement with the same partner."]
    assert refused_for(mobility, "agreement") == wrong


# Practices


def test_an_achievement_and_an_evidence_say_what_they_lack():
    evidence = makers.make_evidence(saved=False, address="")
    assert refused_for(evidence, "__all__") == ["Give its web address or its document."]
    again = makers.make_achievement(saved=False, practice=makers.make_achievement().practice)
    wrong = ["There is an achievement of this date already."]
    assert refused_for(again, "__all__") == wrong
