"""The dashboard shows each colleague what waits, and every number links to its rows."""

import datetime
import re
from functools import partial

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from jinhua_site.content.models import Status
from jinhua_site.core.dates import months_before
from jinhua_site.office.models import OutdatedText, Proposal
from partnerships.models import Agreement, Partner
from profile.models import Fact
from tests.support import makers
from tests.support.admin import choose, queries, seen, url

ENDING = {months: f"Agreements that end within {months} months" for months in (12, 6, 3)}
REVIEW, MINE = "Proposals waiting for your review", "Your open proposals"
LACKING, OUTDATED = (
    "Records that lack a translation",
    "Records whose translation may be out of date",
)


@pytest.fixture
def signed_in(client, db):
    """Sign the client in as a colleague with this role."""

    def sign_in(role):
        client.user = makers.make_colleague(role)
        client.force_login(client.user)
        client.cookies["django_language"] = "en"
        return client

    return sign_in


@pytest.fixture
def publisher(signed_in):
    return signed_in("publisher")


def tiles(client):
    """Return the number and the address of each tile on the dashboard, by its title."""
    pattern = r'<a href="([^"]*)"><strong>(\d+)</strong> <span>([^<]*)</span></a>'
    found = re.findall(pattern, seen(client.get("/admin/")))
    return {words: (int(number), link.replace("&amp;", "&")) for link, number, words in found}


def number(client, tile):
    """Return the number of a tile; check that its list has as many rows."""
    total, address = tiles(client)[tile]
    response = client.get(address)
    seen(response)
    rows = response.context.get("cl") or response.context["page"].paginator
    assert total == (rows.result_count if "cl" in response.context else rows.count)
    return total


def ago(months, days=0):
    return months_before(timezone.localdate(), months) - datetime.timedelta(days=days)


def propose(author, state=Proposal.State.WAITING):
    model = ContentType.objects.get_for_model(Partner)
    return Proposal.objects.create(
        model=model, record_name="A partner", base={}, wanted={}, author=author, state=state
    )


# The numbers and their lists


def facts():
    makers.make_fact(review_months=12, reviewed_on=ago(11))
    makers.make_fact(review_months=3, reviewed_on=ago(5))
    return 1


def agreements(months):
    soon = ago(-months, 1).isoformat()
    for fields in ({}, {"status": Status.DRAFT}, {"public": False}):
        makers.make_agreement(ends=soon, **fields)
    makers.make_agreement(ends=ago(-months, -1).isoformat())
    makers.make_agreement(ends="2019")
    makers.make_agreement(ends=soon, auto_renews=True)
    makers.make_agreement(ends=soon, terminated="2020")
    renewed = makers.make_agreement(ends=soon)
    makers.make_agreement(renews=renewed, partner=renewed.partner, signed="2020")
    return 3


def partners():
    for verified in (None, ago(12, 1), ago(12), timezone.localdate()):
        makers.make_partner(verified_on=verified)
        makers.make_partner(verified_on=verified, status=Status.DRAFT)
        makers.make_partner(verified_on=verified, status=Status.ARCHIVED)
    return 4


@pytest.mark.parametrize(
    ("tile", "make"),
    [
        ("Facts due for review", facts),
        *((title, partial(agreements, months)) for months, title in ENDING.items()),
        ("Partners not verified for a year", partners),
    ],
)
def test_a_number_is_that_of_the_rows_it_leads_to(publisher, tile, make):
    before = number(publisher, tile)
    new = make()
    assert number(publisher, tile) == before + new


def test_proposals_wait_for_a_publisher_and_are_the_author_s_own(publisher):
    other = makers.make_colleague("editor")
    for state in Proposal.State:
        propose(other, state)
        propose(publisher.user, state)
    open_ones = len(Proposal.OPEN)
    assert (number(publisher, REVIEW), number(publisher, MINE)) == (2, open_ones)
    publisher.force_login(other)
    assert REVIEW not in tiles(publisher)
    assert number(publisher, MINE) == open_ones


