from django import template
from django.utils.html import format_html
from django.utils.translation import gettext

from jinhua_site import numbers
from jinhua_site.typography import NO_BREAK
from partnerships import rose
from partnerships.models import mobility

register = template.Library()
register.filter(mobility.academic_year)
register.filter(mobility.shown)

# For a wide page, for half of one and for a phone: width and text size, in units of its own.
DRAWINGS = {"wide": (660, 13.5), "middle": (540, 13), "narrow": (360, 12.5)}


@register.inclusion_tag("partnerships/_rose.html", name="rose")
def partner_rose(college, countries, *drawings):
    """The countries by direction and distance from the college; in which of `DRAWINGS`."""
    places = list(rose.places(college, countries))
    return {"drawings": {name: rose.Rose(places, *DRAWINGS[name]) for name in drawings}}


@register.inclusion_tag("partnerships/_distances.html")
def distances(college, countries):
    """The same as a table, nearest first."""
    places = rose.places(college, countries)
    return {"places": sorted(places, key=lambda place: place.distance)}


@register.simple_tag
def linked_partner(partner):
    return format_html('<a href="{}">{}</a>', partner.get_absolute_url(), partner.name)


@register.filter
def kilometres(distance):
    """A distance to the nearest ten kilometres, which is as exact as a country's position."""
    text = gettext("{number} km").format(number=numbers.digits(round(distance / 10) * 10))
    return text.replace(" ", NO_BREAK)


@register.filter
def winds(bearing):
    """The wind nearest to a bearing in degrees: 315 is north-west."""
    names = [
        gettext("N"), gettext("NE"), gettext("E"), gettext("SE"),
        gettext("S"), gettext("SW"), gettext("W"), gettext("NW"),
    ]  # fmt: skip
    return names[round(bearing / 45) % 8]


@register.filter
def direction(value):
    return mobility.Mobility.Direction(value).label


@register.filter
def who(value):
    return mobility.Mobility.Who(value).label
