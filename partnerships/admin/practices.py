from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import in_each_language
from jinhua_site.office.records import BilingualInline, PublishableAdmin, section
from partnerships.models import Achievement, Evidence, Practice


class AchievementInline(BilingualInline):
    model = Achievement
    autocomplete_fields = ["source"]
    fieldsets = [section(None, ("date", "source"), "text")]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")


class EvidenceInline(BilingualInline):
    model = Evidence
    fieldsets = [section(None, "title", ("address", "file"))]


@admin.register(Practice)
class PracticeAdmin(PublishableAdmin):
    inlines = [AchievementInline, EvidenceInline]
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    autocomplete_fields = ["area", "partners"]
    list_display = [*in_each_language("title"), "area", "kind", "order", "status"]
    list_filter = ["status", "kind", "area"]
    list_select_related = ["area"]
    search_fields = ["slug", *in_each_language("title"), *in_each_language("aims")]
    search_fields += [f"partners__{name}" for name in in_each_language("name")]
    fieldsets = [
        section(
            _("What it is"), "title", ("kind", "slug"), ("area", "partners"), ("started", "order")
        ),
        section(
            _("What there is to tell"),
            "aims",
            "benefit",
            "student_benefit",
            "innovation",
            description=_(
                "After the rubric of WFCP’s Awards of Excellence, with its points. "
                "An empty line begins a paragraph."
            ),
        ),
    ]
