"""The undocumented parts of Django's admin that `proposals/replay.py` uses.

A failing test shows which part a new Django has changed.
"""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.template.response import TemplateResponse
from django.urls import path

from jinhua_site.office.proposals.form_data import as_it_stands
from jinhua_site.office.proposals.replay import (
    ReplayAdmin,
    errors_of,
    forms_of,
    quiet_request,
    replay,
)

PREFIX = "User_groups"


class MembersInline(admin.TabularInline):
    model = User.groups.through
    extra = 0


class GroupAdmin(ReplayAdmin):
    fields = ["name"]
    inlines = [MembersInline]


SITE = admin.AdminSite()
SITE.register(Group, GroupAdmin)
urlpatterns = [path("admin/", SITE.urls)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def group_admin():
    return SITE.get_model_admin(Group)


@pytest.fixture
def request_of(admin_user):
    return quiet_request(admin_user)


def test_the_view_s_own_formsets_are_made_by_create_formsets(group_admin, request_of, admin_user):
    group = Group.objects.create(name="Readers")
    group.user_set.add(admin_user)
    form, formsets = forms_of(group_admin, request_of, group)
    assert not form.is_bound, "A form that is asked for is not to be filled in by a request."
    message = "ModelAdmin._create_formsets no longer gives the formsets and then the inlines."
    assert [formset.prefix for formset in formsets] == [PREFIX], message
    row = formsets[0].initial_forms[0].instance.pk
    key = f"{PREFIX}:{row}:user"
    assert as_it_stands(form, formsets) == {
        "name": ["Readers"],
        f"{PREFIX}:{row}:": [],
        key: [str(admin_user.pk)],
    }


def test_a_request_takes_its_fields_and_messages_as_they_are_set(group_admin, request_of):
    said = []
    request_of._messages = SimpleNamespace(add=lambda *message: said.append(message))
    reply = replay(group_admin, request_of, None, {"name": ["Writers"]}, {})
    assert said, "Messages no longer go to the request's _messages."
    message = "HttpRequest no longer keeps what came in _post and _files."
    assert Group.objects.filter(name="Writers").exists(), message
    assert reply.saved.name == "Writers", "save_related no longer has the saved record."
    assert not reply.is_form, "A form that was saved is no longer answered by a redirect."
    assert errors_of(group_admin, request_of, None, {"name": ["Tried"]}, {}) == []
    assert not Group.objects.filter(name="Tried").exists(), "A dry run is saved."
    assert len(said) == 1, "What is quiet is told."


def test_a_form_with_errors_comes_back_with_its_context(group_admin, request_of):
    reply = replay(group_admin, request_of, None, {"name": []}, {}, quiet=True)
    message = "The admin no longer answers with a TemplateResponse that has its context."
    assert isinstance(reply.response, TemplateResponse), message
    message = "The form's context no longer has `adminform` and `inline_admin_formsets`."
    assert reply.is_form, message
    assert len(reply.context["inline_admin_formsets"][0].formset.forms) == 0, message
    assert reply.errors == ["Name: This field is required."]


def test_a_form_that_is_never_valid_is_shown_and_not_saved(group_admin, request_of):
    reply = replay(group_admin, request_of, None, {"name": ["Shown"]}, {}, only_shown=True)
    message = "The view no longer asks the form's is_valid whether to save it."
    assert reply.is_form, message
    assert not Group.objects.filter(name="Shown").exists(), message
    assert reply.errors == [], "A form that is only shown has an error of its own."
    assert reply.context["adminform"].form["name"].value() == "Shown"


def test_what_fills_a_form_in_is_no_part_of_the_address_after_saving(group_admin, request_of):
    request_of.META["QUERY_STRING"] = "proposal=7&_until=2099&kept=1"
    request_of.POST, request_of.GET = {"_continue": "1"}, {}
    message = "ModelAdmin._get_preserved_qsl no longer gives what is kept of the address."
    assert group_admin._get_preserved_qsl(request_of, "") == [("kept", "1")], message
    response = group_admin.response_add(request_of, Group.objects.create(name="Kept"))
    assert response.url.endswith("/change/?kept=1"), message
