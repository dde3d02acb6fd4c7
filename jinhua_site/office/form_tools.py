"""Tools on the form of every record: public pages, duplicates, states of texts, presence."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.models import model_to_dict
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, override

from jinhua_site.accounts.roles import name_of
from jinhua_site.accounts.sessions import no_sign_of_life
from jinhua_site.core.languages import bcp47

from .models import Presence
from .proposals.replay import forms_in
from .translations.texts import outdated_texts

# The form polls every 20 seconds; after a minute of silence its user has left.
STILL_THERE = timedelta(seconds=60)
KEPT = timedelta(days=1)


class FormToolsAdmin(admin.ModelAdmin):
    """Links to the public page, duplicates, the state of the texts, and who else is there."""

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
            address = reverse(admin_urlname(self.opts, "add"))
            yield gettext("Duplicate"), f"{address}?copy_of={obj.pk}", ""
        if not self.is_public(obj):
            return
        for code, name in settings.LANGUAGES:
            with override(code):
                address = self.public_page(obj)
            if address:
                language = format_html('<span lang="{}">{}</span>', bcp47(code), name)
                label = format_html(gettext("View on site: {language}"), language=language)
                yield label, address, "viewsitelink"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and obj.pk:
            context |= {
                "tools": [*self.tools(request, obj)],
                "presence_address": reverse(admin_urlname(self.opts, "presence"), args=[obj.pk]),
                "presence_notices": _note(request.user, obj),
            }
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

    # Who has the form open

    def get_urls(self):
        view = self.admin_site.admin_view(self.presence_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        return [path("<path:object_id>/presence/", view, name=name), *super().get_urls()]

    @no_sign_of_life
    def presence_view(self, request, object_id):
        """Record that the form is still open or was left; return who else is there."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        record = self.get_object(request, unquote(object_id))
        if not record:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if "leaving" in request.POST:
            Presence.objects.filter(**_at(record), user=request.user).delete()
            return JsonResponse({})
        return JsonResponse({"notices": _note(request.user, record)})


def _note(user, record):
    """Record that `user` has the form open; return a notice for each other user."""
    now = timezone.now()
    Presence.objects.filter(seen__lt=now - KEPT).delete()
    Presence.objects.bulk_create(
        [Presence(**_at(record), user=user, seen=now)],
        update_conflicts=True,
        unique_fields=["model", "record_id", "user"],
        update_fields=["seen"],
    )
    others = Presence.objects.filter(**_at(record), seen__gte=now - STILL_THERE).exclude(user=user)
    return [
        gettext("%(colleague)s has this record open too.") % {"colleague": name_of(presence.user)}
        for presence in others.select_related("user").order_by("user")
    ]


def _at(record):
    return {"model": ContentType.objects.get_for_model(record), "record_id": record.pk}
