"""Sends a submission through the admin's own form, as if its author did it now."""

import copy
from io import BytesIO

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.urls import resolve
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from jinhua_site.core.grammar import labelled

from .form_data import as_it_stands, sent_again


class Unheard(BaseStorage):
    """Takes messages that nobody is to read."""

    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


def quiet_request(user):
    """A request of nobody's browser, for what takes effect by itself."""
    server = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}
    request = WSGIRequest(server | {"PATH_INFO": "/admin/", "wsgi.input": BytesIO()})
    request.user = user
    request._messages = Unheard(request)
    request.csrf_processing_done = True
    return request


def forms_of(model_admin, request, record):
    """The form and the formsets of a record as they stand, before anybody writes in them."""
    request = _asking(request, "GET")
    with_permission = model_admin.get_form(request, record, change=bool(record))
    form = with_permission(instance=record) if record else with_permission()
    formsets, _inlines = model_admin._create_formsets(
        request, record or form.instance, change=bool(record)
    )
    return form, formsets


def standing(model_admin, request, record):
    return as_it_stands(*forms_of(model_admin, request, record))


def prefixes(model_admin, request, record):
    _form, formsets = forms_of(model_admin, request, record)
    return [formset.prefix for formset in formsets]


def send(model_admin, request, record_id, submission, files, **marks):
    """What the admin answers to a submission: a redirect when it is saved, or the form.

    `marks` are set on the request, which is returned too: `saved` is on it afterwards.
    """
    record = record_id and model_admin.get_object(request, str(record_id))
    post, sent_files = sent_again(submission, files, prefixes(model_admin, request, record))
    for name in request.POST:
        if name.startswith("_"):  # which button it was, and the like
            post[name] = request.POST[name]
    request = _asking(request, "POST")
    request._post, request._files = post, sent_files
    for name, value in marks.items():
        setattr(request, name, value)
    return request, model_admin.plain_changeform(request, record_id and str(record_id))


def faults(response):
    """What keeps a submission from being saved, in the words that the form has for it."""
    context = getattr(response, "context_data", {})
    if "adminform" not in context:  # a redirect, or what closes a little window
        return []
    forms = [context["adminform"].form]
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms += [form for formset in formsets for form in formset.forms]
    found = []
    for form in forms:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            found += [labelled(label, error) if label else str(error) for error in errors]
    return found + [str(error) for formset in formsets for error in formset.non_form_errors()]


def forget_that_it_is_only_shown(form):
    """Take back the fault that kept the form from being saved."""
    kept = form.errors.get(NON_FIELD_ERRORS)
    if kept:
        kept.data = [error for error in kept.data if error.code != "shown"]
        if not kept.data:
            del form.errors[NON_FIELD_ERRORS]


def public_page(path, code, request):
    """What a visitor would be answered at `path`, in the language of the address."""
    request = copy.copy(request)
    request.method, request.user, request.preview = "GET", AnonymousUser(), True
    path, _hash, _anchor = path.partition("#")
    request.path, _mark, query = path.partition("?")
    request.path_info = request.path
    request.GET, request._post, request._files = QueryDict(query), QueryDict(), MultiValueDict()
    with translation.override(code):
        request.LANGUAGE_CODE = code
        match = request.resolver_match = resolve(request.path)
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
    return response


def _asking(request, method):
    asking = copy.copy(request)
    asking.method = method
    return asking
