from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import Status
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.records import BilingualAdmin, PublishableAdmin, section
from jinhua_site.office.spreadsheets.admin import SpreadsheetAdmin
from profile.models import College, Fact, Faculty, Major, ProfileSentence, Source

from . import facts  # noqa: F401  (registers facts and figures)


@admin.register(College)
class CollegeAdmin(BilingualAdmin):
    fieldsets = [
        section(_("Name"), "name", "successor", "successor_since", "founding_year"),
        section(
            _("Texts"),
            "summary",
            "internationalisation",
            "belt_and_road",
            "wfcp",
            "wfcp_member_since",
            description=_("An empty line begins a paragraph."),
        ),
        section(
            _("Contact details"),
            "office_name",
            "address",
            ("phone", "fax"),
            ("email", "website"),
            ("latitude", "longitude"),
            description=_("Everything here is shown to the public."),
        ),
        section(_("Pictures"), "logo", "hero", "hero_alt"),
        section(
            _("Filing numbers"),
            ("icp_filing", "police_filing"),
            description=_("A website in mainland China has to show them."),
        ),
    ]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not College.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def public_page(self, college):
        return reverse("home")

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def changelist_view(self, request, extra_context=None):
        """Redirect to the form of the only row."""
        if college := College.objects.first():
            return redirect("admin:profile_college_change", college.pk)
        return super().changelist_view(request, extra_context)


@admin.register(Source)
class SourceAdmin(BilingualAdmin):
    never_changes = ["slug"]
    list_display = [*in_each_language("title"), "slug", "standing"]
    list_filter = ["standing"]
    search_fields = ["slug", "address", *in_each_language("title")]
    fieldsets = [
        section(
            None,
            "title",
            "slug",
            "address",
            "standing",
            description=_("Readers see the title and the address beside every figure."),
        )
    ]

    def public_page(self, source):
        """Return the page of the first fact, or else of the first partner, that names it."""
        named = Fact.objects.published().filter(
            figures__source=source, figures__status=Status.PUBLISHED
        )
        shown_by = named.first() or source.partners.published().first()
        return shown_by and shown_by.get_absolute_url()


@admin.register(Faculty)
class FacultyAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "slug", "order", "status"]
    search_fields = ["slug", *in_each_language("name"), *in_each_language("summary")]
    fieldsets = [
        section(None, "name", "slug", "summary", ("website", "order")),
        section(_("Picture"), "image", "image_alt"),
    ]


@admin.register(Major)
class MajorAdmin(SpreadsheetAdmin, PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    autocomplete_fields = ["faculty"]
    list_display = [*in_each_language("name"), "faculty", "level", "years", "status"]
    list_filter = ["status", "level", "taught_in", "faculty"]
    list_select_related = ["faculty"]
    search_fields = ["slug", "code", *in_each_language("name"), *in_each_language("summary")]
    fieldsets = [
        section(None, "name", ("slug", "code")),
        section(_("Programme"), ("faculty", "level"), ("years", "taught_in"), "summary"),
    ]


@admin.register(ProfileSentence)
class ProfileSentenceAdmin(PublishableAdmin):
    never_changes = ["slug"]
    list_display = [*in_each_language("text"), "form", "status"]
    list_filter = ["form", "status"]
    search_fields = ["slug", *in_each_language("text")]
    fieldsets = [
        section(
            None,
            "text",
            ("form", "order", "begins_paragraph"),
            "slug",
            description=_(
                "A sentence falls away while one of its figures is not published. Write no "
                "number in it: name the fact, and its current figure stands there."
            ),
        )
    ]

    def public_page(self, sentence):
        return reverse("profile_text")
