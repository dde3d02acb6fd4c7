"""Notes in the audit log what goes on the website and what leaves it, by whichever way."""

from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record

from jinhua_site.content.models import Publishable, Status

from . import audit


def watch():
    post_create_historical_record.connect(_note)


def _note(sender, instance, history_instance, **kwargs):
    """Compare the new version of a record with the one before; what ships is nobody's doing."""
    if not isinstance(instance, Publishable) or not history_instance.history_user:
        return
    is_public = instance.status == Status.PUBLISHED and history_instance.history_type != "-"
    if is_public != _was_public(history_instance):
        kind = audit.Kind.PUBLISHED if is_public else audit.Kind.UNPUBLISHED
        about = f"{instance._meta.label_lower} {instance.pk}: {instance}"
        audit.record(
            _request_of(history_instance.history_user),
            kind,
            about,
            user=history_instance.history_user,
        )


def _request_of(user):
    """The request by which `user` saves; what was approved for a date comes with a visitor's."""
    request = getattr(HistoricalRecords.context, "request", None)
    return request if getattr(request, "_cached_user", None) == user else None


def _was_public(version):
    before = type(version).objects.filter(id=version.id, history_id__lt=version.history_id)
    status = before.order_by("-history_id").values_list("status", flat=True).first()
    return status == Status.PUBLISHED
