from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts import audit
from jinhua_site.core.dates import readable_date
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.dashboard import WaitingFilter
from jinhua_site.office.records import BilingualForm, PublishableAdmin, section
from jinhua_site.office.spreadsheets.admin import SpreadsheetAdmin
from jinhua_site.web.media import HARMLESS
from partnerships.models import Agreement, Mobility
from partnerships.models.mobility import academic_year

PARTNER_NAMES = [f"partner__{name}" for name in ("own_name", *in_each_language("name"))]


class ScanLink:
    """The link to a signed scan that its file input shows."""

    def __init__(self, agreement):
        self.url = reverse("admin:partnerships_agreement_scan", args=[agreement.pk])

    def __str__(self):
        return gettext("Open the signed scan")


class ScanInput(AdminFileWidget):
    """The file input for a scan: links to the admin's view, as the file has no public URL."""

    def is_initial(self, value):
        return isinstance(value, FieldFile) and bool(value)

    def format_value(self, value):
        return ScanLink(value.instance) if self.is_initial(value) else None


class AgreementForm(BilingualForm):
    class Meta:
        widgets = {"scan": ScanInput}

    def clean_scan(self):
        """Return the upload under a neutral name, so that the log does not record its own."""
        scan = self.cleaned_data["scan"]
        if isinstance(scan, UploadedFile):
            scan.name = "scan.pdf"
        return scan


class StateFilter(admin.SimpleListFilter):
    """Filters by the state that follows from the dates."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Agreement.State.choices

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else queryset


class EndsSoonFilter(WaitingFilter):
    title = _("ends soon")
    parameter_name = "expiring"
    waits = {
        str(months): (
            format_lazy(_("within {months} months"), months=months),
            format_lazy(_("Agreements that end within {months} months"), months=months),
            partial(Agreement.objects.running_out, months),
        )
        for months in (12, 6, 3)
    }


EndsSoonFilter.declare_tiles(Agreement)


@admin.register(Agreement)
class AgreementAdmin(SpreadsheetAdmin, PublishableAdmin):
    form = AgreementForm
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["title_en", "signed"]}
    readonly_fields = ["state", "notice_by", "scan_link"]
    autocomplete_fields = ["partner", "areas", "faculties", "majors", "follows_from", "renews"]
    autocomplete_fields += ["source"]
    list_display = ["named", "partner", "kind", "signed", "ends", "state", "public", "status"]
    list_filter = [
        StateFilter,
        EndsSoonFilter,
        "kind",
        "status",
        "public",
        ("partner__country", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["slug", *in_each_language("title"), *PARTNER_NAMES, "coordinator"]
    fieldsets = [
        section(_("What it is"), "title", ("kind", "slug")),
        section(_("With whom and on what"), ("partner", "areas"), ("faculties", "majors")),
        section(
            _("Dates"),
            ("state", "notice_by"),
            ("signed", "starts"),
            ("ends", "terminated"),
            ("notice_months", "auto_renews"),
            description=_(
                "As precisely as they are known: 2018, 2018-06 or 2018-06-30. "
                "The state follows from them."
            ),
        ),
        section(_("Its place among the others"), ("follows_from", "renews")),
        section(
            _("Public or not"),
            "source",
            ("status", "public"),
            description=_("The public sees it once it is published and marked public."),
        ),
        section(
            _("Private"),
            ("coordinator", "contact"),
            ("costs", "notes"),
            "scan",
            "scan_link",
            description=_("Never on a page, in an export or in a search of the public."),
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_state().select_related("partner")

    def get_search_results(self, request, queryset, search_term):
        """Search; offer only memoranda for the field “follows from”."""
        agreements, repeated = super().get_search_results(request, queryset, search_term)
        if request.GET.get("field_name") == "follows_from":
            agreements = agreements.filter(kind=Agreement.Kind.MEMORANDUM)
        return agreements, repeated

    def get_fieldsets(self, request, obj=None):
        """Leave out what a new agreement does not have yet, and what the user may not see."""
        writes = self.has_change_permission(request, obj) if obj else True
        left_out = set() if obj else {("state", "notice_by")}
        if self.may_see_scans(request):
            left_out.add("scan_link" if writes else "scan")
        else:
            left_out |= {"scan", "scan_link"}
        return [
            (name, options | {"fields": [row for row in options["fields"] if row not in left_out]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def public_page(self, agreement):
        return agreement.get_absolute_url() if agreement.partner else None

    @admin.display(description=_("title"), ordering="title_en")
    def named(self, agreement):
        return agreement.title or str(agreement)

    @admin.display(description=_("state"), ordering="state")
    def state(self, agreement):
        return Agreement.State(agreement.state).label

    @admin.display(description=_("notice has to be given by"))
    def notice_by(self, agreement):
        return agreement.notice_by and readable_date(agreement.notice_by)

    # Signed scans

    def get_urls(self):
        scan = self.admin_site.admin_view(self.scan_view)
        return [
            path("<int:pk>/scan/", scan, name="partnerships_agreement_scan"),
            *super().get_urls(),
        ]

    def may_see_scans(self, request):
        return request.user.has_perm("partnerships.view_agreement_scan")

    @admin.display(description=_("signed scan"))
    def scan_link(self, agreement):
        link = ScanLink(agreement)
        return agreement.scan and format_html('<a href="{}">{}</a>', link.url, link)

    def scan_view(self, request, pk):
        """Send the scan as a download that no browser opens on this site and no cache keeps."""
        if not self.may_see_scans(request):
            raise PermissionDenied
        agreement = get_object_or_404(Agreement, pk=pk)
        try:
            scan = agreement.scan.open()
        except (OSError, ValueError):
            message = _("No signed scan is on file here, or it has gone from the disk.")
            self.message_user(request, message, messages.ERROR)
            return redirect("admin:partnerships_agreement_change", pk)
        audit.record(request, audit.Kind.SCAN, agreement.slug)
        return FileResponse(
            scan,
            as_attachment=True,
            filename=f"{agreement.slug}.pdf",
            content_type="application/pdf",
            headers=HARMLESS,
        )


@admin.register(Mobility)
class MobilityAdmin(SpreadsheetAdmin, PublishableAdmin):
    autocomplete_fields = ["partner", "agreement"]
    list_display = ["academic_year", "partner", "direction", "who", "number", "status"]
    list_filter = [
        "status",
        "year",
        "direction",
        "who",
        ("partner__country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["partner"]
    search_fields = ["year", *PARTNER_NAMES]
    fieldsets = [
        section(
            None,
            ("partner", "agreement"),
            ("year", "direction"),
            ("who", "number"),
            description=_("The numbers of one year are added up for the public."),
        ),
        section(_("Publication"), "status"),
    ]

    def public_page(self, mobility):
        return mobility.partner.get_absolute_url()

    @admin.display(description=_("academic year"), ordering="year")
    def academic_year(self, mobility):
        return academic_year(mobility.year)
