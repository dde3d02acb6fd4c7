"""The context of every template."""

from django.db.models import Exists
from django.utils.functional import SimpleLazyObject

from jinhua_site.web.navigation import LISTS, attribute
from profile.context import dated_college
from profile.models import College


def college(request):
    """Give every template the college, read in a single query once it is used."""
    return {"college": SimpleLazyObject(college_with_lists)}


def college_with_lists():
    """Return the college, with an attribute for each list that says whether it has records."""
    colleges = dated_college().annotate(
        **{attribute(page): Exists(published()) for page, published in LISTS.items()}
    )
    return colleges.first() or College()
