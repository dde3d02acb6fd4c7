"""What every public page says of the college."""

from django.db.models import Subquery
from django.utils.functional import SimpleLazyObject

from jinhua_site.fragments import Shown
from jinhua_site.publishing import version

from .models import College, Figure


def college(request):
    """The college, with the date of the newest published figure; read when first used."""
    return {"house": SimpleLazyObject(house)}


@version.remembered
def house():
    """What stands at the head and the foot of every page."""
    return Shown(college=get_college())


def get_college():
    """The college; an empty one before any content is there."""
    return dated_college().first() or College()


def dated_college():
    """The college's row with the `as_of` of its newest published figure."""
    newest = Figure.objects.published().order_by("-as_of").values("as_of")[:1]
    return College.objects.annotate(newest_as_of=Subquery(newest))


@version.remembered
def current_figures():
    """The published current figures by the keys of their facts."""
    return {figure.fact.key: figure for figure in Figure.objects.published().current()}
