from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.forms.models import BaseInlineFormSet
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.admin import BilingualAdmin, BilingualInline, PublishableAdmin
from jinhua_site.languages import in_each_language
from jinhua_site.publishing.models import Status

from .models import Fact, Figure


def with_current(figures):
    """Each figure with whether it is the one that the public sees, as `is_current`."""
    current = Figure.objects.published().current().filter(pk=OuterRef("pk"))
    return figures.annotate(is_current=Exists(current)).select_related("fact", "source")


class FigureFormSet(BaseInlineFormSet):
    def get_unique_error_message(self, unique_check):
        return gettext("This fact has a figure of that date already.")


class FigureInline(BilingualInline):
    model = Figure
    formset = FigureFormSet
    readonly_fields = ["place"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "place",
                    ("qualifier", "value"),
                    ("as_of", "as_of_inferred"),
                    ("source", "status"),
                    in_each_language("note"),
                ]
            },
        )
    ]

    def get_queryset(self, request):
        return with_current(super().get_queryset(request)).order_by("-as_of")

    @admin.display(description=_("place in history"))
    def place(self, figure):
        if getattr(figure, "is_current", False):
            return format_html(
                '<strong class="current-figure">{}</strong>',
                gettext("Current: the figure that the public sees"),
            )
        if figure.pk is None:
            return gettext("New")
        if figure.status == Status.PUBLISHED:
            return gettext("Earlier: kept in the history of the fact")
        return gettext("Not shown to the public")


@admin.register(Fact)
class FactAdmin(BilingualAdmin):
    inlines = [FigureInline]
    never_changes = ["key"]
    list_display = ["label", "group", "current_figure", "drafts", "headline", "order"]
    list_filter = ["group", "headline"]
    search_fields = ["key", *in_each_language("label"), *in_each_language("owner")]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    in_each_language("label"),
                    in_each_language("unit"),
                    in_each_language("definition"),
                ],
                "description": _(
                    "What the college counts. The numbers themselves are the figures below."
                ),
            },
        ),
        (
            _("Its place on the site"),
            {"fields": ["key", ("group", "order"), "headline"]},
        ),
        (
            _("Who keeps it up to date"),
            {"fields": [in_each_language("owner"), "review_months"]},
        ),
    ]

    def get_queryset(self, request):
        current = Figure.objects.published().current()
        drafts = Count("figures", filter=Q(figures__status=Status.DRAFT))
        return (
            super()
            .get_queryset(request)
            .annotate(drafts=drafts)
            .prefetch_related(Prefetch("figures", queryset=current, to_attr="current"))
        )

    @admin.display(description=_("current figure"))
    def current_figure(self, fact):
        for figure in fact.current:
            return f"{figure.text} ({figure.as_of.readable()})"
        return None

    @admin.display(description=_("drafts"), ordering="drafts")
    def drafts(self, fact):
        return fact.drafts


@admin.register(Figure)
class FigureAdmin(PublishableAdmin):
    list_display = ["fact", "amount", "as_of_readable", "is_current", "status", "source"]
    list_filter = ["status", "fact__group", "as_of_inferred", "source"]
    search_fields = ["fact__key", "value", "as_of"]
    search_fields += [f"fact__{name}" for name in in_each_language("label")]
    search_fields += in_each_language("note")
    fieldsets = [
        (
            None,
            {
                "fields": ["fact", ("qualifier", "value"), ("as_of", "as_of_inferred")],
                "description": _(
                    "A number is never overwritten: add a figure with its own date, "
                    "and the newest published one is shown."
                ),
            },
        ),
        (_("Where it comes from"), {"fields": ["source", in_each_language("note")]}),
        (_("Publication"), {"fields": ["status"]}),
    ]

    def get_queryset(self, request):
        return with_current(super().get_queryset(request))

    @admin.display(description=_("figure"), ordering="value")
    def amount(self, figure):
        return figure.text

    @admin.display(description=_("as of"), ordering="as_of")
    def as_of_readable(self, figure):
        return figure.as_of.readable()

    @admin.display(description=_("current"))
    def is_current(self, figure):
        return "✓" if figure.is_current else ""
