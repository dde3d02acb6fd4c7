"""The admin's pages by which the records of a model leave and enter as a spreadsheet."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.accounts import audit
from jinhua_site.accounts.colleagues import name_of
from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads
from jinhua_site.office.progress import answer

from .files import FORMATS, FileError, read
from .waiting import keep, take

MOST_IN_FULL = 200
LAST_IMPORTS = 10


class SpreadsheetAdmin(admin.ModelAdmin):
    """An admin whose records can be exported and imported; `sheet` is their spreadsheet."""

    sheet = None

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name=f"{name}_export"),
            path("import/", view(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        more = {
            "may_export": self.has_view_permission(request),
            "may_import": self.has_import_permission(request),
        }
        return super().changelist_view(request, more | (extra_context or {}))

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def export_view(self, request):
        """The choice between the kinds of file or, with `?as=`, every record in one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        suffix = request.GET.get("as")
        if suffix not in FORMATS:
            return _page(self, request, "export", _("Export: %(kind)s"))
        sheet, (media_type, write) = self.sheet(request.user), FORMATS[suffix]
        content = write(sheet.name, sheet.names, sheet.numbers, sheet.rows())
        audit.record(request, audit.Kind.EXPORTED, f"{sheet.name}.{suffix}")
        name = f"{sheet.name}-{timezone.localdate()}.{suffix}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(content, content_type=media_type, headers=headers)

    def import_view(self, request):
        """The form for a file; then what the file would change; then, confirmed, its import."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return _form(self, request)
        step = _confirmed if "confirm" in request.POST else _sent
        return answer(request, _with_room(step, self, request))


# The steps of an import, told of as they go on


def _with_room(step, model_admin, request):
    """What a step comes to or, once the disk is full, the form again, which says so."""
    try:
        return (yield from step(model_admin, request))
    except uploads.STORAGE_ERRORS as error:
        if not uploads.means_that_the_disk_is_full(error):
            raise
    full = _("The website’s disk is full, so nothing was written. Tell the administrator.")
    return _form(model_admin, request, refusal=full)


def _sent(model_admin, request):
    """Try out the file that was sent."""
    file = request.FILES.get("file")
    sheet = model_admin.sheet(request.user, file.name if file else "")
    try:
        rows = read(file, sheet.name, sheet.names)
    except FileError as refusal:
        return _form(model_admin, request, refusal=str(refusal))
    yield from sheet.try_out(rows)
    return _preview(model_admin, request, sheet, rows)


def _confirmed(model_admin, request):
    """Take in the rows that were tried, unless their records have changed meanwhile."""
    waiting = take(model_admin.sheet(request.user), request.POST["confirm"])
    if not waiting:
        gone = _("This import was carried out already, or it waited too long. Send the file.")
        return _form(model_admin, request, refusal=gone)
    file_name, rows, stood = waiting
    sheet = model_admin.sheet(request.user, file_name)
    yield from sheet.take_in(rows, stood)
    if moved := sheet.moved:
        sheet = model_admin.sheet(request.user, file_name)
        yield from sheet.try_out(rows)
        return _preview(model_admin, request, sheet, rows, moved)
    if sheet.count("wrong"):
        return _preview(model_admin, request, sheet, rows)
    audit.record(request, audit.Kind.IMPORTED, f"{sheet.name}: {file_name}")
    return redirect(f"{request.path}?done={sheet.entry.pk}")


# Their pages


def _form(model_admin, request, refusal=""):
    kind = ContentType.objects.get_for_model(model_admin.model)
    imports = LogEntry.objects.filter(content_type=kind, object_id=None).select_related("user")
    done = request.GET.get("done", "")
    context = {
        "sheet": model_admin.sheet(request.user),
        "refusal": refusal,
        "may_publish": may_publish(request.user),
        "imports": [(entry, name_of(entry.user)) for entry in imports[:LAST_IMPORTS]],
        "done": imports.filter(pk=done).first() if done.isdecimal() else None,
    }
    return _page(model_admin, request, "import", _("Import: %(kind)s"), **context)


def _preview(model_admin, request, sheet, rows, moved=()):
    wrong, changes = sheet.count("wrong"), sheet.count("new") + sheet.count("changed")
    words = {
        "wrong": _("%(count)s wrong"),
        "new": _("%(count)s new"),
        "changed": _("%(count)s changed"),
        "unchanged": _("%(count)s unchanged"),
    }
    context = {
        "sheet": sheet,
        "moved": moved,
        "key": keep(sheet, rows) if changes and not wrong else "",
        "counts": {name: word % {"count": sheet.count(name)} for name, word in words.items()},
        "lines": sheet.of("wrong") + sheet.of("new", "changed"),
        "unchanged": sheet.of("unchanged"),
        "in_full": changes <= MOST_IN_FULL and not wrong,
    }
    return _page(model_admin, request, "import_preview", _("Import: %(kind)s"), **context)


def _page(model_admin, request, template, title, **context):
    opts = model_admin.opts
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title % {"kind": opts.verbose_name_plural}, "opts": opts}
    return render(request, f"admin/{template}.html", context)
