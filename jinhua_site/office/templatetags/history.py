"""Shows the differences between two texts in the admin."""

from django import template

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.office.text_diff import differences

register = template.Library()


@register.simple_tag
def compared(old, new):
    """Return both values in one text, changes marked; empty if one is missing.

    `_value.html` shows one side of it, and hides the marks of the other.
    """
    return "" if NOTHING in (old, new) else differences(old, new)
