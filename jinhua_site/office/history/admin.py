"""The admin's history of a record, and the list of what was deleted."""

import re

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.content.field_labels import records_of
from jinhua_site.content.history import bring_back, deleted
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal
from jinhua_site.office.translations.marks import reason_in_words

from . import restore
from .saves import describe

SAVES_ON_A_PAGE = 50
MOST_DELETED = 200
PROPOSED = re.compile(r"proposal (\d{1,18})")  # a version's reason, written by `Review.carry_out`


class HistoryAdmin(admin.ModelAdmin):
    change_list_template = "admin/change_list_with_deleted.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.deleted_view)
        return [path("deleted/", view, name=self._page_name("deleted")), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """Show who changed which field of a record and its parts, and how; newest first."""
        there = self.get_object(request, unquote(object_id))
        if there and not self.has_view_or_change_permission(request, there):
            raise PermissionDenied
        record = there or self._deleted(request, object_id)
        if not record:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        saves = restore.all_saves(self, request, record.pk)
        page = Paginator(saves, SAVES_ON_A_PAGE).get_page(request.GET.get("p"))
        describe(page.object_list, record)
        give_reasons(page.object_list, request.user)
        return self._render(
            request,
            "admin/history.html",
            title=_("Change history: %s") % record,
            record=record,
            is_there=bool(there),
            may_restore=there and self.has_change_permission(request, there),
            newest=saves and saves[0],
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
        moment = obj and restore.moment_in(request, self, obj.pk)
        if moment:
            context["restored"] = moment
            context["changes"] = restore.changes_since(moment, self, request, obj)
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
        return redirect(reverse(f"admin:{self._page_name('change')}", args=[record.pk]))

    def _page_name(self, page):
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

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
                address = reverse("admin:office_proposal_change", args=[proposal.pk])
                save.reason = format_html('<a href="{}">{}</a>', address, save.reason)
