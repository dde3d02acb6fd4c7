"""The admin's pages to export and import the records of a model."""

import errno
import hashlib
import secrets

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from jinhua_site.accounts import audit
from jinhua_site.accounts.colleagues import name_of
from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads

from .reading import FileError, read
from .sheet import sheet_of
from .writing import CSV, XLSX

LAST_IMPORTS = 10
MOST_IN_FULL = 200
KEPT = 24 * 3600  # seconds that an import waits for confirmation


class SpreadsheetAdmin(ImportExportMixin, admin.ModelAdmin):
    """Exports records, and imports them after a preview of the changes.

    django-import-export's own two import steps are not used: they keep every file for
    good, may import a file twice, and report success although rows have failed.
    """

    import_export_change_list_template = None  # our list's template has links to both
    export_formats = [XLSX, CSV]
    export_form_class = ExportForm
    export_template_name = "admin/export.html"

    def get_resource_classes(self, request):
        return [sheet_of(self.model)]

    # Export

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_export_queryset(self, request):
        return sheet_of(self.model)().get_queryset()

    def get_export_filename(self, request, queryset, file_format):
        return f"{self.opts.model_name}-{timezone.localdate()}.{file_format.get_extension()}"

    def get_export_data(self, file_format, request, queryset, **kwargs):
        name = f"{self.opts.model_name}.{file_format.get_extension()}"
        audit.record(request, audit.Kind.EXPORTED, name)
        return super().get_export_data(file_format, request, queryset, **kwargs)

    # Import

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_action(self, request, **kwargs):
        """Show the form for a file, or preview what the file would change."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if file := request.FILES.get("file"):
            return self._import_in_words(self._try_import, request, file.name, file.read())
        return self._import_form(request)

    def process_import(self, request, **kwargs):
        """Import the previewed file, unless its records have changed meanwhile."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if waiting := take(request, self.model, request.POST.get("confirm", "")):
            return self._import_in_words(self._write_import, request, *waiting)
        message = _("This import was carried out already, or it waited too long. Send the file.")
        return self._import_form(request, message)

    def _import_in_words(self, step, request, *args):
        """Take a step of the import or, if it fails, show the form with the reason."""
        try:
            return step(request, *args)
        except FileError as refusal:
            return self._import_form(request, refusal)
        except uploads.STORAGE_ERRORS as error:
            if not uploads.means_that_the_disk_is_full(error):
                raise
        full = _("The website’s disk is full, so nothing was written. Tell the administrator.")
        return self._import_form(request, full)

    def _try_import(self, request, name, content, moved=()):
        sheet, result = self._run_import(request, name, content)
        is_right = not result.has_validation_errors() and changes_in(result)
        key = keep(request, self.model, name, content, sheet.marks) if is_right else ""
        return self._import_preview(request, name, result, key=key, moved=moved)

    def _write_import(self, request, name, content, seen):
        sheet, result = self._run_import(request, name, content, seen)
        if sheet.moved:
            return self._try_import(request, name, content, sheet.moved)
        if result.has_validation_errors():
            return self._import_preview(request, name, result)
        totals = {"new": result.totals["new"], "changed": result.totals["update"]}
        message = _("Import: %(new)s new, %(changed)s changed.") % totals
        kind = ContentType.objects.get_for_model(self.model)
        LogEntry.objects.create(
            user=request.user,
            content_type=kind,
            object_repr=name[:200],
            action_flag=CHANGE,
            change_message=message,
        )
        audit.record(request, audit.Kind.IMPORTED, f"{self.opts.model_name}: {name}")
        messages.success(request, message)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")

    def _run_import(self, request, name, content, seen=None):
        sheet = sheet_of(self.model)()
        rows = read(content, sheet.fields, [key.column_name for key in sheet.keys])
        return sheet, sheet.import_data(rows, user=request.user, file_name=name, seen=seen)

    # Pages

    def _import_form(self, request, refusal=""):
        kind = ContentType.objects.get_for_model(self.model)
        imports = LogEntry.objects.filter(content_type=kind, object_id=None).select_related("user")
        context = {
            "columns": sheet_of(self.model)().columns,
            "refusal": refusal,
            "may_publish": may_publish(request.user),
            "imports": [(entry, name_of(entry.user)) for entry in imports[:LAST_IMPORTS]],
        }
        return self._import_page(request, "import", **context)

    def _import_preview(self, request, name, result, **context):
        """Show what changes in each row; only the names if there are very many."""
        in_full = changes_in(result) <= MOST_IN_FULL and not result.has_validation_errors()
        context |= {"file_name": name, "result": result, "in_full": in_full}
        return self._import_page(request, "import_preview", **context)

    def _import_page(self, request, template, **context):
        title = _("Import: %(kind)s") % {"kind": self.opts.verbose_name_plural}
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return render(request, f"admin/{template}.html", context)


def changes_in(result):
    return result.totals["new"] + result.totals["update"]


# Imports that wait for confirmation, in the cache that all processes share


def keep(request, model, *waiting):
    """Store the previewed file for its sender; return a key to it."""
    key = secrets.token_urlsafe(24)
    if not cache.add(_name(request, model, key), waiting, KEPT):
        raise OSError(errno.ENOSPC, "The cache takes nothing.")
    return key


def take(request, model, key):
    """Return the stored file to its sender, once; else None."""
    name = _name(request, model, key)
    waiting = cache.get(name)
    return waiting if waiting and cache.delete(name) else None  # one of two requests deletes it


def _name(request, model, key):
    """Return the cache key for this user, this model and this key."""
    whose = f"{request.user.pk} {model._meta.label_lower} {key}"
    return f"import-{hashlib.sha256(whose.encode()).hexdigest()}"
