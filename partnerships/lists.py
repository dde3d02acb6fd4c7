"""Short lists that a page shows side by side, each page's in a single query."""

from collections import defaultdict

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast
from modeltranslation.translator import translator

from jinhua_site.dates import begun_by
from jinhua_site.languages import in_active_language
from profile.models import Faculty, Major

from .models import AreaOfInterest, Commitment, CooperationArea, Country
from .models.agreement_state import public_agreement

MOST_FIELDS = 4


def plans():
    """The `countries`, the `areas` of cooperation, the `commitments`, the `interests`."""
    return _together(
        countries=_rows(Country, "code", "name", "region", "latitude", "longitude"),
        areas=_rows(CooperationArea, "slug", "name", "description"),
        commitments=_rows(Commitment, "slug", "text"),
        interests=_rows(AreaOfInterest, "slug", "title", "summary"),
    )


def involved(partner, day):
    """The `areas`, `faculties` and `majors` that the agreements with `partner` by `day` name."""
    mine = public_agreement("agreements__") & Q(agreements__partner=partner)
    if day:
        mine &= begun_by("agreements__signed", day) | begun_by("agreements__starts", day)
    return _together(
        areas=_rows(CooperationArea, "slug", "name", where=mine),
        faculties=_rows(Faculty, "slug", "name", where=mine),
        majors=_rows(Major, "slug", "name", where=mine, ordered=False),
    )


def _rows(model, key, *fields, where=None, ordered=True):
    """The published rows of `model` with its `key` and these fields as text, and their names."""
    translated = translator.get_options_for_model(model).fields
    columns = [in_active_language(name) if name in translated else name for name in fields]
    texts = [Cast(column, TextField()) for column in columns]
    texts += [Value("", TextField())] * (MOST_FIELDS - len(texts))
    # modeltranslation would put the columns in the order of their hashes.
    rows = model.objects.published().rewrite(False).order_by()
    if where is not None:
        rows = rows.filter(where).distinct()
    named = {f"text_{number}": text for number, text in enumerate(texts)}
    rank = F("order") if ordered else Value(0)
    return rows.annotate(rank=rank, key=F(key), **named), (key, *fields)


def _together(**shelves):
    """The rows as objects of their models, in order, with nothing but those fields filled in."""
    columns = ("rank", "key", *(f"text_{number}" for number in range(MOST_FIELDS)))
    first, *others = (
        rows.annotate(shelf=Value(name)).values_list("shelf", *columns)
        for name, (rows, _fields) in shelves.items()
    )
    lists = defaultdict(list)
    for name, _rank, *values in first.union(*others, all=True).order_by("rank", "key"):
        rows, fields = shelves[name]
        lists[name].append(rows.model(**dict(zip(fields, values, strict=False))))
    return lists
