"""Replays a form through Django's admin, as if its author sent it now.

All that this rests on in Django beyond the documented hooks stands in this module;
`tests/office/test_replay.py` says which of it a new Django has changed.
"""

import copy
from functools import cached_property
from io import BytesIO

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.urls import resolve
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from jinhua_site.content.dry_run import dry_run
from jinhua_site.core.grammar import labelled

from .form_data import as_it_stands, as_post

FILLS_IN = ("restore", "proposal", "_until")  # a form, in its address


class NullMessages(BaseStorage):
    """Takes messages that nobody is to read."""

    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


class ReplayAdmin(admin.ModelAdmin):
    """An admin whose forms can be replayed."""

    def plain_changeform(self, request, object_id):
        """Django's own handling of the form, with nothing between."""
        return super().changeform_view(request, object_id)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "only_shown", False):
            form.is_valid = _is_never_valid  # a class of this request alone
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.saved = form.instance

    def _get_preserved_qsl(self, request, preserved_filters):
        """Let what filled the form in not fill it in again once it is saved."""
        query = super()._get_preserved_qsl(request, preserved_filters)
        return [(name, value) for name, value in query if name not in FILLS_IN]


def _is_never_valid(form):
    form.full_clean()  # its formsets look at what is in it
    return False


class Reply:
    """What the admin answers to a form: a redirect when it is saved, or the form again."""

    def __init__(self, request, response):
        self.response = response
        self.saved = getattr(request, "saved", None)
        self.context = getattr(response, "context_data", {})
        self.is_form = "adminform" in self.context  # else what closes a little window, too

    @cached_property
    def errors(self):
        """What keeps the form from being saved, in the words that it has for it."""
        if not self.is_form:
            return []
        form, formsets = forms_in(self.context)
        errors = []
        for part in [form, *(row for formset in formsets for row in formset.forms)]:
            for name, found in part.errors.items():
                label = part.fields[name].label if name in part.fields else ""
                errors += [labelled(label, error) if label else str(error) for error in found]
        return errors + [str(error) for formset in formsets for error in formset.non_form_errors()]


def replay(model_admin, request, record_id, data, files, quiet=False, only_shown=False):
    """Send form data; `quiet` says nothing to the user, and `only_shown` saves nothing."""
    record = record_id and model_admin.get_object(request, str(record_id))
    _form, formsets = forms_of(model_admin, request, record)
    post, sent_files = as_post(data, files, [formset.prefix for formset in formsets])
    for name in request.POST:
        if name.startswith("_"):  # which button it was, and the like
            post[name] = request.POST[name]
    request = _as("POST", request, post, sent_files)
    request.only_shown = only_shown
    if quiet:
        request._messages = NullMessages(request)
    return Reply(request, model_admin.plain_changeform(request, record_id and str(record_id)))


def errors_of(model_admin, request, record_id, data, files):
    """What would keep form data from being saved: it is tried, and undone."""
    with dry_run():
        return replay(model_admin, request, record_id, data, files, quiet=True).errors


def forms_of(model_admin, request, record):
    """The form and the formsets of a record as they stand, before anybody writes in them."""
    request = _as("GET", request)
    form_class = model_admin.get_form(request, record, change=bool(record))
    form = form_class(instance=record) if record else form_class()
    formsets, _inlines = model_admin._create_formsets(request, form.instance, change=bool(record))
    return form, formsets


def forms_in(context):
    """The form and the formsets in the context of a page of the admin."""
    return (
        context["adminform"].form,
        [inline.formset for inline in context["inline_admin_formsets"]],
    )


def current_data(model_admin, request, record):
    return as_it_stands(*forms_of(model_admin, request, record))


# Requests


def _as(method, request, post=None, files=None):
    request = copy.copy(request)
    request.method = method
    request._post, request._files = post or QueryDict(), files or MultiValueDict()
    return request


def quiet_request(user):
    """A request of nobody's browser, for what takes effect by itself."""
    server = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}
    request = WSGIRequest(server | {"PATH_INFO": "/admin/", "wsgi.input": BytesIO()})
    request.user, request.session = user, SessionBase()
    request._messages = NullMessages(request)
    request.csrf_processing_done = True
    return request


def visit(address, code, request):
    """What a visitor would be answered at an address, in the language that it is in."""
    request = _as("GET", request)
    request.user, request.preview = AnonymousUser(), True
    request.path, _mark, query = address.partition("#")[0].partition("?")
    request.path_info, request.GET = request.path, QueryDict(query)
    with translation.override(code):
        request.LANGUAGE_CODE = code
        match = request.resolver_match = resolve(request.path)
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
    return response
