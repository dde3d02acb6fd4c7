"""The dashboard shows each colleague what waits, and every number links to its rows."""

import datetime
import re
from itertools import product

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from jinhua_site.content.models import Status
from jinhua_site.core.dates import months_before
from jinhua_site.office.models import OutdatedText, Proposal
from partnerships.models import Partner
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


def make_agreements_that_end(day, partner):
    """Make agreements with this last day, of which three are to be looked at."""
    for fields in ({}, {"status": Status.DRAFT}, {"public": False}):
        makers.make_agreement(partner=partner, ends=day, **fields)
    for fields in ({"auto_renews": True}, {"terminated": "2020"}):
        makers.make_agreement(partner=partner, ends=day, **fields)
    renewed = makers.make_agreement(partner=partner, ends=day)
    makers.make_agreement(partner=partner, renews=renewed, signed="2020")


def test_every_number_is_that_of_the_rows_it_leads_to(publisher):
    before = tiles(publisher)
    makers.make_fact(review_months=12, reviewed_on=ago(11))
    makers.make_fact(review_months=3, reviewed_on=ago(5))
    makers.make_fact(review_months=32767, reviewed_on="1990-01-01")
    for status, verified in product(Status, (None, ago(12, 1), ago(12))):
        makers.make_partner(verified_on=verified, status=status)
    verified = {"verified_on": timezone.localdate()}
    partner = makers.make_partner(**verified)
    make_agreements_that_end(ago(-6, 1).isoformat(), partner)
    for day in (ago(-6, -1).isoformat(), "2019"):
        makers.make_agreement(partner=partner, ends=day)
    makers.make_partner(summary_en="", city_en="Oulu", status=Status.DRAFT, **verified)
    model = ContentType.objects.get_for_model(Partner)
    for field in ("name", "summary"):
        OutdatedText.objects.create(model=model, record_id=partner.pk, field=field, language="en")
    other = makers.make_colleague("editor")
    for author, state in product((other, publisher.user), Proposal.State):
        propose(author, state)
    open_ones = len(Proposal.OPEN)
    assert {tile: number(publisher, tile) - before[tile][0] for tile in before} == {
        REVIEW: 2,
        MINE: open_ones,
        "Facts due for review": 1,
        **{title: {12: 4, 6: 3, 3: 0}[months] for months, title in ENDING.items()},
        "Partners not verified for a year": 4,
        LACKING: 1,
        OUTDATED: 1,
        "Drafts": 5,
    }
    publisher.force_login(other)
    assert REVIEW not in tiles(publisher)
    assert number(publisher, MINE) == open_ones


@pytest.mark.parametrize(
    ("figures", "reviewed_on", "due"),
    [
        ([], None, True),
        ([], "2026-08-01", False),
        (["2025"], None, False),  # its last day is 31 December
        (["2025-11"], None, False),
        (["2025-10"], None, True),
        (["2025-10"], "2025-11-22", False),
    ],
)
def test_a_fact_is_due_when_its_cycle_has_passed_without_a_look(db, figures, reviewed_on, due):
    fact = makers.make_fact(review_months=12, reviewed_on=reviewed_on)
    for as_of in figures:
        makers.make_figure(fact=fact, as_of=as_of)
    makers.make_figure(fact=fact, as_of="2026-10", status=Status.DRAFT)  # postpones nothing
    assert Fact.objects.to_review(datetime.date(2026, 11, 22)).filter(pk=fact.pk).exists() == due


# The page


def test_it_stands_above_the_content_and_leads_nowhere_one_may_not_go(signed_in):
    assert tiles(signed_in("nobody")) == {}
    observer = signed_in("observer")
    for tile in tiles(observer):
        number(observer, tile)
    page = seen(observer.get("/admin/"))
    assert page.index('id="dashboard"') < page.index("app-partnerships")
    page = seen(signed_in("editor").get("/admin/"))
    assert re.search(rf'<li class="done">\s*<a [^>]*><strong>0</strong> <span>{MINE}', page)


def test_it_and_the_list_of_proposals_ask_as_much_for_many_as_for_few(publisher):
    pages = ("/admin/", "/admin/office/proposal/")
    propose(publisher.user)
    few = [queries(publisher, page) for page in pages]
    country = makers.make_country()
    makers.make_many(makers.make_fact, 30)
    partner = makers.make_many(makers.make_partner, 30, country=country)[0]
    makers.make_many(makers.make_agreement, 30, partner=partner, ends="2027")
    for _ in range(10):
        propose(publisher.user)
    assert [queries(publisher, page) for page in pages] == few


# Reviews


def test_a_colleague_notes_that_a_fact_holds_and_a_publisher_that_a_partner_does(signed_in):
    editor, fact, partner = signed_in("editor"), makers.make_fact(), makers.make_partner()
    page = choose(editor, "reviewed_today", fact)
    assert "1 record was noted as looked at today." in page
    fact.refresh_from_db()
    assert fact.reviewed_on == timezone.localdate()
    version = fact.history.first()
    assert (version.reviewed_on, version.history_user) == (fact.reviewed_on, editor.user)
    assert 'value="verified_today"' not in seen(editor.get(url("changelist", Partner)))
    choose(editor, "verified_today", partner)
    assert Partner.objects.get(pk=partner.pk).verified_on is None
    publisher = signed_in("publisher")
    publisher.user.last_name, publisher.user.first_name = "王", "丽"
    publisher.user.save()
    choose(publisher, "verified_today", partner)
    partner.refresh_from_db()
    assert (partner.verified_on, partner.verified_by) == (timezone.localdate(), "王丽")
