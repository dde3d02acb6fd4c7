"""Short lists that a page shows side by side, each page's in a single query."""

from collections import defaultdict
from types import SimpleNamespace

from django.db.models import CharField, F, IntegerField, Q, TextField, Value

from jinhua_site.languages import in_active_language
from profile.models import Faculty, Major

from .models import AreaOfInterest, Commitment, CooperationArea
from .models.agreement_state import public_agreement


def plans():
    """The `areas` of cooperation, the `commitments`, the areas of interest as `interests`."""
    return _together(
        _rows("areas", CooperationArea, "name", "description"),
        _rows("commitments", Commitment, "text"),
        _rows("interests", AreaOfInterest, "title", "summary"),
    )


def involved(partner):
    """The `areas`, `faculties` and `majors` that the public agreements with `partner` name."""
    mine = public_agreement("agreements__") & Q(agreements__partner=partner)
    return _together(
        _rows("areas", CooperationArea, "name", where=mine),
        _rows("faculties", Faculty, "name", where=mine),
        _rows("majors", Major, "name", where=mine, order=False),
    )


def _rows(name, model, title, text=None, where=None, order=True):
    # modeltranslation would put the columns in the order of their hashes.
    rows = model.objects.published().rewrite(False)
    if where is not None:
        rows = rows.filter(where).distinct()
    columns = {
        "shelf": Value(name, output_field=CharField()),
        "heading": F(in_active_language(title)),
        "body": F(in_active_language(text)) if text else Value("", output_field=TextField()),
        "rank": F("order") if order else Value(0, output_field=IntegerField()),
    }
    return rows.order_by().annotate(**columns).values_list("slug", *columns)


def _together(first, *others):
    lists = defaultdict(list)
    for slug, shelf, heading, body, rank in first.union(*others, all=True):
        item = SimpleNamespace(slug=slug, title=heading, text=body, rank=rank)
        lists[shelf].append(item)
    for items in lists.values():
        items.sort(key=lambda item: (item.rank, item.slug))
    return lists
