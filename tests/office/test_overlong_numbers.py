"""Nobody gets a 500 for a day at the end of time, nor for a number too long to count."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.support.pages import ask, kind_of, public_addresses

pytestmark = pytest.mark.django_db

DIGITS = "9" * 5_000
BEYOND_SQL = "9" * 19  # more than a column of 64 bits holds
LAST_DAYS = ["9999", "1000", DIGITS]


def one_of_each_kind():
    return {kind_of(address): address for address in public_addresses()}.values()


@pytest.mark.parametrize("day", LAST_DAYS)
def test_no_page_fails_whatever_day_is_asked_for(day):
    found = {address: ask(f"{address}?as_of={day}").status for address in one_of_each_kind()}
    assert {*found.values()} <= {200, 400}
    assert found["/en/facts/"] == (200 if day == "1000" else 400)


@pytest.mark.parametrize(
    ("code", "words"), [("en", "9999 has not come yet."), ("zh-hans", "9999年尚未到来。")]
)
def test_a_day_to_come_is_refused_in_words(code, words):
    assert words in ask(f"/{code}/facts/?as_of=9999").text


@pytest.mark.parametrize("number", [DIGITS])
def test_no_page_of_a_list_fails_whatever_its_number(number):
    found = {ask(f"{address}?page={number}").status for address in one_of_each_kind()}
    assert found <= {200, 400, 404}


def admin_addresses(number):
    """Every address of the admin that has a number in it, with this one."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        yield from (f"{listed}{number}/{page}/" for page in ("change", "history"))
        yield from (f"{listed}?{key}={number}" for key in ("p", "id"))
        field = model._meta.fields[1].name
        yield from (f"{listed}?{field}__exact={number}", f"{listed}add/?{field}={number}")
        yield f"{listed}1/change/?restore={number}"
        yield f"{listed}1/version/{number}/"
    yield from (f"{reverse('admin:index')}{page}/?page={number}" for page in ("", "translations"))


@pytest.mark.parametrize("number", [DIGITS, BEYOND_SQL])
def test_no_address_of_the_admin_fails_whatever_its_number(admin_client, number):
    admin_client.raise_request_exception = False
    failed = [
        address.replace(number, "…")
        for address in admin_addresses(number)
        if admin_client.get(address).status_code >= 500
    ]
    assert failed == []
