"""Which partners a page's address asks for, and how many stand behind each other choice."""

from jinhua_site.filters import choice, words

from .register import register


class PartnerFilters:
    """The filters in `parameters`, the query of a page's address, as things stood on `day`."""

    NAMES = ("country", "region", "area", "kind", "term")

    def __init__(self, parameters, day=None):
        self.chosen = {name: choice(parameters, name) for name in self.NAMES}
        self.q = choice(parameters, "q")
        self.register = register(day)

    @classmethod
    def asked(cls, parameters):
        """What `parameters` hold of filters and words, each with its name."""
        return [(name, choice(parameters, name)) for name in (*cls.NAMES, "q")]

    def partners(self):
        """The primary keys of the partners that every filter lets through."""
        found = self.register.matching(self.chosen, words(self.q))
        return self.register.primary_keys(found)

    def choices(self):
        """For each filter its choices: value, label and number of partners behind it."""
        return {name: list(self._counted(name)) for name in self.NAMES}

    def _counted(self, name):
        others = self.register.matching(self.chosen, words(self.q), leaving_out=name)
        for value, label in self.register.choices(name):
            total = (self.register.sets[name][value] & others).bit_count()
            if total or value == self.chosen[name]:
                yield {"value": value, "label": label, "total": total}
