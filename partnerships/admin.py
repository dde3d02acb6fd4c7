from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.admin import PUBLICATION, BilingualAdmin, PublishableAdmin
from jinhua_site.languages import in_each_language, in_either_language

from . import admin_practices, admin_register  # noqa: F401  (registers practices, agreements)
from .models import (
    AffinityGroup,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Partner,
)


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
    readonly_fields = ["agreements"]
    register = (
        _("Register"),
        {
            "fields": ["agreements"],
            "description": _("The state of an agreement follows from its dates."),
        },
    )

    def get_fieldsets(self, request, obj=None):
        """With the partner's agreements, for those who may read the register."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and request.user.has_perm("partnerships.view_agreement"):
            return [*fieldsets, self.register]
        return fieldsets

    @admin.display(description=_("agreements"))
    def agreements(self, partner):
        rows = (
            (
                reverse("admin:partnerships_agreement_change", args=[agreement.pk]),
                in_either_language(agreement, "title"),
                agreement.get_kind_display(),
                " – ".join(filter(None, [agreement.signed or agreement.starts, agreement.ends])),
                agreement.state_label,
            )
            for agreement in partner.agreements.with_state()
        )
        listed = format_html_join("", '<li><a href="{}">{}</a><br>{} · {} · {}</li>', rows)
        return format_html("<ul>{}</ul>", listed) if listed else gettext("None yet.")


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


@admin.register(AffinityGroup)
class AffinityGroupAdmin(BilingualAdmin):
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "order"]
    list_display_links = in_each_language("name")
    search_fields = ["slug", *in_each_language("name")]
    fieldsets = [
        (
            None,
            {
                "fields": [in_each_language("name"), ("slug", "order")],
                "description": _("WFCP’s own groups of members, as WFCP names them."),
            },
        )
    ]


@admin.register(AreaOfInterest)
class AreaOfInterestAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    autocomplete_fields = ["affinity_groups"]
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
                    "affinity_groups",
                    ("slug", "order"),
                ]
            },
        ),
        PUBLICATION,
    ]
