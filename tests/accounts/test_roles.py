"""Permissions: every role is refused what needs the next higher role."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from jinhua_site.accounts.roles import ROLES, role_of
from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from partnerships.models import Achievement, Partner
from profile.models import College
from tests.support import makers
from tests.support.admin import MAKERS, filled_in, refused, save, seen, url
from tests.support.files import pdf

WALK = "a long walk by the river"

# From fewest to most permissions; a newcomer has no role yet.
EVERYBODY = ["newcomer", *ROLES]

# Actions on a record: the lowest role that may take them, and the request.
ACTS = [
    ("observer", "get", "changelist", {}),
    ("observer", "get", "change", {}),
    ("editor", "post", "add", {}),
    ("editor", "post", "change", {}),
    ("administrator", "post", "deleted", {"version": "0"}),
    ("administrator", "post", "delete", {"post": "yes"}),
]


def browser_of(role, **fields):
    client = Client()
    client.force_login(makers.make_colleague(role, **fields))
    client.cookies["django_language"] = "en"
    return client


def just_below(role):
    return EVERYBODY[EVERYBODY.index(role) - 1]


def test_an_update_gives_each_role_its_rights_and_takes_back_all_others(db):
    def held():
        return {
            group.name: {*group.permissions.values_list("content_type__app_label", "codename")}
            for group in Group.objects.all()
        }

    before, missing = held(), ["partner", "proposal", "auditentry"]
    Permission.objects.filter(content_type__model__in=missing).delete()
    Group.objects.get(name="editor").permissions.add(Permission.objects.get(codename="delete_fact"))
    call_command("migrate", verbosity=0)
    assert held() == before


# Records and accounts


def addresses():
    """Yield all requests: the lowest role that may send them, the method, the address."""
    for model, make in MAKERS.items():
        record = make()
        for least, method, page, data in ACTS:
            whole = page in ("changelist", "add", "deleted")
            yield least, method, url(page, model if whole else record), data
    college, user = College.objects.get(), makers.make_colleague("editor")
    yield "observer", "get", url("change", college), {}
    yield "editor", "post", url("change", college), {}
    agreement = makers.make_agreement(scan=pdf())
    yield "publisher", "get", reverse("admin:partnerships_agreement_scan", args=[agreement.pk]), {}
    yield "observer", "get", url("changelist", Proposal), {}
    yield "administrator", "get", url("changelist", User), {}
    password = reverse("admin:auth_user_password_change", args=[user.pk])
    for page in (url("add", User), url("change", user), password):
        yield "administrator", "get", page, {}
        yield "administrator", "post", page, {}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_ones_own_is_refused(role, db):
    visitor, below, least = Client(), browser_of(just_below(role)), browser_of(role)
    for who, method, address, data in addresses():
        if who == role:
            statuses = []
            for client in (visitor, below, least):
                response = getattr(client, method)(address, data)
                response.getvalue()  # which closes a file
                statuses.append(response.status_code)
            assert statuses[:2] == [302, 403], address
            assert statuses[2] in (200, 302, 404), address


def test_what_is_done_with_chosen_records_is_for_those_who_may(db):
    for action, role, status in [
        ("publish", "publisher", Status.DRAFT),
        ("make_draft", "publisher", Status.PUBLISHED),
        ("delete_selected", "administrator", Status.PUBLISHED),
    ]:
        record = makers.make_partner(status=status)
        data = {"action": action, "_selected_action": [record.pk], "post": "yes"}
        for who, stays in ((just_below(role), True), (role, False)):
            browser_of(who).post(url("changelist", Partner), data)
            assert Partner.objects.filter(pk=record.pk, status=status).exists() == stays


def test_nobody_deletes_the_college_or_a_colleague_or_writes_a_proposal_by_hand(db):
    client, user = browser_of("administrator"), makers.make_colleague("editor")
    for record in (College.objects.get(), user):
        assert client.post(url("delete", record), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()
    assert client.post(url("add", Proposal)).status_code in (403, 404)
    assert not Proposal.objects.exists()


def test_an_editor_takes_a_part_out_of_a_draft_and_no_figure_from_its_fact(db):
    practice = makers.make_practice(status=Status.DRAFT)
    makers.make_achievement(practice=practice)
    client, page = browser_of("editor"), url("change", practice)
    client.post(page, filled_in(client.get(page)) | {"achievements-0-DELETE": "on"})
    assert not Achievement.objects.filter(practice=practice).exists()
    page = url("change", makers.make_figure().fact)
    assert "figures-0-DELETE" not in seen(client.get(page))
    assert "figures-0-DELETE" in seen(browser_of("administrator").get(page))


# Accounts


def test_an_administrator_gives_a_colleague_one_role_and_nothing_else(db):
    client = browser_of("administrator")
    page = seen(client.get(url("add", User)))
    assert all(str(role.may) in page for role in ROLES.values())
    fields = {"username": "wangli", "password1": WALK, "password2": WALK}
    fields |= {"last_name": "王", "first_name": "丽", "email": "wangli@example.edu.cn"}
    assert "This field is required." in refused(save(client, url("add", User), **fields))
    extra = {"is_superuser": "on", "user_permissions": [Permission.objects.first().pk]}
    for role in ("editor", "publisher"):
        user = User.objects.filter(username="wangli").first()
        page = url("change", user) if user else url("add", User)
        seen(save(client, page, **fields, **extra, role=role))
        user = User.objects.get(username="wangli")
        assert [group.name for group in user.groups.all()] == [role]
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert not user.user_permissions.exists()
    assert "王丽" in seen(client.get(url("changelist", User)))
    assert Group not in admin.site._registry


def test_an_administrator_cannot_take_over_a_superuser(db):
    root = User.objects.create_superuser("root", email="root@example.edu.cn")
    client = browser_of("administrator")
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    sent = {"password1": WALK, "password2": WALK, "email": "me@example.com", "username": "root"}
    for page in (url("change", root), url("history", root), password):
        assert client.get(page).status_code in (302, 404)
        client.post(page, sent)
    root.refresh_from_db()
    assert (root.email, root.has_usable_password()) == ("root@example.edu.cn", False)
    client.force_login(root)
    assert "root@example.edu.cn" in seen(save(client, url("change", root), first_name="Li"))
    assert User.objects.get(first_name="Li").is_superuser


def test_nobody_changes_their_own_role_or_shuts_themselves_out(db):
    client = browser_of("administrator", username="me")
    me = User.objects.get(username="me")
    sent = filled_in(client.get(url("change", me))) | {"role": "observer", "is_active": ""}
    client.post(url("change", me), sent | {"first_name": "Li"})
    me.refresh_from_db()
    assert (me.first_name, me.is_active, role_of(me)) == ("Li", True, "administrator")
