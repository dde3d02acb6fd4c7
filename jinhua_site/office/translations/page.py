"""Every record with the state of its two languages, on one page."""

from itertools import groupby

from django.contrib import admin
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.filters import choice
from jinhua_site.core.languages import CODES

from .record_types import Kind, kinds_for
from .texts import COMPLETE, LANGUAGES, STATES, in_state, stale_texts, states

A_PAGE = 50
KNOWN = {"state": STATES, "language": LANGUAGES, "status": dict(Status.choices)}
FILTERS = ("kind", "state", "language", "status", "q")


class Rows:
    """The records of several kinds, one kind after the other, read a page at a time."""

    def __init__(self, rows):
        self.rows = [(each, each.count()) for each in rows]

    def __len__(self):
        return sum(total for _rows, total in self.rows)

    def __getitem__(self, part):
        found, start, stop = [], part.start, part.stop
        for rows, total in self.rows:
            if start < total and stop > 0:
                found += rows[max(start, 0) : stop]
            start, stop = start - total, stop - total
        return found


def rows(request, kind="", state="", language="", status="", q=""):
    """The records that the colleague may see, and that all these filters let through."""
    chosen = {"state": state, "language": language, "status": status}
    if any(value and value not in KNOWN[name] for name, value in chosen.items()):
        return Rows([])
    kinds = [each for each in kinds_for(request.user) if kind in ("", each.key)]
    if status:
        kinds = [each for each in kinds if issubclass(each.model, Publishable)]
    return Rows([_chosen(each, request, state, language, status, q) for each in kinds])


def _chosen(kind, request, state, language, status, q):
    chosen = kind.records()
    if status:
        chosen = chosen.filter(status=status)
    codes = [language] if language else CODES
    if state:
        chosen = chosen.filter(in_state(kind.model, state, codes))
    elif language:
        chosen = chosen.filter(~in_state(kind.model, COMPLETE, codes))
    return kind.search(chosen, q, request) if q else chosen


def translations(request):
    """The matrix of records and languages, filtered by what the address says."""
    filters = {name: choice(request.GET, name) for name in FILTERS}
    page = Paginator(rows(request, **filters), A_PAGE).get_page(request.GET.get("page"))
    context = admin.site.each_context(request) | {
        "title": _("Translations"),
        "page": page,
        "lines": [*_lines(page.object_list)],
        "filters": filters,
        "languages": LANGUAGES.items(),
        "choices": {
            "kind": [(kind.key, kind.label) for kind in kinds_for(request.user)],
            **{name: known.items() for name, known in KNOWN.items()},
        },
    }
    return render(request, "admin/translations.html", context)


def _lines(records):
    """What the page says of each record."""
    stale = stale_texts(records)
    for model, group in groupby(records, type):
        kind, of_kind = Kind(model), [*group]
        changed = kind.last_changes(of_kind)
        for record in of_kind:
            state = states(record, stale[record])
            yield {
                "kind": kind,
                "record": record,
                "address": kind.address(record),
                "status": kind.status(record),
                "changed": changed.get(record.pk),
                "states": [
                    (name, _labelled(record, state[code])) for code, name in LANGUAGES.items()
                ],
            }


def _labelled(record, state):
    """The names of the fields in each state, as staff read them."""
    name = record._meta.get_field
    return {
        key: [str(name(field).verbose_name) for field in fields] for key, fields in state.items()
    }
