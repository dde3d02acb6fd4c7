"""The admin's pages to export and import the records of a model."""

import errno
import secrets

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from jinhua_site.accounts import audit
from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads

from .files import CSV, XLSX, FileError, read
from .sheet import sheet_of

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
            return self._import(request, file.name, file.read())
        return self._import_form(request)

    def process_import(self, request, **kwargs):
        """Import the previewed file, unless its records have changed meanwhile."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        name = self._cache_name(request, request.POST.get("confirm", ""))
        waiting = cache.get(name)
        if waiting and cache.delete(name):  # one of two requests deletes it
            return self._import(request, *waiting)
        message = _("This import was carried out already, or it waited too long. Send the file.")
        return self._import_form(request, message)

    def _import(self, request, *waiting):
        """Preview or write a file; show the form with the reason if that fails."""
        full = _("The website’s disk is full, so nothing was written. Tell the administrator.")
        try:
            with uploads.full_disk_told(request, full):
                return self._preview_or_write(request, *waiting)
        except FileError as refusal:
            return self._import_form(request, refusal)
        return self._import_form(request)

    def _preview_or_write(self, request, name, content, seen=None, moved=()):
        """Preview a file or, with the marks `seen` in its preview, write it."""
        sheet = sheet_of(self.model)()
        rows = read(content, sheet.fields, [key.column_name for key in sheet.keys])
        result = sheet.import_data(rows, user=request.user, file_name=name, seen=seen)
        if sheet.moved:
            return self._preview_or_write(request, name, content, moved=sheet.moved)
        changes = result.totals["new"] + result.totals["update"]
        is_wrong = result.has_validation_errors()
        if seen and not is_wrong:
            return self._written(request, name, result)
        context = {
            "file_name": name,
            "result": result,
            "in_full": changes <= MOST_IN_FULL and not is_wrong,
            "moved": moved,
            "key": changes and not is_wrong and self._keep(request, name, content, sheet.marks),
        }
        return self._import_page(request, "import_preview", context)

    def _written(self, request, name, result):
        totals = {"new": result.totals["new"], "changed": result.totals["update"]}
        message = _("Import: %(new)s new, %(changed)s changed.") % totals
        about = f"{self.opts.model_name}: {name[:100]} · {message}"
        audit.record(request, audit.Kind.IMPORTED, about)
        messages.success(request, message)
        return redirect(admin_urlname(self.opts, "import"))

    # A previewed file waits in the cache, which all processes share.

    def _keep(self, request, *waiting):
        """Store the previewed file for its sender; return the key that confirms it."""
        key = secrets.token_hex(16)
        if not cache.add(self._cache_name(request, key), waiting, KEPT):
            raise OSError(errno.ENOSPC, "The cache takes nothing.")
        return key

    def _cache_name(self, request, key):
        return f"import-{request.user.pk}-{self.opts.label_lower}-{slugify(key)[:32]}"

    # Pages

    def _import_form(self, request, refusal=""):
        imports = audit.AuditEntry.objects.filter(
            kind=audit.Kind.IMPORTED, about__startswith=f"{self.opts.model_name}: "
        )
        context = {
            "columns": sheet_of(self.model)().columns,
            "refusal": refusal,
            "may_publish": may_publish(request.user),
            "imports": imports[:LAST_IMPORTS],
        }
        return self._import_page(request, "import", context)

    def _import_page(self, request, template, context):
        title = _("Import: %(kind)s") % {"kind": self.opts.verbose_name_plural}
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return render(request, f"admin/{template}.html", context)
