"""The page of all records with the state of their two languages."""

from itertools import groupby
from operator import itemgetter

from django.contrib import admin
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.filters import choice
from jinhua_site.core.languages import CODES
from jinhua_site.office.lists import newest_versions

from .texts import (
    COMPLETE,
    LANGUAGES,
    STATES,
    in_state,
    outdated_texts,
    record_types_for,
    states,
)

A_PAGE = 50


def translations(request):
    """Show the table of records and languages, filtered by the query string."""
    types = record_types_for(request.user)
    choices = {
        "kind": (_("Kind"), {record_type.key: record_type.label for record_type in types}),
        "state": (_("State of the translation"), STATES),
        "language": (_("Language"), LANGUAGES),
        "status": (_("Status"), dict(Status.choices)),
    }
    chosen = {name: choice(request.GET, name) for name in choices}
    is_known = all(value in ("", *choices[name][1]) for name, value in chosen.items())
    records = [*_matching(types, **chosen)] if is_known else []
    page = Paginator(records, A_PAGE).get_page(request.GET.get("page"))
    context = admin.site.each_context(request) | {
        "title": _("Translations"),
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
        outdated = outdated_texts(records)
        versions = newest_versions(record_type.model, [record.pk for record in records])
        for record in records:
            state, version = states(record, outdated[record]), versions.get(record.pk)
            yield {
                "type": record_type,
                "record": record,
                "address": record_type.address(record),
                "status": record_type.status(record),
                "changed": version and timezone.localdate(version.history_date),
                "states": [(name, state[code]) for code, name in LANGUAGES.items()],
            }
