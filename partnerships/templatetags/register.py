from django import template
from django.utils.translation import gettext

from jinhua_site import numbers
from partnerships import rose
from partnerships.models import mobility

register = template.Library()
register.filter(mobility.academic_year)
register.filter(mobility.shown)

# The drawing for a wide page and for a phone: width and text size, in its own units.
DRAWINGS = {"wide": (880, 15), "narrow": (360, 11.5)}


@register.inclusion_tag("partnerships/_rose.html")
def partner_rose(college, countries):
    """The countries by direction and distance from the college, drawn and as a table."""
    places = list(rose.places(college, countries))
    return {
        "drawings": {name: rose.Rose(places, *size) for name, size in DRAWINGS.items()},
        "places": sorted(places, key=lambda place: place.distance),
    }


@register.filter
def kilometres(distance):
    """A distance to the nearest ten kilometres, which is as exact as a country's position."""
    return gettext("{number} km").format(number=numbers.digits(round(distance / 10) * 10))


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
