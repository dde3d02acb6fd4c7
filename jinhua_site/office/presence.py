"""Shows who else has the form of a record open."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.accounts.sessions import no_sign_of_life

from .models import Presence

# The form polls every 20 seconds; after a minute of silence its user has left.
STILL_THERE = timedelta(seconds=60)
KEPT = timedelta(days=1)


class PresenceAdmin(admin.ModelAdmin):
    """Records who has a form open, and shows each user the others."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        view = self.admin_site.admin_view(self.presence_view)
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

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and obj.pk:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_presence"
            context |= {
                "presence_address": reverse(name, args=[obj.pk]),
                "presence_notices": _note(request.user, obj),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


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
        _("%(colleague)s has this record open too.") % {"colleague": name_of(presence.user)}
        for presence in others.select_related("user").order_by("user")
    ]


def _at(record):
    return {"model": ContentType.objects.get_for_model(record), "record_id": record.pk}
