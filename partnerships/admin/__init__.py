from django.contrib import admin
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import name_of
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.dashboard import WaitingFilter
from jinhua_site.office.records import PublishableAdmin, section
from jinhua_site.office.spreadsheets.admin import SpreadsheetAdmin
from partnerships.models import CooperationArea, Country, Partner

from . import plan, register  # noqa: F401  (register theirs)


def partners_page(**filters):
    return f"{reverse('partnerships:partners')}?{urlencode(filters)}"


@admin.register(Country)
class CountryAdmin(PublishableAdmin):
    list_display = ["code", *in_each_language("name"), "region", "partners", "status"]
    list_filter = ["status", "region"]
    search_fields = ["code", *in_each_language("name")]
    fieldsets = [
        section(
            None,
            "name",
            ("code", "region"),
            "order",
            description=_(
                "The name is the college’s own choice of words: “Hong Kong, China”, for one."
            ),
        ),
        section(
            _("Position"),
            ("latitude", "longitude"),
            description=_("The distance and bearing from Jinhua are computed from it."),
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(all_partners=Count("partners"))

    def public_page(self, country):
        """Return the list of its partners or, if there are none, the list of countries."""
        if country.partners.published().exists():
            return partners_page(country=country.code)
        return f"{reverse('partnerships:home')}#countries"

    @admin.display(description=_("partners"), ordering="all_partners")
    def partners(self, country):
        return country.all_partners


class VerifiedFilter(WaitingFilter):
    title = _("verification")
    parameter_name = "verified"
    waits = {
        "overdue": (
            _("not for a year"),
            _("Partners not verified for a year"),
            Partner.objects.unverified,
        )
    }


VerifiedFilter.declare_tiles(Partner)


@admin.register(Partner)
class PartnerAdmin(SpreadsheetAdmin, PublishableAdmin):
    actions = [*PublishableAdmin.actions, "verified_today"]
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    autocomplete_fields = ["country", "verified_from"]
    not_copied = ["verified_by", "verified_from"]
    list_display = [*in_each_language("name"), "country", "kind", "since", "status", "verified_on"]
    list_filter = [
        "status",
        VerifiedFilter,
        "kind",
        "country__region",
        ("country", admin.RelatedOnlyFieldListFilter),
        "verified_on",
    ]
    list_select_related = ["country"]
    search_fields = ["slug", "own_name", *in_each_language("name"), *in_each_language("city")]
    search_fields += [f"country__{name}" for name in in_each_language("name")]
    fieldsets = [
        section(_("Name"), "name", ("own_name", "own_language"), "slug"),
        section(_("What it is and where"), ("kind", "country"), "city", ("website", "ror"), "logo"),
        section(_("The cooperation"), "since", "summary"),
        section(
            _("Last verified"),
            ("verified_on", "verified_by"),
            "verified_from",
            description=_("Look once a year whether all this still holds, and note it."),
        ),
    ]
    readonly_fields = ["agreements"]
    register = section(
        _("Register"),
        "agreements",
        description=_("The state of an agreement follows from its dates."),
    )

    def get_fieldsets(self, request, obj=None):
        """Add the partner's agreements for users who may see them."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and request.user.has_perm("partnerships.view_agreement"):
            return [*fieldsets, self.register]
        return fieldsets

    @admin.action(description=_("Verified today"), permissions=["publish"])
    def verified_today(self, request, queryset):
        by = name_of(request.user)[: Partner._meta.get_field("verified_by").max_length]
        self.note_review(request, queryset, verified_on=timezone.localdate(), verified_by=by)

    @admin.display(description=_("agreements"))
    def agreements(self, partner):
        agreements = partner.agreements.with_state()
        return render_to_string("partnerships/_register.html", {"agreements": agreements})


@admin.register(CooperationArea)
class CooperationAreaAdmin(PublishableAdmin):
    never_changes = ["slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    list_display = [*in_each_language("name"), "order", "status"]
    search_fields = ["slug", *in_each_language("name"), *in_each_language("description")]
    fieldsets = [section(None, "name", "description", ("slug", "order"))]

    def public_page(self, area):
        """Return the list of its partners or, if there are none yet, the list of areas."""
        if area.agreements.published().exists():
            return partners_page(area=area.slug)
        return f"{reverse('partnerships:home')}#areas"
