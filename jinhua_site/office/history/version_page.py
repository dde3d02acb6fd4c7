"""What the page of a version shows: the form's own sections, as they stood and as they stand."""

from typing import NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from jinhua_site.content.field_labels import contents, in_words, label, language, links_of, names_in
from jinhua_site.content.versions import parts_of, state_of


class Cell(NamedTuple):
    label: str
    language: str | None  # as HTML names it, of a text in one language
    then: str
    now: str | None  # none where it is the same


class Section(NamedTuple):
    name: str
    rows: list  # of the form, each with its cells
    part: str = ""  # its name; `name` is then what kind of part it is
    note: str = ""  # what became of it

    @property
    def differs(self):
        return self.note or any(cell.now is not None for row in self.rows for cell in row)


def sections(model_admin, request, version, today):
    """The sections of the form and of the parts below it; `today` is none of a deleted record."""
    state, model = state_of(version), model_admin.model
    then = contents(model, state.record, state.links)
    now = contents(model, today, links_of(today)) if today else then
    parts = [*_parts(model_admin, request, state, today)]
    names = names_in([then, now, *(held for *_rest, a, b in parts for held in (a, b) if held)])
    found = []
    for name, options in model_admin.get_fieldsets(request, today):
        rows = _rows(model, options["fields"], then, now, names)
        if rows:
            found.append(Section(name or "", rows))
    for inline, part, then, now in parts:
        rows, note = [], _("Added since.")
        if then:
            fieldsets = inline.get_fieldsets(request, today)
            fields = [row for _name, options in fieldsets for row in options["fields"]]
            rows = _rows(inline.model, fields, then, now or then, names)
            note = "" if now else _("No longer there.")
        found.append(Section(inline.opts.verbose_name, rows, str(part), note))
    return found


def _parts(model_admin, request, state, today):
    """Each part of then or of today: its inline, itself, what it held and what it holds."""
    links = {part.related_model: part.field for part in parts_of(model_admin.model)}
    for inline in model_admin.get_inline_instances(request, today):
        if inline.model in links:
            then = {part.pk: part for part in state.parts[inline.model]}
            here = inline.model._base_manager.filter(**{links[inline.model].name: today})
            now = {part.pk: part for part in here} if today else then
            for number in then | now:
                was, is_ = then.get(number), now.get(number)
                yield (
                    inline,
                    was or is_,
                    was and contents(inline.model, was),
                    is_ and contents(inline.model, is_),
                )


def _rows(model, rows, then, now, names):
    """The rows of a form as far as they are fields that a version keeps."""
    found = []
    for row in rows:
        cells = []
        for name in [row] if isinstance(row, str) else row:
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:  # what the form works out
                continue
            if field in then:
                today = in_words(field, now[field], names) if now[field] != then[field] else None
                was = in_words(field, then[field], names)
                cells.append(Cell(label(field), language(field), was, today))
        if cells:
            found.append(cells)
    return found
