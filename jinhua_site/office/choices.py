"""Choices that are looked up by typing."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class Lookup(AutocompleteSelect):
    """Django's own, but a row's choice is not asked for again, and nonsense is no choice."""

    at_hand = None

    def optgroups(self, name, value, attr=None):
        value = [written for written in value if is_key(written)]
        if self.at_hand and value == [str(self.at_hand.pk)]:
            empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
            chosen = self.create_option(name, self.at_hand.pk, str(self.at_hand), True, len(empty))
            return [(None, [*empty, chosen], 0)]
        return super().optgroups(name, value, attr)


class Lookups(AutocompleteSelectMultiple):
    """The same for any number of choices."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [written for written in value if is_key(written)], attr)


def is_key(written):
    """Whether this may be the number of a record; no database counts beyond eighteen digits."""
    return str(written).isdecimal() and len(str(written)) <= 18


def give_what_is_at_hand(form):
    """Let the choices of a form know the records that were read along with it."""
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        if isinstance(widget, Lookup):
            widget.at_hand = form.instance._state.fields_cache.get(name)
