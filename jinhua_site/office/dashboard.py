"""The dashboard: what waits for somebody, each as a number that leads to its list.

The applications declare their tiles in their admin; this module counts them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import ngettext

from jinhua_site.core.grammar import labelled

_tiles = []


@dataclass(frozen=True)
class Tile:
    """Records that wait for something, and the page that lists them.

    `rows` gives for a user the querysets whose rows are counted, and `query` what
    the list at `page`, an address of the admin by name, has to be asked for.
    """

    place: int  # among the others
    title: Promise
    rows: Callable
    page: str
    query: dict = field(default_factory=dict)
    permission: str = ""

    @property
    def address(self):
        return reverse(f"admin:{self.page}", query=self.query)


@dataclass(frozen=True)
class Waiting:
    """A tile as one colleague sees it."""

    title: Promise
    number: int
    address: str


class WaitingFilter(admin.SimpleListFilter):
    """Lists what a tile counts: `waits` has for each choice its label and its records."""

    waits = {}

    def lookups(self, request, model_admin):
        return [(choice, label) for choice, (label, _records) in self.waits.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.waits:
            return queryset
        _label, records = self.waits[self.value()]
        return queryset.filter(pk__in=records().values("pk"))


def declare(*tiles):
    _tiles.extend(tiles)


def waiting_for(user):
    """Every tile that `user` may follow, counted in one query."""
    tiles = [tile for tile in _tiles if user.has_perm(tile.permission)]
    tiles.sort(key=lambda tile: tile.place)
    counts = [
        rows.order_by().annotate(tile=Value(number)).values("tile").annotate(rows=Count("pk"))
        for number, tile in enumerate(tiles)
        for rows in tile.rows(user)
    ]
    totals = [0] * len(tiles)
    for count in counts[0].union(*counts[1:], all=True) if counts else ():
        totals[count["tile"]] += count["rows"]
    return [
        Waiting(tile.title, total, tile.address) for tile, total in zip(tiles, totals, strict=True)
    ]


def looked_at(model_admin, request, records, **values):
    """Note on each of the records that somebody has looked at it, and in its log."""
    done = 0
    for number in [*records.values_list("pk", flat=True)]:
        with transaction.atomic():
            if record := model_admin.locked(request, number):
                _note(model_admin, request, record, values)
                done += 1
    told = ngettext(
        "%d record was noted as looked at today.", "%d records were noted as looked at today.", done
    )
    model_admin.message_user(request, told % done, messages.SUCCESS)


def _note(model_admin, request, record, values):
    fields = [record._meta.get_field(name) for name in values]
    changes = [
        labelled(capfirst(field.verbose_name), f"{getattr(record, field.name) or '—'} → {value}")
        for field, value in zip(fields, values.values(), strict=True)
    ]
    for name, value in values.items():
        setattr(record, name, value)
    dated = {"changed"} & {field.name for field in record._meta.fields}
    record.save(update_fields=[*values, *dated])
    model_admin.log_change(request, record, [{"changed": {"fields": changes}}])
