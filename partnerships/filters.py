"""The filters of the list of partners, and the number of partners behind each choice."""

from django.db.models import Count, Q

from jinhua_site.core.filters import choice
from jinhua_site.core.languages import in_active_language, in_each_language

from .models import Agreement, CooperationArea, Country, Partner

OF_PARTNER = {"country": "country__code", "region": "country__region", "kind": "kind"}
OF_AGREEMENT = {"area": "areas__slug", "term": "term"}
SEARCHED = (
    *(*in_each_language("name"), "own_name", *in_each_language("city")),
    *in_each_language("country__name"),
)


class PartnerFilters:
    """The filters in `parameters`, a page's query, applied to the data of `day`."""

    NAMES = ("country", "region", "area", "kind", "term")

    def __init__(self, parameters, day=None):
        self.chosen = {name: choice(parameters, name) for name in self.NAMES}
        self.q = choice(parameters, "q")
        self._agreements = Agreement.objects.published().known(day).with_term(day).order_by()
        self._searched = Partner.objects.published().known(day).with_words(self.q, *SEARCHED)

    def partners(self, leaving_out=None):
        """Return the partners that pass every filter except `leaving_out`."""
        partners = self._searched
        for name, value in self.chosen.items():
            if value and name != leaving_out:
                partners = partners.filter(self._condition(name, value))
        return partners

    def choices(self):
        """Return each filter's choices: value, label and number of partners."""
        labels = {
            "country": _labelled(Country.objects.published(), "code"),
            "region": Country.Region.choices,
            "area": _labelled(CooperationArea.objects.published(), "slug"),
            "kind": Partner.Kind.choices,
            "term": Agreement.Term.choices,
        }
        return {name: list(self._counted(name, labels[name])) for name in self.NAMES}

    def _condition(self, name, value):
        if name in OF_PARTNER:
            return Q(**{OF_PARTNER[name]: value})
        having_it = self._agreements.filter(_public_area(name), **{OF_AGREEMENT[name]: value})
        return Q(pk__in=having_it.values("partner"))

    def _counted(self, name, labels):
        totals = self._totals(name)
        for value, label in labels:
            if value in totals or value == self.chosen[name]:
                yield {"value": value, "label": label, "total": totals.get(value, 0)}

    def _totals(self, name):
        """Return how many partners each value of a filter would find."""
        others = self.partners(leaving_out=name).order_by()
        if name in OF_PARTNER:
            return dict(others.values_list(OF_PARTNER[name]).annotate(Count("pk")))
        agreements = self._agreements.filter(partner__in=others)
        by_value = agreements.values_list(OF_AGREEMENT[name])
        return dict(by_value.annotate(Count("partner", distinct=True)))


def _public_area(name):
    return Q(areas__in=CooperationArea.objects.published()) if name == "area" else Q()


def _labelled(records, value):
    return records.values_list(value, in_active_language("name"))
