from django import template
from django.utils.html import format_html, mark_safe
from django.utils.translation import gettext

from jinhua_site.core import numbers
from jinhua_site.web.templatetags.site import as_time

register = template.Library()


@register.simple_tag
def figure_markup(figure):
    """Return `Figure.text` as HTML, with qualifier, number and unit in elements."""
    before, _value, after = figure.pattern.partition("{value}")
    amount = format_html(
        '{}<data class="number" value="{}">{}</data>{}',
        _words(before),
        numbers.plain(figure.value),
        figure.number,
        _words(after),
    )
    unit = format_html('<span class="unit">{}</span>', figure.fact.unit)
    return format_html(figure.unit_pattern, value=amount, unit=unit)


@register.simple_tag
def dated(figure):
    """Return the date of a figure; mark an inferred date."""
    pattern = gettext("{date} (date inferred)") if figure.as_of_inferred else "{date}"
    return format_html(pattern, date=as_time(figure.as_of))


@register.simple_tag
def linked(source):
    """Return a source's title, linked if the source has an address."""
    if not source.address:
        return source.title
    return format_html('<a href="{}" rel="external">{}</a>', source.address, source.title)


def _words(text):
    return format_html('<span class="qualifier">{}</span>', text) if text else mark_safe("")
