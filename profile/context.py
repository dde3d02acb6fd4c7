"""What every public page says of the college."""

from django.db.models import Subquery
from django.utils.functional import SimpleLazyObject

from jinhua_site.publishing import version

from .models import College, Figure


def college(request):
    """The college, with the date of the newest published figure; read when first used."""
    return {"college": SimpleLazyObject(get_college)}


def get_college():
    """The college; an empty one before any content is there."""
    return version.carried() or College()


def dated_college():
    """The college's row with the `as_of` of its newest published figure."""
    newest = Figure.objects.published().order_by("-as_of").values("as_of")[:1]
    return College.objects.annotate(newest_as_of=Subquery(newest))
