from django import template
from django.utils.html import format_html, mark_safe

from jinhua_site import numbers

register = template.Library()


@register.simple_tag
def figure_markup(figure):
    """A figure as `Figure.text` words it, its qualifier, number and unit each in an element."""
    before, _value, after = figure.pattern.partition("{value}")
    amount = format_html(
        '{}<data class="number" value="{}">{}</data>{}',
        _words(before),
        numbers.plain(figure.value),
        figure.number,
        _words(after),
    )
    if not figure.fact.unit:
        return amount
    unit = format_html('<span class="unit">{}</span>', figure.fact.unit)
    return format_html(figure.unit_pattern, value=amount, unit=unit)


def _words(text):
    return format_html('<span class="qualifier">{}</span>', text) if text else mark_safe("")
