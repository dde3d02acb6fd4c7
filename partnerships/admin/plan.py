from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import in_each_language
from jinhua_site.office.records import BilingualAdmin, BilingualInline, PublishableAdmin, section
from partnerships.models import (
    Achievement,
    AffinityGroup,
    AreaOfInterest,
    Commitment,
    Evidence,
    Practice,
)


@admin.register(Commitment)
class CommitmentAdmin(PublishableAdmin):
    never_changes = ["slug"]
    list_display = [*in_each_language("text"), "order", "status"]
    search_fields = ["slug", *in_each_language("text")]
    fieldsets = [
        section(
            None,
            "text",
            ("slug", "order"),
            description=_("One aim of the plan for internationalisation."),
        )
    ]

    def public_page(self, commitment):
        return f"{reverse('partnerships:home')}#plan"


@admin.register(AffinityGroup)
class AffinityGroupAdmin(BilingualAdmin):
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "order"]
    search_fields = ["slug", *in_each_language("name")]
    fieldsets = [
        section(
            None,
            "name",
            ("slug", "order"),
            description=_("WFCP’s own groups of members, as WFCP names them."),
        )
    ]

    def public_page(self, group):
        """Return the page of the first area of interest that names it."""
        area = group.areas.published().first()
        return area and area.get_absolute_url()


@admin.register(AreaOfInterest)
class AreaOfInterestAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    autocomplete_fields = ["affinity_groups"]
    list_display = [*in_each_language("title"), "order", "status"]
    search_fields = ["slug", *in_each_language("title"), *in_each_language("summary")]
    fieldsets = [section(None, "title", "summary", "affinity_groups", ("slug", "order"))]


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
