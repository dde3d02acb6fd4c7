"""Replays a form through Django's admin, as if its author sent it now.

This module alone uses undocumented parts of Django's admin; if a new Django has
changed one, the tests of proposals fail.
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

FILLS_IN = ("restore", "proposal", "_until")  # parameters that fill in a form


class ReplayAdmin(admin.ModelAdmin):
    """An admin whose forms can be replayed."""

    def plain_changeform(self, request, object_id):
        """Handle the form as Django does."""
        return super().changeform_view(request, object_id)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "only_shown", False):
            form.is_valid = _is_never_valid  # this class exists for this request only
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.saved = form.instance

    def _get_preserved_qsl(self, request, preserved_filters):
        """Drop the parameters that filled in the form, once it is saved."""
        query = super()._get_preserved_qsl(request, preserved_filters)
        return [(name, value) for name, value in query if name not in FILLS_IN]


def _is_never_valid(form):
    form.full_clean()  # the formsets read its cleaned data
    return False


class Reply:
    """The admin's response: a redirect if the form is saved, or the form again."""

    def __init__(self, request, response):
        self.response = response
        self.saved = getattr(request, "saved", None)
        self.context = getattr(response, "context_data", {})
        self.is_form = "adminform" in self.context  # else a redirect or a popup's end

    @cached_property
    def errors(self):
        """Return the form's error messages, each with the label of its field."""
        if not self.is_form:
            return []
        form, formsets = forms_in(self.context)
        errors = errors_in(form, *(row for formset in formsets for row in formset.forms))
        return errors + [str(error) for formset in formsets for error in formset.non_form_errors()]


def errors_in(*forms):
    """Return the error messages of forms, each with the label of its field."""
    return [
        labelled(form.fields[name].label, error) if name in form.fields else str(error)
        for form in forms
        for name, errors in form.errors.items()
        for error in errors
    ]


def replay(model_admin, request, record_id, data, files, quiet=False, only_shown=False):
    """Send form data; `quiet` discards messages, and `only_shown` saves nothing."""
    record = record_id and model_admin.get_object(request, str(record_id))
    _form, formsets = forms_of(model_admin, request, record)
    post, sent_files = as_post(data, files, [formset.prefix for formset in formsets])
    for name in request.POST:
        if name.startswith("_"):  # the button, and other options
            post[name] = request.POST[name]
    request = _as("POST", request, post, sent_files)
    request.only_shown = only_shown
    if quiet:
        request._messages = BaseStorage(request)  # which nobody reads
    return Reply(request, model_admin.plain_changeform(request, record_id and str(record_id)))


def errors_of(model_admin, request, record_id, data, files):
    """Return the errors of saving form data, by a dry run."""
    with dry_run():
        return replay(model_admin, request, record_id, data, files, quiet=True).errors


def forms_of(model_admin, request, record):
    """Return a record's untouched form and formsets."""
    request = _as("GET", request)
    form_class = model_admin.get_form(request, record, change=bool(record))
    form = form_class(instance=record) if record else form_class()
    formsets, _inlines = model_admin._create_formsets(request, form.instance, change=bool(record))
    return form, formsets


def forms_in(context):
    """Return the form and the formsets in the context of an admin page."""
    return (
        context["adminform"].form,
        [inline.formset for inline in context["inline_admin_formsets"]],
    )


def current_data(model_admin, request, record):
    return as_it_stands(*forms_of(model_admin, request, record))


# Requests


def _as(method, request, post=None, files=None):
    """Return a copy of a request, with another method and content."""
    request = copy.copy(request)
    request.method = method
    request._post, request._files = post or QueryDict(), files or MultiValueDict()
    return request


def quiet_request(user):
    """Return a request without a browser, for scheduled proposals."""
    server = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}
    request = WSGIRequest(server | {"PATH_INFO": "/admin/", "wsgi.input": BytesIO()})
    request.user, request.session = user, SessionBase()
    request._messages = BaseStorage(request)
    request.csrf_processing_done = True
    return request


def visit(address, code, request):
    """Return the response that a visitor would get at an address in this language."""
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
