"""The admin's list of what was deleted, from which an administrator brings it back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import held_by
from jinhua_site.content.history import bring_back, deleted
from jinhua_site.office.choices import is_key

MOST_DELETED = 200


class HistoryAdmin(admin.ModelAdmin):
    change_list_template = "admin/change_list_with_deleted.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        view = self.admin_site.admin_view(self.deleted_view)
        return [path("deleted/", view, name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        more = {"may_bring_back": self.has_delete_permission(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def deleted_view(self, request):
        """What was deleted of this kind; an administrator brings it back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        versions = deleted(self.model)
        if request.method == "POST":
            number = request.POST.get("version", "")
            found = versions.filter(pk=number) if is_key(number) else versions.none()
            return self._bring_back(request, get_object_or_404(found))
        newest = [*versions.select_related("history_user")[:MOST_DELETED]]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "opts": self.opts,
            "deleted": [*zip(newest, held_by(newest), strict=True)],
        }
        return render(request, "admin/deleted.html", context)

    def _bring_back(self, request, version):
        try:
            record = bring_back(version)
        except IntegrityError:
            told = _(
                "It cannot come back: its short name is taken, or a record that it names is gone."
            )
            self.message_user(request, told, messages.ERROR)
            return redirect(request.path)
        self.log_change(request, record, _("Brought back."))
        self.message_user(request, _("%(record)s is back.") % {"record": record}, messages.SUCCESS)
        page = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(page, args=[record.pk]))
