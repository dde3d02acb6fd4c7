"""How the admin shows what differs between two texts."""

from django import template

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.office.text_diff import differences

register = template.Library()


@register.simple_tag
def compared(old, new):
    """Both values in one, with what went and what came marked; nothing where one is missing.

    `_value.html` shows the side that it is asked for, and leaves the other's marks out.
    """
    return "" if NOTHING in (old, new) else differences(old, new)
