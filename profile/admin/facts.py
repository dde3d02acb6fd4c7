from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.forms import Script
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import Status
from jinhua_site.core.languages import in_each_language
from jinhua_site.office.dashboard import WaitingFilter
from jinhua_site.office.records import BilingualAdmin, BilingualInline, PublishableAdmin, section
from jinhua_site.office.spreadsheets.admin import SpreadsheetAdmin
from profile import figure_entry
from profile.models import Fact, Figure


def with_current(figures):
    """Annotate with `is_current`: whether the public sees this figure."""
    current = Figure.objects.published().current().filter(pk=OuterRef("pk"))
    return figures.annotate(is_current=Exists(current)).select_related("fact", "source")


class EntersFigures:
    """Shows how a figure will read while it is typed; office_figure.js keeps it up to date."""

    class Media:
        js = [Script("office_figure.js", defer=True)]

    @admin.display(description=_("will read"))
    def reads(self, figure):
        context = {"figure": figure, "readings": figure_entry.readings(figure)}
        return render_to_string("admin/profile/figure/_reads.html", context)


class FigureInline(EntersFigures, BilingualInline):
    model = Figure
    autocomplete_fields = ["source"]
    readonly_fields = ["place", "reads"]
    fieldsets = [
        section(
            None,
            "place",
            ("qualifier", "value", "reads"),
            ("as_of", "as_of_inferred"),
            ("source", "status"),
            "note",
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


class ReviewFilter(WaitingFilter):
    title = _("due for review")
    parameter_name = "review"
    waits = {"due": (_("now"), _("Facts due for review"), Fact.objects.to_review)}


ReviewFilter.declare_tiles(Fact)


@admin.register(Fact)
class FactAdmin(BilingualAdmin):
    actions = ["reviewed_today"]
    inlines = [FigureInline]
    never_changes = ["key"]
    list_display = ["label", "group", "current_figure", "drafts", "headline", "order"]
    list_filter = [ReviewFilter, "group", "headline"]
    search_fields = ["key", *in_each_language("label"), *in_each_language("owner")]
    fieldsets = [
        section(
            None,
            "label",
            "unit",
            "definition",
            description=_("What the college counts. The numbers themselves are the figures below."),
        ),
        section(_("Its place on the site"), "key", ("group", "order"), "headline"),
        section(_("Who keeps it up to date"), "owner", ("review_months", "reviewed_on")),
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

    @admin.action(description=_("Looked at today: still correct"), permissions=["change"])
    def reviewed_today(self, request, queryset):
        self.note_review(request, queryset, reviewed_on=timezone.localdate())

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        return [*columns, "new_figure"] if request.user.has_perm("profile.add_figure") else columns

    def tools(self, request, obj):
        yield from super().tools(request, obj)
        if request.user.has_perm("profile.add_figure"):
            yield gettext("New figure"), figure_entry.new_figure(obj), "addlink"

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        renewed = [figure for figure, names in formset.changed_objects if "value" in names]
        for figure in [*formset.new_objects, *renewed]:
            figure_entry.warn(request, figure)

    @admin.display(description=_("new figure"))
    def new_figure(self, fact):
        return format_html(
            '<a class="addlink" href="{}" aria-label="{}">{}</a>',
            figure_entry.new_figure(fact),
            gettext("Add a figure: {fact}").format(fact=fact),
            gettext("Add"),
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
class FigureAdmin(SpreadsheetAdmin, EntersFigures, PublishableAdmin):
    autocomplete_fields = ["fact", "source"]
    readonly_fields = ["reads"]
    not_copied = ["as_of"]
    list_display = ["fact", "amount", "as_of_readable", "is_current", "status", "source"]
    list_filter = ["status", "fact__group", "as_of_inferred", "source"]
    search_fields = ["fact__key", "value", "as_of"]
    search_fields += [f"fact__{name}" for name in in_each_language("label")]
    search_fields += in_each_language("note")
    fieldsets = [
        section(
            None,
            "fact",
            ("qualifier", "value", "reads"),
            ("as_of", "as_of_inferred"),
            description=_(
                "A number is never overwritten: add a figure with its own date, "
                "and the newest published one is shown."
            ),
        ),
        section(_("Where it comes from"), "source", "note"),
        section(_("Publication"), "status"),
    ]

    def get_queryset(self, request):
        return with_current(super().get_queryset(request))

    def public_page(self, figure):
        return figure.fact.get_absolute_url()

    def get_changeform_initial_data(self, request):
        """Start from the qualifier and the source of the chosen fact's newest figure."""
        initial = super().get_changeform_initial_data(request)
        for figure in figure_entry.last_figures(initial.get("fact"))[:1]:
            initial = {"qualifier": figure.qualifier, "source": figure.source_id} | initial
        return initial

    def render_change_form(self, request, context, *args, **kwargs):
        """Show the last figures of the chosen fact beside the form."""
        form = context["adminform"].form
        chosen = form["fact"].value() if "fact" in form.fields else form.instance.fact_id
        context["last"] = figure_entry.last_figures(chosen)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "value" in form.changed_data:
            figure_entry.warn(request, obj)

    @admin.display(description=_("figure"), ordering="value")
    def amount(self, figure):
        return figure.text

    @admin.display(description=_("as of"), ordering="as_of")
    def as_of_readable(self, figure):
        return figure.as_of.readable()

    @admin.display(description=_("current"))
    def is_current(self, figure):
        return "✓" if figure.is_current else ""
