"""A form shows who else has it open, to users who may see the record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jinhua_site.office.models import Presence
from tests.support import makers
from tests.support.admin import seen, url


def presence_of(record):
    return url("presence", record)


@pytest.fixture
def partner(db):
    return makers.make_partner()


def test_a_form_tells_who_else_has_it_open_until_they_leave_or_a_minute_passes(
    staff, colleague_with, partner
):
    other, ask = colleague_with("view_partner", "view_country"), presence_of(partner)
    assert "open too" not in seen(other.get(url("change", partner)))
    assert "<p>Hua Li has this record open too.</p>" in seen(staff.get(url("change", partner)))
    told = other.post(ask)
    assert told.json() == {"notices": ["staff has this record open too."]}
    assert not told.cookies
    for elsewhere in (makers.make_partner(), partner.country):
        assert other.post(presence_of(elsewhere)).json() == {"notices": []}
    staff.post(ask, {"leaving": "1"})
    assert other.post(ask).json() == {"notices": []}
    staff.post(ask)
    Presence.objects.update(seen=timezone.now() - timedelta(seconds=61))
    assert other.post(ask).json() == {"notices": []}
    Presence.objects.update(seen=timezone.now() - timedelta(days=1, seconds=1))
    other.post(ask)
    assert [presence.user.username for presence in Presence.objects.all()] == ["lihua"]


def test_only_who_may_see_a_record_is_told_of_it(client, colleague_with, partner):
    other = colleague_with("view_country")
    assert other.post(presence_of(partner)).status_code == 403
    assert other.get(presence_of(partner.country)).status_code == 405
    assert client.post(presence_of(partner)).status_code == 302
    nobody = presence_of(partner.country).replace(f"/{partner.country.pk}/", "/987654321/")
    assert other.post(nobody).status_code == 404
    assert not Presence.objects.exists()


def test_presence_asks_for_the_token_of_the_form(colleague_with, partner):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = colleague_with("view_partner").cookies
    assert strict.post(presence_of(partner)).status_code == 403
