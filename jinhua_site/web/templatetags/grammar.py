"""How templates join titles and sentences in either language."""

from django import template

from jinhua_site.core.grammar import paragraph, set_apart

register = template.Library()
register.filter("in_a_row", set_apart)
register.filter("sentences", paragraph)
