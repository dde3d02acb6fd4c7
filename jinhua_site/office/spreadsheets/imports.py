"""A spreadsheet on its way in: tried row by row, then taken in whole or not at all."""

import hashlib
import json
from dataclasses import dataclass, field

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .rows import Rows

STEP = 50
# By import-export's words for them.
OUTCOMES = {
    "new": "new",
    "update": "changed",
    "skip": "unchanged",
    "invalid": "wrong",
    "error": "wrong",
}


@dataclass
class Line:
    """What becomes of a row: new, changed, unchanged or wrong, with each cell that is meant.

    `stood` is a mark of the record as it stands; `moved` where it was another before.
    """

    number: int
    name: str
    outcome: str
    changes: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)
    stood: str = ""
    moved: bool = False


class Sheet(Rows):
    """The spreadsheet of a model under its `name`, with what becomes of a file's rows as `lines`.

    `Meta.fields` are its columns.
    """

    name = ""

    def __init__(self, user=None, file_name=""):
        super().__init__(user, file_name)
        self.lines = []

    def try_out(self, rows):
        """See what would become of each row; yields how far it is."""
        self._look_up(rows)
        yield from self._take(rows)

    def take_in(self, rows, stood):
        """Write all the rows, or none where one is wrong or has moved since it `stood` so."""
        self.written = True
        try:
            with transaction.atomic():
                self._look_up(rows, lock=True)
                yield from self._take(rows, stood)
                if self.moved or self.count("wrong"):
                    transaction.set_rollback(True)
                else:
                    self.entry = self._log()
        except IntegrityError:
            self.lines[-1].moved = True  # somebody was faster by a blink

    def of(self, *outcomes):
        return [line for line in self.lines if line.outcome in outcomes]

    def count(self, outcome):
        return len(self.of(outcome))

    @property
    def moved(self):
        """The rows whose records somebody else has changed meanwhile."""
        return [line for line in self.lines if line.moved]

    def _look_up(self, rows, lock=False):
        """Read once what the rows name: their own records, and those they link to."""
        known = {}
        for each in self.links:
            model = each.widget.field.related_model
            keys = {key for row in rows for key in each.widget.keys(row.cells[each.column_name])}
            found = model._default_manager.in_bulk([*keys], field_name=each.widget.key)
            each.widget.known = known.setdefault(model, {})
            each.widget.known.update(found)
        self.of_this_kind = known.get(self._meta.model, {})
        first, path = self.keys[0], next(self.paths())
        texts = {text.strip() for row in rows for text in [row.cells[first.column_name]]}
        there = self.get_queryset().filter(**{f"{path}__in": texts})
        if lock:
            there = there.order_by("pk").select_for_update(of=("self",))
        self.there = {self.key_of(record): record for record in there}

    def _take(self, rows, stood=None):
        stopped = False
        for done, row in enumerate(rows, start=1):
            write = stood is not None and not stopped
            how = {"dry_run": not write, "using_transactions": write, "faults": row.faults}
            result = self.import_row(row.cells, None, row_number=row.number, **how)
            line = self._line(row, result)
            self.lines.append(line)
            for failure in result.errors:
                raise failure.error
            line.moved = stood is not None and stood[str(row.number)] != line.stood
            stopped = stopped or line.moved or line.outcome == "wrong"
            if done % STEP == 0 or done == len(rows):
                yield done, len(rows)

    def _line(self, row, result):
        name = result.object_repr or " ".join(row.cells[each.column_name] for each in self.keys)
        line = Line(row.number, Truncator(name).chars(80), OUTCOMES[result.import_type])
        line.stood = hashlib.sha256(json.dumps(self.before).encode()).hexdigest()[:16]
        line.changes = self.changes
        if result.validation_error:
            line.faults = result.validation_error.message_dict
        return line

    def _log(self):
        told = {"new": self.count("new"), "changed": self.count("changed")}
        return LogEntry.objects.create(
            user=self.user,
            content_type=ContentType.objects.get_for_model(self._meta.model),
            object_repr=self.file_name[:200],
            action_flag=CHANGE,
            change_message=_("Import: %(new)s new, %(changed)s changed.") % told,
        )
