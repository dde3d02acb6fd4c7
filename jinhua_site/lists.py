"""Which lists have something published in them. No menu, page or sitemap leads to the others."""

from django.db.models import Exists
from django.utils.functional import SimpleLazyObject

from partnerships.models import Partner
from profile.context import dated_college
from profile.models import College, Faculty, Figure, Major

LISTS = {
    "profile:facts": "has_facts",
    "profile:faculties": "has_faculties",
    "profile:majors": "has_majors",
    "partnerships:partners": "has_partners",
}


def college(request):
    """For every template: the college, in a single query, once it is used."""
    return {"college": SimpleLazyObject(college_with_lists)}


def college_with_lists():
    """The college, which says of each list whether something is published in it."""
    found = dated_college().annotate(
        has_facts=Exists(Figure.objects.published()),
        has_faculties=Exists(Faculty.objects.published()),
        has_majors=Exists(Major.objects.published()),
        has_partners=Exists(Partner.objects.published()),
    )
    return found.first() or College()


def is_shown(name, college):
    """Whether links may lead to the page of this name."""
    return name not in LISTS or getattr(college, LISTS[name], False)
