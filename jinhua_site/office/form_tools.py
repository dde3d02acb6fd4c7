"""Tools on the form of every record: public pages, duplicates, states of texts."""

from django.conf import settings
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, override

from jinhua_site.core.languages import bcp47

from .presence import PresenceAdmin
from .proposals.replay import forms_in
from .translations.texts import outdated_texts


class FormToolsAdmin(PresenceAdmin):
    """Links to the public page, duplicates, and the state of the texts."""

    view_on_site = False  # Django's link knows one language only
    not_copied = ()

    class Media:
        css = {"all": ["office_words.css"]}
        js = ["office_words.js"]

    def public_page(self, obj):
        """Return the path of the page that shows `obj` in the active language, or None.

        The caller decides whether the page may be shown.
        """
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def is_public(self, obj):
        rows = self.model._default_manager.all()
        return not hasattr(rows, "published") or rows.published().filter(pk=obj.pk).exists()

    def tools(self, request, obj):
        """Yield the links above the form of `obj`, after Django's own: label, address, class."""
        if self.has_add_permission(request):
            address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
            yield gettext("Duplicate"), f"{address}?copy_of={obj.pk}", ""
        if self.is_public(obj):
            yield from self._public_pages(obj)

    def _public_pages(self, obj):
        for code, name in settings.LANGUAGES:
            with override(code):
                address = self.public_page(obj)
            if address:
                language = format_html('<span lang="{}">{}</span>', bcp47(code), name)
                label = format_html(gettext("View on site: {language}"), language=language)
                yield label, address, "viewsitelink"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and obj.pk:
            context["tools"] = list(self.tools(request, obj))
        form, formsets = forms_in(context)
        rows = [row.instance for formset in formsets for row in formset]
        context["outdated_texts"] = outdated_texts([form.instance, *rows])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # Duplicates

    def get_changeform_initial_data(self, request):
        """Return the values in the query string, or those of the record in `?copy_of=`."""
        initial = super().get_changeform_initial_data(request)
        original = self.get_object(request, initial.pop("copy_of", ""))
        if original and self.has_view_permission(request, original):
            initial |= self._copied(request, original)
        return initial

    def _copied(self, request, original):
        """Return a record's values without its own short name, status, files and checks."""
        own = {"status", *self.not_copied}
        for field in self.opts.get_fields():
            if isinstance(field, (models.FileField, models.DateField)) or (
                field.concrete and field.unique
            ):
                own.add(field.name)
        fields = flatten_fieldsets(self.get_fieldsets(request))
        return model_to_dict(original, fields=fields, exclude=own)
