"""Lists and forms that tell which texts are missing or stale."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import CODES

from .texts import (
    COMPLETE,
    LANGUAGES,
    MISSING,
    STALE,
    STATES,
    in_state,
    stale_texts,
    states,
    translated_fields,
)


class ListWithStaleTexts:
    """A page of records, each with its stale texts: one query for all."""

    def get_results(self, request):
        super().get_results(request)
        for record, stale in stale_texts(self.result_list).items():
            record.stale_texts = stale


class TranslationFilter(admin.SimpleListFilter):
    """By what there is to do in one of the languages."""

    title = _("translation")
    parameter_name = "translation"

    def lookups(self, request, model_admin):
        todo = [
            (f"{state}-{code}", words_for(state, code))
            for state in (MISSING, STALE)
            for code in CODES
        ]
        return [*todo, (COMPLETE, STATES[COMPLETE])]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        state, _dash, code = self.value().partition("-")
        if state not in STATES or code not in ("", *CODES):
            return queryset.none()
        return queryset.filter(in_state(queryset.model, state, [code] if code else CODES))


def words_for(state, code):
    """What there is to do in a language: “English missing”, “Chinese stale”."""
    words = gettext("%(language)s missing") if state == MISSING else gettext("%(language)s stale")
    return words % {"language": LANGUAGES[code]}


class TranslationStateAdmin(admin.ModelAdmin):
    class Media:
        css = {"all": ["office_words.css"]}
        js = ["office_words.js"]

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return [*shown, "translation"] if translated_fields(self.model) else shown

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        return [*filters, TranslationFilter] if translated_fields(self.model) else filters

    def get_changelist(self, request, **kwargs):
        return type("List", (ListWithStaleTexts, super().get_changelist(request, **kwargs)), {})

    @admin.display(description=_("texts"))
    def translation(self, record):
        todo = [
            (state, words_for(state, code))
            for code, found in states(record, record.stale_texts).items()
            for state in (MISSING, STALE)
            if found[state]
        ]
        if not todo:
            return STATES[COMPLETE]
        return format_html_join("", '<span class="translation-state {}">{}</span>', todo)

    def render_change_form(self, request, context, *args, **kwargs):
        """With the stale texts of the record and of those inside it, in one query."""
        inlines = context.get("inline_admin_formsets", ())
        forms = [
            context["adminform"].form,
            *(form for each in inlines for form in each.formset.forms),
        ]
        context["stale_texts"] = stale_texts([form.instance for form in forms])
        return super().render_change_form(request, context, *args, **kwargs)
