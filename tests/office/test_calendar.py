"""Each colleague's calendar feed has the register's deadlines, and stays private."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from icalendar import Calendar

from jinhua_site.content.models import Status
from jinhua_site.office.models import CalendarKey
from tests.support import makers
from tests.support.admin import seen


@pytest.fixture
def observer(client, db):
    user = makers.make_colleague("observer")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def address(client, observer):
    return make_address(client)


def make_address(client):
    """Create a new address on the dashboard, and return it."""
    page = seen(client.post("/admin/calendar/", follow=True))
    return re.search(r'<code id="calendar-address">http://127.0.0.1:8000(/[^<]+)</code>', page)[1]


def days_of(agreement, client, address):
    """Return the events of an agreement in the feed, by their stable names."""
    calendar = Calendar.from_ical(seen(client.get(address)))
    mark = f"agreement-{agreement.pk}-"
    return {
        str(event["uid"]).partition("@")[0].removeprefix(mark): event
        for event in calendar.walk("VEVENT")
        if str(event["uid"]).startswith(mark)
    }


def test_an_agreement_has_its_last_day_and_its_day_to_give_notice(client, address):
    partner = makers.make_partner(name_en="Oulu", name_zh_hans="奥卢")
    agreement = makers.make_agreement(
        partner=partner, title_en="Exchange", title_zh_hans="交换", ends="2099-06", notice_months=6
    )
    found = days_of(agreement, client, address)
    assert {name: event.decoded("dtstart") for name, event in found.items()} == {
        "end": datetime.date(2099, 6, 30),
        "notice": datetime.date(2098, 12, 30),
    }
    for words in ("Exchange · Oulu", "交换 · 奥卢"):
        assert all(words in event["summary"] for event in found.values())


def test_only_what_is_in_force_is_in_the_calendar(client, address):
    running = [
        {"ends": "2099", "status": Status.DRAFT},
        {"ends": "2019", "auto_renews": True},
        {"terminated": "2099-01"},
    ]
    over = [{"ends": "2099", "terminated": "2019"}, {"ends": "2099", "signed": "2098"}, {}]
    for dates in running + over:
        found = days_of(makers.make_agreement(**dates), client, address)
        assert bool(found) == (dates in running), dates
        assert not dates.get("auto_renews") or "renews itself" in found["end"]["summary"]


def test_a_calendar_program_needs_no_cookie_and_nothing_keeps_what_it_gets(client, address):
    makers.make_agreement(ends="2099")
    client.logout()
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert not response.cookies
    text = response.content.decode()
    assert "DTSTART;VALUE=DATE:20991231" in text
    assert client.post(address).status_code == 405


def test_an_unknown_key_is_no_page(client, observer, address):
    """Neither is that of before, or of a colleague who has left or lost the permission."""
    assert client.get("/calendar/x/agreements.ics").status_code == 404
    before, address = address, make_address(client)
    assert client.get(before).status_code == 404
    assert seen(client.get(address))
    observer.groups.clear()
    assert client.get(address).status_code == 404
    observer.groups.set(Group.objects.filter(name="observer"))
    assert seen(client.get(address))
    observer.is_active = False
    observer.save()
    assert client.get(address).status_code == 404


def test_an_address_is_made_only_when_asked_for_and_only_by_staff(client, observer):
    assert "Make an address" in seen(client.get("/admin/"))
    assert client.get("/admin/calendar/").status_code == 405
    client.logout()
    assert client.post("/admin/calendar/").url.startswith("/admin/login/")
    assert not CalendarKey.objects.exists()