def test_texts_that_are_missing_or_outdated_are_counted_by_record(publisher):
    names = (LACKING, OUTDATED, "Drafts")
    before = {name: number(publisher, name) for name in names}
    makers.make_partner(summary_en="", city_en="Oulu", status=Status.DRAFT)
    makers.make_partner(city_en="", city_zh_hans="")
    partner = makers.make_partner()
    model = ContentType.objects.get_for_model(Partner)
    for field in ("name", "summary"):
        OutdatedText.objects.create(model=model, record_id=partner.pk, field=field, language="en")
    assert {name: number(publisher, name) - before[name] for name in names} == {
        LACKING: 1,
        OUTDATED: 1,
        "Drafts": 1,
    }


@pytest.mark.parametrize(
    ("figures", "reviewed_on", "due"),
    [
        ([], None, True),
        ([], "2026-08-01", False),
        ([], "2025-11-21", True),
        (["2025"], None, False),  # its last day is 31 December
        (["2025-11"], None, False),
        (["2025-10"], None, True),
        (["2025-10"], "2025-11-22", False),
        (["2024", "2026-01-05"], None, False),
    ],
)
def test_a_fact_is_due_when_its_cycle_has_passed_without_a_look(db, figures, reviewed_on, due):
    fact = makers.make_fact(review_months=12, reviewed_on=reviewed_on)
    for as_of in figures:
        makers.make_figure(fact=fact, as_of=as_of)
    makers.make_figure(fact=fact, as_of="2026-10", status=Status.DRAFT)  # postpones nothing
    assert Fact.objects.to_review(datetime.date(2026, 11, 22)).filter(pk=fact.pk).exists() == due


def test_a_cycle_longer_than_the_calendar_is_never_over(db):
    fact = makers.make_fact(review_months=32767, reviewed_on="1990-01-01")
    assert not Fact.objects.to_review().filter(pk=fact.pk).exists()


# The page


def test_the_dashboard_stands_above_the_content_and_a_number_of_zero_is_quiet(publisher):
    page = seen(publisher.get("/admin/"))
    assert page.index('id="dashboard"') < page.index("app-partnerships")
    assert re.search(rf'<li class="done">\s*<a [^>]*><strong>0</strong> <span>{MINE}', page)


def test_nobody_is_shown_a_number_they_may_not_follow(signed_in):
    assert tiles(signed_in("nobody")) == {}
    for role in ("observer", "editor"):
        client = signed_in(role)
        for _number, address in tiles(client).values():
            assert client.get(address).status_code == 200


def test_the_dashboard_asks_the_same_few_questions_of_any_number_of_rows(publisher):
    few = queries(publisher, "/admin/")
    assert few <= 12
    country = makers.make_country()
    makers.make_many(makers.make_fact, 30)
    partner = makers.make_many(makers.make_partner, 30, country=country)[0]
    makers.make_many(makers.make_agreement, 30, partner=partner, ends="2027")
    for _ in range(10):
        propose(publisher.user)
    assert queries(publisher, "/admin/") == few


# Reviews


def test_an_editor_notes_that_a_fact_still_holds(signed_in):
    editor = signed_in("editor")
    fact = makers.make_fact()
    page = choose(editor, "reviewed_today", fact)
    assert "1 record was noted as looked at today." in page
    fact.refresh_from_db()
    assert fact.reviewed_on == timezone.localdate()
    assert not Fact.objects.to_review().filter(pk=fact.pk).exists()
    version = fact.history.first()
    assert (version.reviewed_on, version.history_user) == (fact.reviewed_on, editor.user)


def test_a_publisher_notes_that_a_partner_was_verified_and_no_editor_does(publisher, signed_in):
    publisher.user.last_name, publisher.user.first_name = "王", "丽"
    publisher.user.save()
    partner, other = makers.make_partner(), makers.make_partner()
    choose(publisher, "verified_today", partner)
    partner.refresh_from_db()
    assert (partner.verified_on, partner.verified_by) == (timezone.localdate(), "王丽")
    editor = signed_in("editor")
    assert 'value="verified_today"' not in seen(editor.get(url("changelist", Partner)))
    choose(editor, "verified_today", other)
    assert Partner.objects.get(pk=other.pk).verified_on is None


def test_a_choice_that_a_filter_does_not_have_lists_everything(publisher):
    makers.make_agreement()
    response = publisher.get(f"{url('changelist', Agreement)}?expiring=99")
    assert response.context["cl"].result_count == Agreement.objects.count()
