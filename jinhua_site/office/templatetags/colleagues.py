"""The names of colleagues on pages."""

from django import template

from jinhua_site.accounts.colleagues import name_of

register = template.Library()


@register.filter
def colleague(user):
    """Return a colleague's name; empty if there is no user."""
    return name_of(user) if user else ""
