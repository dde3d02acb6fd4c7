"""Lists of records with the state of their texts: those of the admin, and the page of all."""

from itertools import groupby
from operator import itemgetter

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import name_of
from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.filters import choice
from jinhua_site.core.languages import CODES

from .translations.texts import (
    COMPLETE,
    LANGUAGES,
    MISSING,
    OUTDATED,
    STATES,
    in_state,
    outdated_texts,
    record_types_for,
    states,
    translated_fields,
)

A_PAGE = 50  # records
TO_DO = {MISSING: _("%(language)s missing"), OUTDATED: _("%(language)s out of date")}


def add_states(records):
    """Add to each record of a model its newest version and its outdated texts."""
    numbers = [record.pk for record in records]
    versions = records.model.history.filter(id__in=numbers).latest_of_each()
    versions = versions.select_related("history_user").order_by("history_id")
    newest = {version.id: version for version in versions}
    for record, outdated in outdated_texts(records).items():
        record.newest, record.outdated = newest.get(record.pk), outdated


class RecordList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        add_states(self.result_list)


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
            (state, TO_DO[state] % {"language": LANGUAGES[code]})
            for code, fields in states(record, record.outdated).items()
            for state in (MISSING, OUTDATED)
            if fields[state]
        ]
        if not todo:
            return STATES[COMPLETE]
        return format_html_join("", '<span class="translation-state {}">{}</span>', todo)


# The page of all records


def translations(request):
    """Show the table of records and languages, filtered by the query string."""
    types = record_types_for(request.user)
    choices = {
        "kind": (gettext("Kind"), {record_type.key: record_type.label for record_type in types}),
        "state": (gettext("State of the translation"), STATES),
        "language": (gettext("Language"), LANGUAGES),
        "status": (gettext("Status"), dict(Status.choices)),
    }
    chosen = {name: choice(request.GET, name) for name in choices}
    is_known = all(value in ("", *choices[name][1]) for name, value in chosen.items())
    records = [*_matching(types, **chosen)] if is_known else []
    page = Paginator(records, A_PAGE).get_page(request.GET.get("page"))
    context = admin.site.each_context(request) | {
        "title": gettext("Translations"),
        "page": page,
        "lines": [*_lines(page.object_list)],
        "filters": [
            (name, label, known.items(), chosen[name]) for name, (label, known) in choices.items()
        ],
        "languages": LANGUAGES.values(),
    }
    return render(request, "admin/translations.html", context)


def _matching(types, kind, state, language, status):
    """Yield the type and the key of each record that passes all filters."""
    codes = [language] if language else CODES
    for record_type in types:
        if (kind and kind != record_type.key) or (
            status and not issubclass(record_type.model, Publishable)
        ):
            continue
        records = record_type.records().filter(**({"status": status} if status else {}))
        if state:
            records = records.filter(in_state(record_type.model, state, codes))
        elif language:
            records = records.filter(~in_state(record_type.model, COMPLETE, codes))
        yield from ((record_type, number) for number in records.values_list("pk", flat=True))


def _lines(found):
    """Yield the page's line for each record, type by type."""
    for record_type, group in groupby(found, itemgetter(0)):
        records = record_type.records().filter(pk__in=[number for _type, number in group])
        add_states(records)
        for record in records:
            state, version = states(record, record.outdated), record.newest
            yield {
                "type": record_type,
                "record": record,
                "address": record_type.address(record),
                "status": record_type.status(record),
                "changed": version and timezone.localdate(version.history_date),
                "states": [(name, state[code]) for code, name in LANGUAGES.items()],
            }
