"""The admin's history of a record, and the page of each version of it."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import held_by
from jinhua_site.content.timeline import Timeline
from jinhua_site.office.choices import is_key

from .version_page import sections

SAVES_ON_A_PAGE = 50


class VersionsAdmin(admin.ModelAdmin):
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_version"
        view = self.admin_site.admin_view(self.version_view)
        address = "<int:number>/history/<int:version>/"
        return [path(address, view, name=name), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """Who changed what of a record and its parts, from what to what; newest first."""
        record, is_there = self._there_or_deleted(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        parts = [inline.model for inline in self.get_inline_instances(request, record)]
        page = Paginator(Timeline(record, parts), SAVES_ON_A_PAGE).get_page(request.GET.get("p"))
        return self._page(
            request,
            "admin/timeline.html",
            title=_("Change history: %s") % record,
            record=record,
            is_there=is_there,
            page=page,
            page_range=page.paginator.get_elided_page_range(page.number),
            **(extra_context or {}),
        )

    def version_view(self, request, number, version):
        """The whole record as it stood while a version held, and what is otherwise today."""
        record, is_there = self._there_or_deleted(request, number)
        if record is None:
            raise Http404
        version = get_object_or_404(self.model.history.select_related("history_user"), pk=version)
        if version.id != number:
            raise Http404
        shown = sections(self, request, version, record if is_there else None)
        return self._page(
            request,
            "admin/version.html",
            title=_("Version of %s") % record,
            record=record,
            is_there=is_there,
            version=version,
            sections=shown,
            differs=any(section.differs for section in shown),
            may_restore=is_there and self.has_change_permission(request, record),
        )

    def _there_or_deleted(self, request, number):
        """The record, and whether it is there; for who may delete, how a deleted one stood last."""
        record = self.get_object(request, str(number))
        if record:
            if not self.has_view_or_change_permission(request, record):
                raise PermissionDenied
            return record, True
        last = self.model.history.filter(id=number).first() if is_key(number) else None
        if last and not self.has_delete_permission(request):
            raise PermissionDenied
        return last and held_by([last])[0], False

    def _page(self, request, template, **context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context)
