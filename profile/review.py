"""The facts that are due for review."""

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from jinhua_site.core.dates import months_before, over_by

from .models import Fact, Figure


def facts_to_review(day=None):
    """Return the facts neither reviewed nor updated within their review cycle."""
    day = day or timezone.localdate()
    newest = Figure.objects.published().known(None).filter(fact=OuterRef("pk")).values("as_of")
    due = Q(pk__in=[])
    for months in Fact.objects.order_by().values_list("review_months", flat=True).distinct():
        since = months_before(day, months)
        looked_at = Q(reviewed_on__gte=since, reviewed_on__lte=day)
        not_counted = Q(newest=None) | over_by("newest", since)
        due |= Q(review_months=months) & ~looked_at & not_counted
    return Fact.objects.annotate(newest=Subquery(newest[:1])).filter(due)
