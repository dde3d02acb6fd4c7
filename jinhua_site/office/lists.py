"""Lists that show the state of each record's texts, its last change, and by whom."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.colleagues import name_of

from .translations.texts import (
    COMPLETE,
    LANGUAGES,
    MISSING,
    OUTDATED,
    STATES,
    outdated_texts,
    states,
    translated_fields,
)


def newest_versions(model, numbers):
    """Return the newest version of each record by its key, with a single query."""
    keys = model.history.filter(id__in=numbers).order_by().values("id")
    newest = keys.annotate(newest=Max("history_id")).values("newest")
    versions = model.history.filter(history_id__in=newest).select_related("history_user")
    return {version.id: version for version in versions.only("id", "history_date", "history_user")}


class RecordList(ChangeList):
    """A page of records, each with its newest version and its outdated texts."""

    def get_results(self, request):
        super().get_results(request)
        versions = newest_versions(self.model, [record.pk for record in self.result_list])
        for record, outdated in outdated_texts(self.result_list).items():
            record.newest, record.outdated = versions.get(record.pk), outdated


class RecordListAdmin(admin.ModelAdmin):
    """Adds columns for the record's last change and the state of its texts."""

    def get_changelist(self, request, **kwargs):
        return RecordList

    def get_list_display(self, request):
        texts = ["translation"] if translated_fields(self.model) else []
        return [*super().get_list_display(request), "last_change", *texts]

    @admin.display(description=_("last change"))
    def last_change(self, record):
        version = getattr(record, "newest", None)
        if not version:
            return None
        date = timezone.localdate(version.history_date).isoformat()
        if not version.history_user:
            return date
        return format_html("{}<br>{}", date, name_of(version.history_user))

    @admin.display(description=_("texts"))
    def translation(self, record):
        todo = [
            (state, _what_to_do(state, code))
            for code, fields in states(record, record.outdated).items()
            for state in (MISSING, OUTDATED)
            if fields[state]
        ]
        if not todo:
            return STATES[COMPLETE]
        return format_html_join("", '<span class="translation-state {}">{}</span>', todo)


def _what_to_do(state, code):
    """Return what a language needs: “English missing”, “Chinese out of date”."""
    words = (
        gettext("%(language)s missing") if state == MISSING else gettext("%(language)s out of date")
    )
    return words % {"language": LANGUAGES[code]}
