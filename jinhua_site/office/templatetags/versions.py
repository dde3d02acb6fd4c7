"""How the admin tells of versions: what differs in them, and why they were written."""

from django import template

from jinhua_site.content.field_labels import NOTHING
from jinhua_site.office.history.reasons import reason_in_words
from jinhua_site.office.text_diff import differences

register = template.Library()


@register.simple_tag
def compared(old, new):
    """Both values in one, with what went and what came marked; nothing where one is missing.

    `_value.html` shows the side that it is asked for, and leaves the other's marks out.
    """
    return "" if NOTHING in (old, new) else differences(old, new)


@register.simple_tag(takes_context=True)
def why(context, reason, entry=None):
    model = entry.about if entry else context["opts"].model
    return reason_in_words(model, reason, context["request"].user)
