"""What the admin of every record shares: both languages side by side, publishing, the log."""

from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.template.defaultfilters import yesno
from django.utils.functional import lazy
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline
from modeltranslation.translator import translator

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.grammar import labelled, paragraph, set_apart
from jinhua_site.core.languages import bcp47, in_each_language, same_page_in
from jinhua_site.core.numbers import plain

from .choices import Lookup, Lookups, give_what_is_at_hand
from .comforts import ComfortAdmin
from .history.admin import VersionsAdmin
from .history.deleted import HistoryAdmin
from .proposals.forms import ReviewedAdmin
from .translations.admin import TranslationStateAdmin

LOGGED_LENGTH = 80

PUBLICATION = (
    _("Publication"),
    {
        "fields": ["status"],
        "description": _("A draft may be in one language; what is published is in both."),
    },
)

admin.site.site_header = admin.site.site_title = _("Jinhua Polytechnic administration")
admin.site.index_title = _("Dashboard")
admin.site.site_url = lazy(lambda: same_page_in(get_language(), "/"), str)()


class PlainDecimalField(forms.DecimalField):
    """A number as staff write it: 535 where the column holds 535.00."""

    def prepare_value(self, value):
        return plain(value) if isinstance(value, Decimal) else value


class BilingualForm(forms.ModelForm):
    """Wants a text in one language at least; the model says when it wants both."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        give_what_is_at_hand(self)

    def clean(self):
        for field in translator.get_options_for_model(self._meta.model).all_fields:
            columns = [name for name in in_each_language(field) if name in self.fields]
            written = any(self.cleaned_data.get(name) or name in self.errors for name in columns)
            if columns and not written and not self._meta.model._meta.get_field(field).blank:
                self.add_error(columns[0], _("Write this in one of the languages at least."))
        return super().clean()


class Bilingual:
    """The form of a record, or of the records inside another, with its two languages."""

    form = BilingualForm
    formfield_overrides = {
        models.DecimalField: {"form_class": PlainDecimalField},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(db_field, "translated_field"):
            field.widget.attrs["lang"] = bcp47(db_field.language)
            # A draft may begin in either language.
            field.required = not (
                db_field.translated_field.blank or issubclass(self.model, Publishable)
            )
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Lookup(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Lookups(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class BilingualInline(Bilingual, TranslationStackedInline):
    extra = 0

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """The choices are read once for the page, not once for each row."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if not isinstance(field.widget, Lookup):
            field.choices = list(field.choices)
        return field


class BilingualAdmin(
    Bilingual,
    ReviewedAdmin,
    TranslationStateAdmin,
    ComfortAdmin,
    VersionsAdmin,
    HistoryAdmin,
    TranslationAdmin,
):
    never_changes = ()

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *self.never_changes] if obj else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def construct_change_message(self, request, form, formsets, add=False):
        """Django's message with the values in it, in the words of whoever made the change."""
        message = super().construct_change_message(request, form, formsets, add)
        entries = [part["changed"] for part in message if "changed" in part]
        for entry, changed in zip(entries, _changed_forms(form, formsets, add), strict=True):
            entry["fields"] = [_old_and_new(changed, name) for name in changed.changed_data]
        return message


class PublishableAdmin(BilingualAdmin):
    actions = ["publish", "make_draft"]

    @admin.display(description=_("last change"), ordering="changed")
    def last_change(self, record):
        return super().last_change(record)

    def has_publish_permission(self, request):
        return self.has_change_permission(request) and may_publish(request.user)

    @admin.action(description=_("Publish the selected records"), permissions=["publish"])
    def publish(self, request, queryset):
        done = self._set_status(request, queryset, Status.PUBLISHED)
        self.message_user(
            request,
            ngettext("%d record is published now.", "%d records are published now.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )

    @admin.action(description=_("Make the selected records drafts"), permissions=["publish"])
    def make_draft(self, request, queryset):
        done = self._set_status(request, queryset, Status.DRAFT)
        self.message_user(
            request,
            ngettext("%d record is a draft now.", "%d records are drafts now.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )

    def _set_status(self, request, queryset, status):
        """Give each record the status that its rules allow; count those that took it."""
        done = refused = 0
        for number in [*queryset.exclude(status=status).values_list("pk", flat=True)]:
            with transaction.atomic():
                record = self.locked(request, number)
                if not record or record.status == status:
                    continue
                try:
                    self._take_status(request, record, status)
                    done += 1
                except ValidationError as error:
                    refused += 1
                    told = labelled(str(record), paragraph(error.messages))
                    self.message_user(request, told, messages.ERROR)
        if refused:
            self.message_user(
                request,
                ngettext(
                    "%d record was left as it was.", "%d records were left as they were.", refused
                )
                % refused,
                messages.WARNING,
            )
        return done

    def _take_status(self, request, record, status):
        change = labelled(
            capfirst(gettext("status")), f"{record.get_status_display()} → {status.label}"
        )
        record.status = status
        # The bare field of a text is whichever language the page is in.
        record.full_clean(exclude=translator.get_options_for_model(self.model).all_fields)
        record.save(update_fields=["status", "changed"])
        self.log_change(request, record, [{"changed": {"fields": [change]}}])


def _changed_forms(form, formsets, add):
    """The forms whose changes the log names, in the order of its entries."""
    if form.changed_data and not add:
        yield form
    for formset in formsets or ():
        changed = {id(record) for record, _names in formset.changed_objects}
        yield from (form for form in formset.initial_forms if id(form.instance) in changed)


def _old_and_new(form, name):
    field = form.fields[name]
    old = _in_words(field, form[name].initial)
    new = _in_words(field, form.cleaned_data[name])
    return labelled(field.label, f"{old} → {new}")


def _in_words(field, value):
    if isinstance(field, forms.BooleanField):
        return yesno(value)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return Truncator(set_apart(map(str, value)) or "—").chars(LOGGED_LENGTH)
    if value is False or value in field.empty_values:
        return "—"
    if isinstance(field, forms.ModelChoiceField):
        value = field.to_python(value)
    elif isinstance(field, forms.ChoiceField):
        value = dict(field.choices).get(value, value)
    elif isinstance(value, Decimal):
        value = plain(value)
    return Truncator(value).chars(LOGGED_LENGTH)
