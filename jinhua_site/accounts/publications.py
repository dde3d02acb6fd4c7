"""Record in the audit log which records are published and unpublished, in whatever way."""

from allauth.core import context

from jinhua_site.content.models import Publishable, Status

from . import audit


def note(instance, history_instance, **kwargs):
    """Compare a new version of a record with the one before; shipped content has no user."""
    user = history_instance.history_user
    if not isinstance(instance, Publishable) or not user:
        return
    is_public = instance.status == Status.PUBLISHED and history_instance.history_type != "-"
    if is_public != _was_public(history_instance):
        kind = audit.Kind.PUBLISHED if is_public else audit.Kind.UNPUBLISHED
        about = f"{instance._meta.label_lower} {instance.pk}: {instance}"
        # There is no request when a scheduled proposal takes effect.
        audit.record(context.request, kind, about, user=user)


def _was_public(version):
    before = type(version).objects.filter(id=version.id, history_id__lt=version.history_id)
    status = before.order_by("-history_id").values_list("status", flat=True).first()
    return status == Status.PUBLISHED
