"""Who else has the form of a record open."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.accounts.sessions import no_sign_of_life

from .models import Presence

# The form asks every 20 seconds; whoever has not for a minute is gone.
STILL_THERE = timedelta(seconds=60)
KEPT = timedelta(days=1)


def address(record):
    """Where the form of a record asks who else is there."""
    return reverse("admin_presence", args=[_kind(record).pk, record.pk])


def note(user, record):
    """Write down that `user` has the form of `record` open now."""
    now = timezone.now()
    Presence.objects.filter(seen__lt=now - KEPT).delete()
    Presence.objects.bulk_create(
        [Presence(model=_kind(record), record_id=record.pk, user=user, seen=now)],
        update_conflicts=True,
        unique_fields=["model", "record_id", "user"],
        update_fields=["seen"],
    )


def leave(user, record):
    _at(record).filter(user=user).delete()


def notices(user, record):
    """A sentence on each other colleague who has the form of `record` open."""
    others = _at(record).filter(seen__gte=timezone.now() - STILL_THERE).exclude(user=user)
    return [
        _("%(colleague)s has this record open too.") % {"colleague": name_of(presence.user)}
        for presence in others.select_related("user").order_by("user")
    ]


@no_sign_of_life
@require_POST
def presence(request, kind, pk):
    """Note that the form is still open, or that it is being left, and tell who else is there."""
    record = _record(request, kind, pk)
    if "leaving" in request.POST:
        leave(request.user, record)
        return JsonResponse({})
    note(request.user, record)
    return JsonResponse({"notices": notices(request.user, record)})


def _record(request, kind, pk):
    """The record that this colleague may see."""
    model = get_object_or_404(ContentType, pk=kind).model_class()
    if not model:  # of a kind that the site has no more
        raise Http404
    try:
        model_admin = admin.site.get_model_admin(model)
    except NotRegistered:
        raise Http404 from None
    record = model_admin.get_object(request, str(pk))
    if not record:
        raise Http404
    if not model_admin.has_view_permission(request, record):
        raise PermissionDenied
    return record


def _kind(record):
    return ContentType.objects.get_for_model(record)


def _at(record):
    return Presence.objects.filter(model=_kind(record), record_id=record.pk)
