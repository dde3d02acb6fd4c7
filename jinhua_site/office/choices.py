"""Choices that are looked up by typing."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class OnlyKeys:
    """Lets nonsense in the address of a form be no choice, and no fault either."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [written for written in value if is_key(written)], attr)


class Lookup(OnlyKeys, AutocompleteSelect):
    """Django's own, but a record that was read with its form is not asked for again."""

    related = None

    def optgroups(self, name, value, attr=None):
        if not self.related or [*map(str, value)] != [str(self.related.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.related.pk, str(self.related), True, len(empty))
        return [(None, [*empty, chosen], 0)]


class Lookups(OnlyKeys, AutocompleteSelectMultiple):
    """The same for any number of choices."""


def is_key(written):
    """Whether this may be the number of a record; no database counts beyond eighteen digits."""
    return str(written).isdecimal() and len(str(written)) <= 18


def use_related_records(form):
    """Let the choices of a form know the records that were read along with it."""
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        if isinstance(widget, Lookup):
            widget.related = form.instance._state.fields_cache.get(name)
