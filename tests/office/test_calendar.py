"""The days of the register in a colleague's own calendar, and in nobody else's."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from icalendar import Calendar

from jinhua_site.content.models import Status
from jinhua_site.office.models import CalendarKey
from tests.support import makers
from tests.support.admin import seen
from tests.support.pages import public_addresses


@pytest.fixture
def colleague(client, db):
    user = makers.make_colleague("observer")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def make_address(client):
    """Ask for a new address on the dashboard, and read it there."""
    page = seen(client.post("/admin/calendar/", follow=True))
    return re.search(r'<code id="calendar-address">http://127.0.0.1:8000(/[^<]+)</code>', page)[1]


def days(client, address):
    """What a calendar program finds: each day by its stable name."""
    calendar = Calendar.from_ical(seen(client.get(address)))
    return {
        str(event["uid"]): (event.decoded("dtstart"), str(event["summary"]))
        for event in calendar.walk("VEVENT")
    }


def of(agreement, found):
    mark = f"agreement-{agreement.pk}-"
    return {
        name.partition("@")[0].removeprefix(mark): day
        for name, day in found.items()
        if name.startswith(mark)
    }


def test_an_agreement_has_its_last_day_and_its_day_to_give_notice(client, colleague):
    partner = makers.make_partner(name_en="Oulu", name_zh_hans="奥卢")
    agreement = makers.make_agreement(
        partner=partner, title_en="Exchange", title_zh_hans="交换", ends="2099-06", notice_months=6
    )
    found = of(agreement, days(client, make_address(client)))
    assert {name: date for name, (date, _words) in found.items()} == {
        "end": datetime.date(2099, 6, 30),
        "notice": datetime.date(2098, 12, 30),
    }
    for _date, words in found.values():
        assert "Exchange · Oulu" in words
        assert "交换 · 奥卢" in words


def test_only_what_is_in_force_is_in_the_calendar(client, colleague):
    running = [
        makers.make_agreement(ends="2099"),
        makers.make_agreement(ends="2099", status=Status.DRAFT),
        makers.make_agreement(ends="2019", auto_renews=True),
        makers.make_agreement(terminated="2099-01"),
    ]
    over = [
        makers.make_agreement(ends="2019"),
        makers.make_agreement(ends="2099", terminated="2019"),
        makers.make_agreement(ends="2099", signed="2098"),
        makers.make_agreement(),
    ]
    found = days(client, make_address(client))
    assert all(of(agreement, found) for agreement in running)
    assert not any(of(agreement, found) for agreement in over)
    assert "renews itself" in of(running[2], found)["end"][1]


def test_an_event_keeps_its_name_when_its_date_changes(client, colleague):
    agreement = makers.make_agreement(ends="2098")
    address = make_address(client)
    before = days(client, address)
    agreement.ends = "2099"
    agreement.save()
    after = days(client, address)
    assert before.keys() == after.keys()
    assert of(agreement, after)["end"][0] == datetime.date(2099, 12, 31)


def test_a_calendar_program_needs_no_cookie_and_nothing_keeps_what_it_gets(client, colleague):
    makers.make_agreement(ends="2099")
    address = make_address(client)
    client.logout()
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert not response.cookies
    text = response.content.decode()
    assert "DTSTART;VALUE=DATE:20991231" in text
    assert "VALARM" not in text
    assert client.post(address).status_code == 405


def test_a_new_address_makes_the_old_one_void(client, colleague):
    first = make_address(client)
    second = make_address(client)
    assert first != second
    assert client.get(first).status_code == 404
    assert seen(client.get(second))
    assert CalendarKey.objects.filter(user=colleague).count() == 1


def test_whoever_has_left_or_lost_the_permission_finds_nothing(client, colleague):
    address = make_address(client)
    colleague.groups.clear()
    assert client.get(address).status_code == 404
    colleague.groups.set(Group.objects.filter(name="observer"))
    assert seen(client.get(address))
    colleague.is_active = False
    colleague.save()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("key", ["x", "x" * 500, "%00", "../../x"])
def test_an_unknown_key_is_no_page(client, db, key):
    assert client.get(f"/calendar/{key}/agreements.ics").status_code == 404


def test_an_address_is_made_only_when_asked_for_and_only_by_staff(client, colleague):
    assert "Make an address" in seen(client.get("/admin/"))
    assert client.get("/admin/calendar/").status_code == 405
    client.logout()
    assert client.post("/admin/calendar/").url.startswith("/admin/login/")
    assert not CalendarKey.objects.exists()


def test_robots_and_the_sitemap_leave_calendars_alone(client, db):
    assert "Disallow: /calendar/" in seen(client.get("/robots.txt")).splitlines()
    assert not [address for address in public_addresses() if "calendar" in address]
