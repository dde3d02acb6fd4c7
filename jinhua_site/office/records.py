"""The base of every record's admin: both languages side by side, and publishing."""

from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline
from modeltranslation.translator import translator

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.grammar import labelled, paragraph
from jinhua_site.core.languages import bcp47, in_each_language, same_page_in
from jinhua_site.core.numbers import plain

from .choices import Lookup, Lookups
from .form_tools import FormToolsAdmin
from .history.admin import HistoryAdmin
from .lists import RecordListAdmin
from .proposals.forms import ReviewedAdmin
from .translations.texts import unwritten


def section(heading, *rows, description=""):
    """Return one of an admin's `fieldsets`: a row is a field, or a tuple of fields side by side.

    A translated field is shown in every language, side by side.
    """
    return heading, {"fields": rows, "description": description}


STATUS_SET = {
    Status.PUBLISHED: ngettext_lazy("%d record is published now.", "%d records are published now."),
    Status.DRAFT: ngettext_lazy("%d record is a draft now.", "%d records are drafts now."),
}
admin.site.site_header = admin.site.site_title = _("Jinhua Polytechnic administration")
admin.site.index_title = _("Dashboard")
admin.site.site_url = lazy(lambda: same_page_in(get_language(), "/"), str)()


class PlainDecimalField(forms.DecimalField):
    """Shows a number as staff write it: 535 for the stored 535.00."""

    def prepare_value(self, value):
        return plain(value) if isinstance(value, Decimal) else value


class BilingualForm(forms.ModelForm):
    """Requires a text in at least one language; the model says when it needs both."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, Lookup):
                widget.related = self.instance._state.fields_cache.get(name)

    def clean(self):
        def is_written(name):
            return name not in self.fields or name in self.errors or self.cleaned_data.get(name)

        for column in unwritten(self._meta.model, is_written):
            self.add_error(column, _("Write this in one of the languages at least."))
        return super().clean()


class Bilingual:
    """Shows both languages in the form of a record or of an inline."""

    form = BilingualForm
    formfield_overrides = {
        models.DecimalField: {"form_class": PlainDecimalField},
        models.URLField: {"assume_scheme": "https"},
    }

    def replace_orig_field(self, option):
        """Replace translated fields, each by a row with its languages."""
        texts = self.trans_opts.all_fields
        return [in_each_language(row) if row in texts else row for row in option]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            widget = Lookups if db_field.many_to_many else Lookup
            kwargs["widget"] = widget(db_field, self.admin_site)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(db_field, "translated_field"):
            field.widget.attrs["lang"] = bcp47(db_field.language)
            # A draft may be written in either language first.
            field.required = not (
                db_field.translated_field.blank or issubclass(self.model, Publishable)
            )
        return field


class InlineFormSet(forms.models.BaseInlineFormSet):
    def get_unique_error_message(self, unique_check):
        """Return the message of the model's constraint."""
        rules = self.model._meta.total_unique_constraints
        broken = next(rule for rule in rules if {*unique_check} <= {*rule.fields})
        return str(broken.violation_error_message)


class BilingualInline(Bilingual, TranslationStackedInline):
    formset = InlineFormSet
    extra = 0

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Load the choices once for the page, not once for each row."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if not isinstance(field.widget, Lookup):
            field.choices = list(field.choices)
        return field


class BilingualAdmin(
    Bilingual,
    ReviewedAdmin,
    FormToolsAdmin,
    RecordListAdmin,
    HistoryAdmin,
    TranslationAdmin,
):
    never_changes = ()

    def get_list_display_links(self, request, list_display):
        """Link the first column and, if it is a translated text, its other language too."""
        for field in translator.get_options_for_model(self.model).all_fields:
            if list_display[0] in in_each_language(field):
                return in_each_language(field)
        return super().get_list_display_links(request, list_display)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *self.never_changes] if obj else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def note_review(self, request, queryset, **values):
        done = self.set_values(request, queryset, **values)
        message = ngettext(
            "%d record was noted as looked at today.",
            "%d records were noted as looked at today.",
            done,
        )
        self.message_user(request, message % done, messages.SUCCESS)

    def set_values(self, request, queryset, **values):
        """Set these values of each record whose rules allow it; return of how many."""
        done = 0
        for number in [*queryset.values_list("pk", flat=True)]:
            with transaction.atomic():
                record = self.locked(request, number)
                if not record:
                    continue
                for name, value in values.items():
                    setattr(record, name, value)
                try:
                    # A text's bare field is the one in the active language.
                    texts = translator.get_options_for_model(self.model).all_fields
                    record.full_clean(exclude=texts)
                except ValidationError as error:
                    message = labelled(str(record), paragraph(error.messages))
                    self.message_user(request, message, messages.ERROR)
                else:
                    record.save()
                    self.log_change(request, record, [{"changed": {"fields": [*values]}}])
                    done += 1
        return done


class PublishableAdmin(BilingualAdmin):
    actions = ["publish", "make_draft"]
    list_filter = ["status"]
    publication = section(
        _("Publication"),
        "status",
        description=_("A draft may be in one language; what is published is in both."),
    )

    def get_fieldsets(self, request, obj=None):
        """Add the status, unless a section has it."""
        fieldsets = super().get_fieldsets(request, obj)
        has_status = "status" in flatten_fieldsets(fieldsets)
        return fieldsets if has_status else [*fieldsets, self.publication]

    @admin.display(description=_("last change"), ordering="changed")
    def last_change(self, record):
        return super().last_change(record)

    def has_publish_permission(self, request):
        return self.has_change_permission(request) and may_publish(request.user)

    @admin.action(description=_("Publish the selected records"), permissions=["publish"])
    def publish(self, request, queryset):
        self._set_status(request, queryset, Status.PUBLISHED)

    @admin.action(description=_("Make the selected records drafts"), permissions=["publish"])
    def make_draft(self, request, queryset):
        self._set_status(request, queryset, Status.DRAFT)

    def _set_status(self, request, queryset, status):
        done = self.set_values(request, queryset.exclude(status=status), status=status)
        level = messages.SUCCESS if done else messages.WARNING
        self.message_user(request, STATUS_SET[status] % done, level)
