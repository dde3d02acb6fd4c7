from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from jinhua_site.admin import PUBLICATION, PublishableAdmin
from jinhua_site.languages import in_each_language

from .models import AreaOfInterest, Commitment, CooperationArea, Country, Partner


@admin.register(Country)
class CountryAdmin(PublishableAdmin):
    list_display = ["code", *in_each_language("name"), "region", "partners", "status", "changed"]
    list_filter = ["status", "region"]
    search_fields = ["code", *in_each_language("name")]
    fieldsets = [
        (
            None,
            {
                "fields": [in_each_language("name"), ("code", "region"), "order"],
                "description": _(
                    "The name is the college’s own choice of words: “Hong Kong, China”, for one."
                ),
            },
        ),
        (
            _("Position"),
            {
                "fields": [("latitude", "longitude")],
                "description": _("The distance and bearing from Jinhua are computed from it."),
            },
        ),
        PUBLICATION,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(all_partners=Count("partners"))

    @admin.display(description=_("partners"), ordering="all_partners")
    def partners(self, country):
        return country.all_partners


@admin.register(Partner)
class PartnerAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "country", "kind", "since", "status", "verified_on"]
    list_display_links = in_each_language("name")
    list_filter = [
        "status",
        "kind",
        "country__region",
        ("country", admin.RelatedOnlyFieldListFilter),
        "verified_on",
    ]
    list_select_related = ["country"]
    search_fields = ["slug", "own_name", *in_each_language("name"), *in_each_language("city")]
    search_fields += [f"country__{name}" for name in in_each_language("name")]
    fieldsets = [
        (
            _("Name"),
            {"fields": [in_each_language("name"), ("own_name", "own_language"), "slug"]},
        ),
        (
            _("What it is and where"),
            {
                "fields": [
                    ("kind", "country"),
                    in_each_language("city"),
                    ("website", "ror"),
                    "logo",
                ]
            },
        ),
        (_("The cooperation"), {"fields": ["since", in_each_language("summary")]}),
        (
            _("Last verified"),
            {
                "fields": [("verified_on", "verified_by"), "verified_from"],
                "description": _("Look once a year whether all this still holds, and note it."),
            },
        ),
        PUBLICATION,
    ]


@admin.register(CooperationArea)
class CooperationAreaAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "order", "status", "changed"]
    list_display_links = in_each_language("name")
    list_filter = ["status"]
    search_fields = ["slug", *in_each_language("name"), *in_each_language("description")]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    in_each_language("name"),
                    in_each_language("description"),
                    ("slug", "order"),
                ]
            },
        ),
        PUBLICATION,
    ]


@admin.register(Commitment)
class CommitmentAdmin(PublishableAdmin):
    never_changes = ["slug"]
    list_display = [*in_each_language("text"), "order", "status", "changed"]
    list_display_links = in_each_language("text")
    list_filter = ["status"]
    search_fields = ["slug", *in_each_language("text")]
    fieldsets = [
        (
            None,
            {
                "fields": [in_each_language("text"), ("slug", "order")],
                "description": _("One aim of the plan for internationalisation."),
            },
        ),
        PUBLICATION,
    ]


@admin.register(AreaOfInterest)
class AreaOfInterestAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    list_display = [*in_each_language("title"), "order", "status", "changed"]
    list_display_links = in_each_language("title")
    list_filter = ["status"]
    search_fields = ["slug", *in_each_language("title"), *in_each_language("summary")]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    in_each_language("title"),
                    in_each_language("summary"),
                    ("slug", "order"),
                ]
            },
        ),
        PUBLICATION,
    ]
