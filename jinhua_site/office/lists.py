"""Lists that say when each record last changed, and by whom."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.colleagues import name_of


class ListWithVersions(ChangeList):
    """A page of records, each with its newest version as `newest`: one query for all."""

    def get_results(self, request):
        super().get_results(request)
        records = {record.pk: record for record in self.result_list}
        versions = self.model.history.filter(id__in=records).order_by().values("id")
        newest = versions.annotate(newest=Max("history_id")).values("newest")
        found = self.model.history.filter(history_id__in=newest).select_related("history_user")
        for version in found.only("id", "history_date", "history_user"):
            records[version.id].newest = version


class LastChangeAdmin(admin.ModelAdmin):
    """Shows the last change in the last column, in place of `changed` where that is listed."""

    def get_changelist(self, request, **kwargs):
        return ListWithVersions

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return [*(name for name in shown if name != "changed"), "last_change"]

    @admin.display(description=_("last change"))
    def last_change(self, record):
        version = getattr(record, "newest", None)
        if not version:
            return None
        date = timezone.localdate(version.history_date).isoformat()
        if not version.history_user:
            return date
        return format_html("{}<br>{}", date, name_of(version.history_user))
