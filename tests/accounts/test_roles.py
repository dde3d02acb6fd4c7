"""Who may do what: every role tries everything, and what is not its own is refused."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.urls import reverse

from jinhua_site.accounts.roles import ROLES, role_of
from jinhua_site.content.models import Publishable, Status
from jinhua_site.office.models import Proposal
from partnerships.models import Achievement, Partner
from profile.models import College
from tests.support import makers
from tests.support.admin import MAKERS, every_model, filled_in, refused, save, seen, url
from tests.support.files import pdf

WALK = "a long walk by the river"

# From the least to the most: somebody who is not signed in, one without a role, the roles.
EVERYBODY = ["visitor", "newcomer", *ROLES]

# What can be done with a record: the least who may, and how it is asked for.
ACTS = [
    ("observer", "get", "changelist", {}),
    ("observer", "get", "change", {}),
    ("observer", "get", "history", {}),
    ("editor", "get", "add", {}),
    ("editor", "post", "add", {}),
    ("editor", "post", "change", {}),
    ("administrator", "get", "deleted", {}),
    ("administrator", "post", "deleted", {"version": "0"}),
    ("administrator", "get", "delete", {}),
    ("administrator", "post", "delete", {"post": "yes"}),
]

# Every permission that anybody has: the least who has it.
OF_ANY_RECORD = {
    "view": "observer",
    "add": "editor",
    "change": "editor",
    "delete": "administrator",
}
OTHERS = {
    "office.view_proposal": "observer",
    "partnerships.delete_achievement": "editor",
    "partnerships.delete_evidence": "editor",
    "office.publish": "publisher",
    "partnerships.view_agreement_scan": "publisher",
    "auth.view_user": "administrator",
    "auth.add_user": "administrator",
    "auth.change_user": "administrator",
    "accounts.view_auditentry": "administrator",
}

everybody = pytest.mark.parametrize("role", EVERYBODY)
each_role = pytest.mark.parametrize("role", ROLES)


@pytest.fixture
def sign_in(client, db):
    """Lets somebody of this role use the browser."""

    def sign_in(role, **fields):
        if role != "visitor":
            client.force_login(makers.make_colleague(role, **fields))
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def may(role, least):
    return EVERYBODY.index(role) >= EVERYBODY.index(least)


def assert_answer(response, role, least):
    """The page for those who may, the way to sign in for strangers, a refusal for the rest."""
    if role == "visitor":
        assert (response.status_code, response.url[:13]) == (302, "/admin/login/")
    elif may(role, least):
        assert response.status_code in (200, 302, 404)
    else:
        assert response.status_code == 403


# Permissions


def least_who_has(permission):
    codename, label, model = permission.natural_key()
    if f"{label}.{codename}" in OTHERS:
        return OTHERS[f"{label}.{codename}"]
    ours = label in ("profile", "partnerships") and not model.startswith("historical")
    return OF_ANY_RECORD[codename.partition("_")[0]] if ours else None


@each_role
def test_a_role_has_its_permissions_and_no_other(role, db):
    has = {*Group.objects.get(name=role).permissions.all()}
    for permission in Permission.objects.select_related("content_type"):
        least = least_who_has(permission)
        assert (permission in has) == bool(least and may(role, least)), permission


@pytest.mark.parametrize("model", ["partner", "proposal", "auditentry"])
def test_an_update_that_brings_a_model_gives_each_role_its_rights(model, db):
    before = {group.name: {*held(group)} for group in Group.objects.all()}
    Permission.objects.filter(content_type__model=model).delete()
    call_command("migrate", verbosity=0)
    assert {group.name: {*held(group)} for group in Group.objects.all()} == before


def test_an_update_takes_back_what_was_given_on_the_way(db):
    editor = Group.objects.get(name="editor")
    before = {*held(editor)}
    editor.permissions.set(Permission.objects.filter(codename__startswith="delete_"))
    call_command("migrate", verbosity=0)
    assert {*held(editor)} == before


def held(group):
    return group.permissions.values_list("content_type__app_label", "codename")


# Records


@everybody
@every_model
def test_what_is_not_ones_own_is_refused(sign_in, model, role):
    client, record = sign_in(role), MAKERS[model]()
    for least, method, page, data in ACTS:
        target = model if page in ("changelist", "add", "deleted") else record
        assert_answer(getattr(client, method)(url(page, target), data), role, least)
    assert model.objects.filter(pk=record.pk).exists() != may(role, "administrator")


@everybody
@pytest.mark.parametrize("action", ["publish", "make_draft", "delete_selected"])
def test_what_is_done_with_chosen_records_is_for_those_who_may(sign_in, role, action):
    client = sign_in(role)
    status = Status.DRAFT if action == "publish" else Status.PUBLISHED
    least = "administrator" if action == "delete_selected" else "publisher"
    for model in filter(lambda model: issubclass(model, Publishable), MAKERS):
        record = MAKERS[model](status=status)
        data = {"action": action, "_selected_action": [record.pk], "post": "yes"}
        client.post(url("changelist", model), data)
        changed = not model.objects.filter(pk=record.pk, status=status).exists()
        assert changed == may(role, least)


@everybody
def test_the_college_is_written_by_editors_and_deleted_by_nobody(sign_in, role):
    client, college = sign_in(role), College.objects.get()
    assert_answer(client.post(url("change", college)), role, "editor")
    assert_answer(client.get(url("change", college)), role, "observer")
    if role != "visitor":
        assert client.post(url("delete", college), {"post": "yes"}).status_code == 403
    assert College.objects.exists()


@everybody
def test_a_signed_scan_is_for_publishers(sign_in, role):
    agreement = makers.make_agreement()
    agreement.scan.save("signed.pdf", pdf())
    page = reverse("admin:partnerships_agreement_scan", args=[agreement.pk])
    response = sign_in(role).get(page)
    assert_answer(response, role, "publisher")
    kept = Path(agreement.scan.path).read_bytes()
    assert (response.getvalue() == kept) == may(role, "publisher")


@everybody
def test_proposals_are_read_by_all_colleagues_and_never_written_by_hand(sign_in, role):
    client = sign_in(role)
    assert_answer(client.get(url("changelist", Proposal)), role, "observer")
    for response in (client.get(url("add", Proposal)), client.post(url("add", Proposal))):
        assert response.status_code in (302, 403, 404)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(("role", "stays"), [("observer", True), ("editor", False)])
def test_an_editor_takes_a_part_out_of_a_draft(sign_in, role, stays):
    practice = makers.make_practice(status=Status.DRAFT)
    makers.make_achievement(practice=practice)
    client, page = sign_in(role), url("change", practice)
    sent = filled_in(client.get(page)) if role == "editor" else {}
    client.post(page, sent | {"achievements-0-DELETE": "on"})
    assert Achievement.objects.filter(practice=practice).exists() == stays


def test_an_editor_deletes_no_figure_from_its_fact(sign_in):
    figure = makers.make_figure()
    client = sign_in("editor")
    assert "figures-0-DELETE" not in seen(client.get(url("change", figure.fact)))
    assert "figures-0-DELETE" in seen(sign_in("administrator").get(url("change", figure.fact)))


# Accounts


@everybody
def test_accounts_are_for_administrators(sign_in, role):
    client, user = sign_in(role), makers.make_colleague("editor")
    password = reverse("admin:auth_user_password_change", args=[user.pk])
    pages = [url("changelist", User), url("add", User), url("change", user), password]
    for page in pages:
        assert_answer(client.get(page), role, "administrator")
        if page != url("changelist", User):
            assert_answer(client.post(page), role, "administrator")
    if role != "visitor":
        assert client.post(url("delete", user), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_an_administrator_adds_a_colleague_with_one_role(sign_in):
    client = sign_in("administrator")
    page = seen(client.get(url("add", User)))
    for role in ROLES.values():
        assert str(role.may) in page
    fields = {"username": "wangli", "password1": WALK, "password2": WALK}
    fields |= {"last_name": "王", "first_name": "丽", "email": "wangli@example.edu.cn"}
    assert "This field is required." in refused(save(client, url("add", User), **fields))
    seen(save(client, url("add", User), **fields, role="editor"))
    user = User.objects.get(username="wangli")
    assert (user.is_staff, user.is_superuser, role_of(user)) == (True, False, "editor")
    assert "王丽" in seen(client.get(url("changelist", User)))


def test_a_role_takes_the_place_of_the_one_before(sign_in):
    user = makers.make_colleague("editor", is_staff=False)
    client = sign_in("administrator")
    seen(save(client, url("change", user), role="publisher"))
    user.refresh_from_db()
    assert ([group.name for group in user.groups.all()], user.is_staff) == (["publisher"], True)


def test_nobody_gives_more_than_a_role(sign_in):
    user = makers.make_colleague("editor")
    extra = {"is_superuser": "on", "user_permissions": [Permission.objects.first().pk]}
    seen(save(sign_in("administrator"), url("change", user), role="editor", **extra))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()
    assert Group not in admin.site._registry


def test_an_administrator_cannot_take_over_a_superuser(sign_in):
    root = User.objects.create_superuser("root", email="root@example.edu.cn")
    client = sign_in("administrator")
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    sent = {"password1": WALK, "password2": WALK, "email": "me@example.com"}
    for page in (url("change", root), url("history", root), password):
        assert client.get(page).status_code == 403
        assert client.post(page, sent).status_code in (403, 405)
    root.refresh_from_db()
    assert (root.email, root.has_usable_password()) == ("root@example.edu.cn", False)


def test_nobody_changes_their_own_role_or_shuts_themselves_out(sign_in):
    client = sign_in("administrator", username="me")
    me = User.objects.get(username="me")
    sent = filled_in(client.get(url("change", me))) | {"role": "observer", "is_active": ""}
    client.post(url("change", me), sent | {"first_name": "Li"})
    me.refresh_from_db()
    assert (me.first_name, me.is_active, role_of(me)) == ("Li", True, "administrator")


def test_who_leaves_is_made_inactive_and_keeps_their_name_in_the_history(sign_in):
    editor = makers.make_colleague("editor", username="wangli")
    partner = makers.make_partner()
    partner._history_user = editor
    partner.save()
    client = sign_in("administrator")
    sent = filled_in(client.get(url("change", editor)))
    client.post(url("change", editor), {**sent, "is_active": ""})
    editor.refresh_from_db()
    assert not editor.is_active
    assert Partner.history.filter(history_user=editor).exists()
    client.force_login(editor)
    assert client.get("/admin/").status_code == 302
