from django import template
from django.utils.html import format_html
from django.utils.translation import gettext

from jinhua_site.core import numbers
from jinhua_site.core.typography import NO_BREAK
from partnerships import rose
from partnerships.models import Agreement, Mobility, mobility

register = template.Library()
register.filter(mobility.academic_year)
register.filter(mobility.shown)
register.filter("direction", lambda value: Mobility.Direction(value).label)
register.filter("who", lambda value: Mobility.Who(value).label)
register.filter("state", lambda value: Agreement.State(value).label)
register.filter("term", lambda value: Agreement.Term(value).label)

# For a wide page, half a page and a phone: width and text size, in the drawing's units.
DRAWINGS = {"wide": (660, 13.5), "middle": (540, 13), "narrow": (360, 12.5)}


@register.inclusion_tag("partnerships/_rose.html", name="rose")
def partner_rose(college, countries, *drawings):
    """Draw the countries by direction and distance, in each of the named `DRAWINGS`."""
    roses = {name: rose.Rose(rose.places(college, countries), *DRAWINGS[name]) for name in drawings}
    return {"roses": roses}


@register.inclusion_tag("partnerships/_distances.html")
def distances(college, countries):
    """Show the same countries as a table, nearest first."""
    places = rose.places(college, countries)
    return {"places": sorted(places, key=lambda place: place.distance)}


@register.simple_tag
def linked_partner(partner):
    return format_html('<a href="{}">{}</a>', partner.get_absolute_url(), partner.name)


@register.filter
def kilometres(distance):
    """Round a distance to ten kilometres: a country's position is no more exact."""
    text = gettext("{number} km").format(number=numbers.digits(round(distance / 10) * 10))
    return text.replace(" ", NO_BREAK)


@register.filter
def winds(bearing):
    """Return the compass point nearest to a bearing in degrees: 315 is north-west."""
    names = [
        gettext("N"), gettext("NE"), gettext("E"), gettext("SE"),
        gettext("S"), gettext("SW"), gettext("W"), gettext("NW"),
    ]  # fmt: skip
    return names[round(bearing / 45) % 8]
