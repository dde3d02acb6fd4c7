"""The admin's history of a record, earlier versions in its form, and what was deleted.

An earlier version is put back into the form of its record, to be saved as usual.
"""

import re
from pathlib import PurePath

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import CASCADE, FileField
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import name_of
from jinhua_site.content.field_labels import records_of
from jinhua_site.content.history import bring_back, deleted
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal
from jinhua_site.office.proposals.form_data import REMOVED, as_it_stands, values
from jinhua_site.office.proposals.replay import forms_of
from jinhua_site.office.translations.marks import reason_in_words

from .saves import changes, describe, links_of, saves

SAVES_ON_A_PAGE = 50
MOST_DELETED = 200
PROPOSED = re.compile(r"proposal (\d{1,18})")  # a version's reason, written by `Review.carry_out`


class HistoryAdmin(admin.ModelAdmin):
    change_list_template = "admin/change_list_with_deleted.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.deleted_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        return [path("deleted/", view, name=name), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """Show who changed which field of a record and its parts, and how; newest first."""
        there = self.get_object(request, unquote(object_id))
        if there and not self.has_view_or_change_permission(request, there):
            raise PermissionDenied
        record = there or self._deleted(request, object_id)
        if not record:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        newest_first = all_saves(self, request, record.pk)
        page = Paginator(newest_first, SAVES_ON_A_PAGE).get_page(request.GET.get("p"))
        describe(page.object_list, record)
        give_reasons(page.object_list, request.user)
        return self._render(
            request,
            "admin/history.html",
            title=_("Change history: %s") % record,
            record=record,
            is_there=bool(there),
            may_restore=there and self.has_change_permission(request, there),
            newest=newest_first and newest_first[0],
            page=page,
            page_range=page.paginator.get_elided_page_range(page.number),
        )

    def _deleted(self, request, number):
        """Return a deleted record as it last was, if the user may delete."""
        if self.has_delete_permission(request) and is_key(number):
            return next(iter(records_of(deleted(self.model).filter(id=number))), None)
        return None

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """On a form filled in with an earlier version, show what saving it will change."""
        moment = obj and moment_in(request, self, obj.pk)
        if moment:
            context["restored"] = moment
            context["changes"] = changes_since(moment, self, request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def changelist_view(self, request, extra_context=None):
        more = {"may_bring_back": self.has_delete_permission(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def deleted_view(self, request):
        """List the deleted records of this model, for an administrator to bring back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        versions = deleted(self.model)
        if request.method == "POST":
            number = request.POST.get("version", "")
            chosen = versions.filter(pk=number) if is_key(number) else versions.none()
            return self._bring_back(request, get_object_or_404(chosen))
        newest = [*versions.select_related("history_user")[:MOST_DELETED]]
        return self._render(
            request,
            "admin/deleted.html",
            title=_("Deleted: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            deleted=[*zip(newest, records_of(newest), strict=True)],
        )

    def _bring_back(self, request, version):
        try:
            record = bring_back(version)
        except IntegrityError:
            message = _(
                "It cannot come back: its short name is taken, or a record that it names is gone."
            )
            self.message_user(request, message, messages.ERROR)
            return redirect(request.path)
        self.log_change(request, record, _("Brought back."))
        self.message_user(request, _("%(record)s is back.") % {"record": record}, messages.SUCCESS)
        return redirect(admin_urlname(self.opts, "change"), record.pk)

    def _render(self, request, template, **context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context)


def give_reasons(saves, user):
    """Add to each save its reason; link to a proposal if `user` may see it."""
    reasons = [save.last.history_change_reason or "" for save in saves]
    numbers = [int(match[1]) for reason in reasons if (match := PROPOSED.fullmatch(reason))]
    proposals = Proposal.objects.select_related("author").in_bulk(numbers)
    for save, reason in zip(saves, reasons, strict=True):
        save.reason = reason_in_words(save.last.instance_type, reason)
        if match := PROPOSED.fullmatch(reason):
            proposal = proposals.get(int(match[1]))
            author = name_of(proposal.author) if proposal else "—"
            save.reason = _("As proposed by %(author)s") % {"author": author}
            if proposal and (proposal.author == user or user.has_perm("office.view_proposal")):
                page = proposal.get_absolute_url()
                save.reason = format_html('<a href="{}">{}</a>', page, save.reason)


# Earlier versions


def all_saves(model_admin, request, number):
    """Return the saves of a record and of those parts that the user may see."""
    return saves(model_admin.model, number, _parts(model_admin, request))


def _parts(model_admin, request):
    return [inline.model for inline in model_admin.get_inline_instances(request)]


def moment_in(request, model_admin, record_id):
    """Return when the version that `?restore=` names was saved, if it is one of this record."""
    number = request.GET.get("restore")
    for save in all_saves(model_admin, request, record_id) if number and is_key(record_id) else ():
        if save.own and str(save.own.pk) == number and save.own.history_type != "-":
            return save.last.history_date
    return None


def changes_since(moment, model_admin, request, record):
    """Return what restoring a record as of a moment changes in it and in its parts."""
    parts = _parts(model_admin, request)
    now, then = (_versions(record, parts, end) for end in (timezone.now(), moment))
    pairs = [(now.get(key), then.get(key)) for key in now | then]
    return [change for change in changes(pairs, record) if change]


def _versions(record, parts, moment):
    """Return the versions of a record and its parts as of a moment, by model and key.

    Parts that can outlive their record are left out.
    """
    versions, links = {}, [related.field for related in record._meta.related_objects]
    for link in [None, *(link for link in links if link.model in parts and _is_part(link))]:
        model, name = (link.model, link.attname) if link else (type(record), "id")
        newest = model.history.filter(history_date__lte=moment).latest_of_each()
        rows = newest.filter(**{name: record.pk}).exclude(history_type="-")
        for version in rows.order_by("history_id"):  # of two at one moment the later
            version.link = link
            versions[model, version.id] = version
    return versions


def _is_part(link):
    return link.remote_field.on_delete is CASCADE


def restored(model_admin, request, record_id):
    """Return the form data and the files that restore a record; None if none is asked for."""
    moment = moment_in(request, model_admin, record_id)
    record = moment and model_admin.get_object(request, str(record_id))
    if not record:
        return None, {}
    form, formsets = forms_of(model_admin, request, record)
    data, files = as_it_stands(form, formsets), {}
    then = _versions(record, [formset.model for formset in formsets], moment)
    version = then[model_admin.model, record.pk]
    many = record._meta.local_many_to_many
    links = {field.name: links_of([version], field)[version.pk] for field in many}
    old = type(form)(instance=version.history_object, initial=links)
    _put_back(data, files, old, record)
    for formset in filter(lambda formset: _is_part(formset.fk), formsets):
        there = {row.instance.pk: row.instance for row in formset.initial_forms}
        parts = {number: part for (model, number), part in then.items() if model is formset.model}
        for number in there.keys() - parts.keys():
            data[f"{formset.prefix}:{number}:{REMOVED}"] = ["on"]
        for number, part in parts.items():
            row = f"{formset.prefix}:{number if number in there else f'+{number}'}:"
            old = formset.form(instance=part.history_object)
            _put_back(data, files, old, there.get(number), row)
    return data, files


def _put_back(data, files, old, now, row=""):
    """Add the values of one `old` form, and its file if that is still stored."""
    data |= values(old, row)
    for field in old.instance._meta.fields:
        if not isinstance(field, FileField) or field.name not in old.fields:
            continue
        before, after = getattr(old.instance, field.name), now and getattr(now, field.name)
        if after and not before:
            data[f"{row}{field.name}-clear"] = ["on"]
        elif before and before != after and before.storage.exists(before.name):
            with before.storage.open(before.name) as file:
                name = PurePath(before.name).name
                files[row + field.name] = SimpleUploadedFile(name, file.read())
