"""Driving proposals in tests: colleagues, forms, decisions and clashes."""

import html
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jinhua_site.office.models import Proposal
from tests.support.admin import filled_in, seen, signed_in, url

State = Proposal.State


@pytest.fixture
def colleague(db):
    """Return a colleague's client, who may read, add and change, and has more permissions."""

    def sign_in(name, *permissions):
        may = Permission.objects.filter(content_type__app_label__in=("profile", "partnerships"))
        reads_and_writes = may.filter(codename__regex="^(view|add|change)_")
        codenames = reads_and_writes.values_list("codename", flat=True)
        return signed_in(Client(), name, *codenames, *permissions)

    return sign_in


@pytest.fixture
def editor(colleague):
    return colleague("editor", "view_proposal")


@pytest.fixture
def publisher(colleague):
    return colleague("publisher", "view_proposal", "publish", "delete_achievement")


def propose(client, record, **changes):
    """Send changes in a record's form; return the resulting proposal."""
    address = url("change", record)
    client.post(address, filled_in(client.get(address)) | changes)
    return Proposal.objects.latest("pk")


def page_of(proposal):
    return reverse("admin:office_proposal_change", args=[proposal.pk])


def form_of(proposal, record):
    """Return the address of the form with a proposal; `record` is a model for a new one."""
    page = "add" if isinstance(record, type) else "change"
    return f"{url(page, record)}?proposal={proposal.pk}"


def decide(client, proposal, decision="approve", **more):
    return client.post(page_of(proposal), {"decision": decision} | more, follow=True)


def the_proposal(**fields):
    return Proposal.objects.get(**fields)


def now(record, *names):
    """Return the stored values of these fields of a record."""
    record.refresh_from_db()
    values = [getattr(record, name) for name in names]
    return values[0] if len(values) == 1 else values


def locked(act):
    """Return the tables whose rows `act` locks, in order."""
    with CaptureQueriesContext(connection) as queries:
        act()
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    return [re.search(r'FROM "(\w+)"', lock)[1] for lock in locks]


def on_the_minute(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def in_hours(hours):
    return on_the_minute(timezone.now() + timedelta(hours=hours))


@contextmanager
def hearing(signal, receiver, sender):
    signal.connect(receiver, sender=sender)
    try:
        yield
    finally:
        signal.disconnect(receiver, sender=sender)


def again(page):
    """Return what a browser sends from a refused form that nobody touches."""
    base = re.search(r'name="_base" value="([^"]*)"', seen(page))[1]
    return filled_in(page) | {"_base": html.unescape(base)} | take(page)


def take(page, side="checked", key=""):
    """Return the choices on a page with a clash; choose `mine` or `theirs` for field `key`."""
    options = re.findall(
        r'type="radio" name="_take-([^"]*)" value="([^"]*)"( checked)?', seen(page)
    )
    chosen = {}
    for place, (name, value, checked) in enumerate(options):
        is_chosen = ("theirs", "mine")[place % 2] == side if name == key else checked
        if is_chosen:
            chosen[f"_take-{name}"] = html.unescape(value)
    return chosen
