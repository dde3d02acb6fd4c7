"""What happens to accounts and to what they guard is written down, once and for good."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from jinhua_site.accounts.models import AppendedError, AuditEntry
from jinhua_site.content.models import Status
from tests.support import makers
from tests.support.accounts import HERE, enter, hire, wait_for_mail
from tests.support.admin import choose, filled_in, save, seen, url
from tests.support.files import pdf

LOG = "/admin/accounts/auditentry/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["tests.support.accounts.QuickHasher"]


@pytest.fixture
def sun(client, db):
    client.force_login(hire("administrator", username="sun"))
    client.cookies["django_language"] = "en"
    return client


def noted():
    return [(entry.kind, entry.who, entry.about) for entry in AuditEntry.objects.order_by("pk")]


# What is noted


def test_coming_going_and_being_refused(db):
    hire(username="wang")
    client = Client()
    enter(client, "wang", "wrong")
    enter(client, "wang")
    client.post("/admin/logout/", REMOTE_ADDR=HERE)
    assert noted() == [
        ("refused", "", "wang"),
        ("signed in", "wang", ""),
        ("signed out", "wang", ""),
    ]
    assert {*AuditEntry.objects.values_list("address", flat=True)} == {HERE}


def test_of_a_name_that_nobody_has_only_the_beginning(db):
    enter(Client(), "a secret typed in the wrong field", "wrong")
    assert noted() == [("refused", "", "a s…")]


def test_accounts_and_roles(sun):
    user = makers.make_colleague("editor", username="wang")
    save(sun, url("change", user), role="publisher")
    form = filled_in(sun.get(url("change", user)))
    sun.post(url("change", user), form | {"is_active": ""})
    password = "another passphrase entirely"
    new = {"username": "li", "password1": password, "password2": password, "role": "editor"}
    save(sun, url("add", User), **new)
    assert noted() == [
        ("role", "sun", "wang: editor → publisher"),
        ("account", "sun", "wang: not in use"),
        ("role", "sun", "li: — → editor"),
        ("account", "sun", "li: in use"),
    ]


def test_another_name_or_address_of_a_colleague_and_their_end(
    sun, django_capture_on_commit_callbacks
):
    User.objects.filter(username="sun").update(is_superuser=True)
    user = makers.make_colleague("editor", username="wang", email="wang@example.edu.cn")
    with django_capture_on_commit_callbacks(execute=True):
        save(sun, url("change", user), username="wang.li", email="other@example.edu.cn")
    wait_for_mail()
    [told] = mail.outbox
    assert told.to == ["wang@example.edu.cn"]
    assert "Another e-mail address" in told.body
    others = [makers.make_colleague("editor", username=name) for name in ("li", "zhao")]
    sun.post(url("delete", user), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in others]}
    sun.post("/admin/auth/user/", chosen | {"post": "yes"})
    assert [about for _kind, _who, about in noted()[:3]] == [
        "wang.li: was wang",
        "wang.li: another e-mail address",
        "wang.li: deleted",
    ]
    assert {about for _kind, _who, about in noted()[3:]} == {"li: deleted", "zhao: deleted"}
    assert {kind for kind, _who, _about in noted()} == {"account"}


def test_nobody_is_shown_what_others_did_because_of_their_name(db, client):
    enter(client, hire(username="device").username)
    AuditEntry.objects.create(kind="signed in", who="wang", about="device", address="192.0.2.1")
    assert "192.0.2.1" not in seen(client.get("/admin/account/"))


def test_publications_by_whichever_way(sun):
    partner = makers.make_partner(status=Status.DRAFT)
    about = f"partnerships.partner {partner.pk}: {partner}"
    save(sun, url("change", partner), status=Status.PUBLISHED)
    choose(sun, "make_draft", partner)
    choose(sun, "publish", partner)
    save(sun, url("change", partner), city_en="Hamilton")
    sun.post(url("delete", partner), {"post": "yes"})
    assert noted() == [
        ("published", "sun", about),
        ("unpublished", "sun", about),
        ("published", "sun", about),
        ("unpublished", "sun", about),
    ]


def test_what_is_only_tried_out_is_not_noted(sun):
    partner = makers.make_partner(status=Status.DRAFT)
    form = filled_in(sun.get(url("change", partner))) | {"status": Status.PUBLISHED}
    assert sun.post(url("change", partner), form | {"_preview": "en"}).status_code == 200
    assert noted() == []


def test_exports_and_private_scans(sun):
    agreement = makers.make_agreement()
    agreement.scan.save("signed.pdf", pdf())
    sun.get("/admin/partnerships/partner/export/")
    sun.post("/admin/partnerships/partner/export/", {"format": "1"})
    sun.get(f"/admin/partnerships/agreement/{agreement.pk}/scan/").getvalue()
    assert noted() == [("exported", "sun", "partner.csv"), ("scan", "sun", agreement.slug)]


# The line in the log


def lines(caplog):
    return [
        each.getMessage() for each in caplog.records if each.name == "jinhua_site.accounts.audit"
    ]


def test_each_is_a_line_that_machines_read(db, caplog, django_capture_on_commit_callbacks):
    hire(username="wang")
    with (
        caplog.at_level(logging.INFO),
        django_capture_on_commit_callbacks(execute=True),
    ):
        enter(Client(), "wang")
    [line] = lines(caplog)
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("at")).tzinfo == UTC
    assert told == {"kind": "signed in", "who": "wang", "about": "", "address": HERE}


@pytest.mark.parametrize(
    "name", ["a\nINFO forged", "a\r\n\x1b[2K", "a\u2028b", "a\u202egnirts", "a\x07b", "王" * 3000]
)
def test_no_line_can_be_forged(db, caplog, name, django_capture_on_commit_callbacks):
    hire(username="root", last_name="x")
    User.objects.filter(username="root").update(username=name[:150])
    with (
        caplog.at_level(logging.INFO),
        django_capture_on_commit_callbacks(execute=True),
    ):
        enter(Client(), name[:150], "wrong")
        enter(Client(), name, "wrong")
    for line in lines(caplog):
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 2000
        assert json.loads(line)["kind"] == "refused"
    for entry in AuditEntry.objects.all():
        assert entry.about.isprintable()
        assert len(entry.about) <= 250


def test_it_holds_no_secret(db, client, caplog, django_capture_on_commit_callbacks):
    hire(username="wang")
    with (
        caplog.at_level(logging.DEBUG),
        django_capture_on_commit_callbacks(execute=True),
    ):
        enter(client, "wang", "a wrong secret")
        enter(client, "wang")
    told = " ".join(lines(caplog)) + str([*AuditEntry.objects.values()])
    assert "secret" not in told
    assert "herons" not in told
    assert client.session.session_key not in told


# For good


def test_an_entry_is_neither_changed_nor_deleted(db):
    entry = AuditEntry.objects.create(kind="signed in")
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(who="somebody"),
        lambda: AuditEntry.objects.bulk_update([entry], ["who"]),
    ):
        with pytest.raises(AppendedError), transaction.atomic():
            change()
    assert AuditEntry.objects.get().who == ""


def test_not_even_a_superuser_writes_in_it(client, db):
    client.force_login(User.objects.create_superuser("root"))
    entry = AuditEntry.objects.create(kind="signed in", who="wang")
    assert "wang" in seen(client.get(LOG))
    for page, sent in {
        f"{LOG}add/": {"kind": "signed in"},
        f"{LOG}{entry.pk}/change/": {"who": "li"},
        f"{LOG}{entry.pk}/delete/": {"post": "yes"},
        LOG: {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
    }.items():
        client.post(page, sent)
    assert [each.who for each in AuditEntry.objects.all()] == ["wang"]


@pytest.mark.parametrize(
    ("role", "status"),
    [("observer", 403), ("editor", 403), ("publisher", 403), ("administrator", 200)],
)
def test_it_is_read_by_administrators(client, db, role, status):
    client.force_login(makers.make_colleague(role))
    assert client.get(LOG).status_code == status


def test_it_can_be_searched_and_tells_the_time_of_greenwich(sun):
    at = datetime(2026, 5, 1, 16, 30, tzinfo=UTC)  # the second of May in Jinhua
    AuditEntry.objects.create(kind="refused", about="wang", at=at)
    AuditEntry.objects.create(kind="signed in", who="zhou")
    page = seen(sun.get(f"{LOG}?q=wang"))
    assert "2026-05-01 16:30:00" in page
    assert "zhou" not in page
    assert "zhou" not in seen(sun.get(f"{LOG}?kind__exact=refused"))


def test_after_two_years_entries_are_removed(db, capsys):
    for days in (1, 729, 731):
        AuditEntry.objects.create(kind="signed in", at=timezone.now() - timedelta(days=days))
    call_command("clean_up_staff")
    assert AuditEntry.objects.count() == 2
    assert "1 entries older than 730 days" in capsys.readouterr().out
