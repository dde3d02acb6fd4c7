"""Extreme dates and overlong numbers never cause a 500."""

import pytest
from django.urls import reverse

from partnerships.models import Partner
from tests.support.admin import url
from tests.support.pages import ask

pytestmark = pytest.mark.django_db

DIGITS = "9" * 5_000
BEYOND_SQL = "9" * 19  # too large for a column of 64 bits


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("as_of=9999", 400, "9999年尚未到来。"),
        ("as_of=1000", 200, ""),
        (f"as_of={DIGITS}", 400, ""),
        (f"page={DIGITS}", 200, ""),
    ],
    ids=["as_of=9999", "as_of=1000", "as_of=9…9", "page=9…9"],
)
def test_no_list_fails_whatever_day_or_page_is_asked_for(query, status, words):
    page = ask(f"/zh-hans/facts/?{query}")
    assert page.status == status
    assert words in page.text


@pytest.mark.parametrize("number", [DIGITS, BEYOND_SQL], ids=["5,000 digits", "19 digits"])
def test_no_address_of_the_admin_fails_whatever_its_number(admin_client, number):
    listed, index = url("changelist", Partner), reverse("admin:index")
    for address in [
        *(f"{listed}{number}/{page}/" for page in ("change", "history")),
        *(f"{listed}?{name}={number}" for name in ("p", "id__in", "country")),
        *(f"{listed}add/?{name}={number}" for name in ("country", "copy_of", "proposal")),
        f"{listed}1/change/?restore={number}",
        f"{listed}1/version/{number}/",
        *(f"{index}{page}?page={number}" for page in ("", "translations/")),
    ]:
        assert admin_client.get(address).status_code < 500, address.replace(number, "…")
