"""What every template has."""

from django.db.models import Exists
from django.utils.functional import SimpleLazyObject

from jinhua_site.web.navigation import LISTS, attribute
from profile.context import dated_college
from profile.models import College


def college(request):
    """For every template: the college, in a single query, once it is used."""
    return {"college": SimpleLazyObject(college_with_lists)}


def college_with_lists():
    """The college, which says of each list whether something is published in it."""
    found = dated_college().annotate(
        **{attribute(page): Exists(published()) for page, published in LISTS.items()}
    )
    return found.first() or College()
