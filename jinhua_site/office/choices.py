"""Autocomplete fields."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class OnlyKeys:
    """Ignores values in a form's address that cannot be keys."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(key)], attr)


class Lookup(OnlyKeys, AutocompleteSelect):
    """Django's widget, without a query for a record that was loaded with its form."""

    related = None

    def optgroups(self, name, value, attr=None):
        if not self.related or [*map(str, value)] != [str(self.related.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.related.pk, str(self.related), True, len(empty))
        return [(None, [*empty, chosen], 0)]


class Lookups(OnlyKeys, AutocompleteSelectMultiple):
    """The same for several choices."""


def is_key(written):
    """Return whether this can be a primary key, which has eighteen digits at most."""
    return str(written).isdecimal() and len(str(written)) <= 18
