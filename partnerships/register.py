"""The register of partners in memory, ready to be filtered and counted.

Each choice of a filter is kept as a set of partners, one bit for each, so
that thousands of partners are filtered and counted in a moment. Every count
that the public reads of partners comes from here.
"""

from collections import defaultdict
from itertools import compress, count

from django.utils.translation import get_language

from jinhua_site.languages import CODES, in_each_language
from jinhua_site.publishing.models import Status
from jinhua_site.publishing.version import remembered

from .models import Agreement, Country, Partner

SEARCHED = (*in_each_language("name"), "own_name", *in_each_language("city"))
LABELS = {
    "region": Country.Region.choices,
    "kind": Partner.Kind.choices,
    "term": Agreement.Term.choices,
}
OF_COUNTRY = ("country__code", "country__order", *in_each_language("country__name"))
OF_AREA = ("areas__slug", "areas__order", *in_each_language("areas__name"))


class Register:
    """The published partners and their public agreements as they stood on `day`."""

    def __init__(self, day=None):
        self.pks, self.texts = [], []
        self.sets = defaultdict(lambda: defaultdict(int))
        self.named = {"country": {}, "area": {}}  # by value: the order and the names
        partners = Partner.objects.published().known(day)
        columns = ("pk", "kind", "country__region", *OF_COUNTRY, *SEARCHED)
        for bit, row in zip(_bits(), partners.values_list(*columns), strict=False):
            pk, kind, region, country, order, *texts = row
            self.pks.append(pk)
            self.sets["kind"][kind] |= bit
            self.sets["region"][region] |= bit
            self.sets["country"][country] |= bit
            self.named["country"][country] = (order, *texts[: len(CODES)])
            self.texts.append("\n".join(filter(None, texts[len(CODES) :])).casefold())
        self.everyone = (1 << len(self.pks)) - 1
        self._add_agreements(day)

    def total(self, name, value):
        """How many partners stand behind a choice."""
        return self.sets[name].get(value, 0).bit_count()

    def matching(self, chosen, words=(), leaving_out=None):
        """The set of partners that the `chosen` values and the `words` let through."""
        found = self.everyone
        for name, value in chosen.items():
            if value and name != leaving_out:
                found &= self.sets[name].get(value, 0)
        for word in words:
            found &= self._with_word(word.casefold())
        return found

    def primary_keys(self, found):
        """The primary keys of a set of partners, in the order of their model."""
        return list(compress(self.pks, (bit == "1" for bit in reversed(f"{found:b}"))))

    def choices(self, name):
        """The values of a filter that any partner has, in their order, each with its label."""
        if name in LABELS:
            return [(value, label) for value, label in LABELS[name] if value in self.sets[name]]
        place = CODES.index(get_language())
        named = sorted(self.named[name].items(), key=lambda item: (item[1][0], item[0]))
        return [(value, names[place]) for value, (_order, *names) in named]

    def areas(self, pk):
        """The cooperation areas of a partner, by their labels."""
        bit = 1 << self.positions[pk]
        return [label for value, label in self.choices("area") if self.sets["area"][value] & bit]

    def _add_agreements(self, day):
        self.positions = {pk: position for position, pk in enumerate(self.pks)}
        agreements = Agreement.objects.published().known(day).with_term(day).order_by()
        columns = ("partner", "term", "areas__status", *OF_AREA)
        for partner, term, status, area, order, *names in agreements.values_list(*columns):
            if partner in self.positions:
                bit = 1 << self.positions[partner]
                self.sets["term"][term] |= bit
                if status == Status.PUBLISHED:
                    self.sets["area"][area] |= bit
                    self.named["area"][area] = (order, *names)

    def _with_word(self, word):
        return sum(bit for bit, text in zip(_bits(), self.texts, strict=False) if word in text)


def _bits():
    return (1 << position for position in count())


register = remembered(Register)


def with_totals(countries):
    """The countries, each with its `partner_total`."""
    countries, whole = list(countries), register(None)
    for country in countries:
        country.partner_total = whole.total("country", country.code)
    return countries
