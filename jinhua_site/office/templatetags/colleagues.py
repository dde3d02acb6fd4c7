"""How pages call a colleague."""

from django import template

from jinhua_site.accounts.colleagues import name_of

register = template.Library()


@register.filter
def colleague(user):
    """The name that a colleague goes by; nothing for nobody."""
    return name_of(user) if user else ""
