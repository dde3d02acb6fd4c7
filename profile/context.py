"""The college and its current figures, as the public sees them."""

from django.db.models import Subquery

from .models import College, Figure


def get_college():
    """Return the college; an empty one before any content is loaded."""
    return dated_college().first() or College()


def dated_college():
    """Annotate the college with the `as_of` of the newest published figure."""
    newest = Figure.objects.published().order_by("-as_of").values("as_of")[:1]
    return College.objects.annotate(newest_as_of=Subquery(newest))


def current_figures():
    """Return the published current figures by the keys of their facts."""
    return {figure.fact.key: figure for figure in Figure.objects.published().current()}
