"""The audit log records what happens to accounts and to protected data, permanently."""

import json
import logging
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jinhua_site.accounts.models import AuditEntry
from jinhua_site.content.models import Status
from tests.support import makers
from tests.support.accounts import HERE, enter
from tests.support.admin import choose, filled_in, save, seen, url
from tests.support.files import pdf

LOG = "/admin/accounts/auditentry/"
STRANGER = "a\r\nsecret\x1b[2K\u2028\u202egnirts" * 9


def noted(**chosen):
    entries = AuditEntry.objects.filter(**chosen).order_by("pk")
    return [(entry.kind, entry.who, entry.about) for entry in entries]


# What is recorded


def test_coming_going_and_being_refused(wang):
    client = Client()
    enter(client, "wang", "wrong")
    enter(client, "wang")
    client.post("/admin/logout/", REMOTE_ADDR=HERE)
    enter(client, "a secret typed in the wrong field", "wrong")
    assert noted(address=HERE) == [
        ("refused", "", "wang"),
        ("signed in", "wang", "wang: password"),
        ("signed out", "wang", "wang"),
        ("refused", "", "a s…"),
    ]


def test_accounts_and_roles(sun, wang, committed):
    User.objects.filter(username="sun").update(is_superuser=True)
    new = {"username": "li", "password1": "a b c d e f g h", "password2": "a b c d e f g h"}
    save(sun, url("add", User), **new, role="editor")
    form = filled_in(sun.get(url("change", wang)))
    changed = {"role": "publisher", "username": "wang.li", "email": "other@example.edu.cn"}
    with committed():
        sun.post(url("change", wang), form | changed | {"is_active": ""})
    sun.post(url("delete", wang), {"post": "yes"})
    assert {(kind, about) for kind, _who, about in noted(who="sun")[1:]} == {
        ("account", "li: username None → li"),
        ("role", "li: role None → editor"),
        ("role", "wang.li: role editor → publisher"),
        ("account", "wang.li: username wang → wang.li"),
        ("account", "wang.li: is_active True → False"),
        ("account", "wang.li: email"),
        ("account", "wang.li: deleted"),
    }
    [told] = mail.outbox
    assert told.to == ["wang@example.edu.cn"]
    assert "Another e-mail address" in told.body


def test_publications_exports_and_private_scans(sun):
    partner, agreement = makers.make_partner(status=Status.DRAFT), makers.make_agreement()
    agreement.scan.save("signed.pdf", pdf())
    about = f"partnerships.partner {partner.pk}: {partner}"
    form = filled_in(sun.get(url("change", partner))) | {"status": Status.PUBLISHED}
    sun.post(url("change", partner), form | {"_preview": "en"})  # a preview only
    sun.post(url("change", partner), form)
    choose(sun, "make_draft", partner)
    choose(sun, "publish", partner)
    save(sun, url("change", partner), city_en="Hamilton")
    sun.post(url("delete", partner), {"post": "yes"})
    sun.get("/admin/partnerships/partner/export/")
    sun.post("/admin/partnerships/partner/export/", {"format": "1"})
    sun.get(f"/admin/partnerships/agreement/{agreement.pk}/scan/").getvalue()
    assert noted()[1:] == [
        ("published", "sun", about),
        ("unpublished", "sun", about),
        ("published", "sun", about),
        ("unpublished", "sun", about),
        ("exported", "sun", "partner.csv"),
        ("scan", "sun", agreement.slug),
    ]


# The line in the log


def test_each_is_a_line_that_machines_read_without_any_secret(wang, client, caplog, committed):
    with caplog.at_level(logging.DEBUG), committed():
        enter(client, STRANGER[:150], "wrong secret")
        enter(client, "wang")
    lines = [
        record.getMessage() for record in caplog.records if record.name.endswith("accounts.audit")
    ]
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert not any(word in str(lines) for word in ("secret", "herons", client.session.session_key))
    refused, entry = map(json.loads, lines)
    assert refused["kind"] == "refused"
    assert datetime.fromisoformat(entry.pop("at")).tzinfo == UTC
    assert entry == {"kind": "signed in", "who": "wang", "about": "wang: password", "address": HERE}


# Permanent records


def test_administrators_read_and_search_it_and_not_even_a_superuser_writes_in_it(sun, client):
    AuditEntry.objects.create(kind="refused", about="wang")
    entry = AuditEntry.objects.create(kind="signed in", who="zhou")
    assert "zhou" in seen(sun.get(LOG))
    assert "zhou" not in seen(sun.get(f"{LOG}?q=wang"))
    assert "zhou" not in seen(sun.get(f"{LOG}?kind__exact=refused"))
    client.force_login(makers.make_colleague("publisher"))
    assert client.get(LOG).status_code == 403
    client.force_login(User.objects.create_superuser("root"))
    before = [*AuditEntry.objects.values_list("who", "kind")]
    for page, data in {
        f"{LOG}add/": {"kind": "signed in"},
        f"{LOG}{entry.pk}/change/": {"who": "li"},
        f"{LOG}{entry.pk}/delete/": {"post": "yes"},
        LOG: {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
    }.items():
        client.post(page, data)
    assert [*AuditEntry.objects.values_list("who", "kind")] == before


def test_each_night_what_is_over_is_removed(sun, capsys):
    """It removes entries after two years, and ended sessions."""
    now = timezone.now()
    Session.objects.update(expire_date=now - timedelta(days=2))
    for days in (729, 731):
        AuditEntry.objects.create(kind="refused", at=now - timedelta(days=days))
    call_command("clean_up_staff")
    assert not Session.objects.exists()
    assert AuditEntry.objects.filter(kind="refused").count() == 1
    assert "1 entries older than 730 days" in capsys.readouterr().out
