from itertools import chain, repeat

from django import template
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from jinhua_site.core import numbers
from jinhua_site.core.typography import NO_BREAK
from partnerships import rose, terms
from partnerships.models import mobility

register = template.Library()
register.filter(mobility.academic_year)
register.filter(mobility.shown)
register.filter("term_in_words", terms.in_words)

# For a wide page, half a page and a phone: width and text size, in the drawing's units.
DRAWINGS = {"wide": (660, 13.5), "middle": (540, 13), "narrow": (360, 12.5)}

SELECTED = mark_safe(" selected")

# Dozens of places: a template would take most of the page's rendering time for them.
PLACE = """<a href="{address}" aria-label="{words}">
          <line x1="{elbow_x}" y1="{label_y}" x2="{x}" y2="{y}"/>
          <circle class="{fill}" cx="{x}" cy="{y}" r="{radius}"/>
          <text x="{label_x}" y="{label_y}" text-anchor="{anchor}">{lines}</text>
        </a>"""
DRAWN = ("x", "y", "radius", "elbow_x", "label_x", "label_y", "anchor")
LABEL_LINE = '<tspan x="{}" dy="{}">{}</tspan>'


@register.inclusion_tag("partnerships/_rose.html", name="rose")
def partner_rose(college, countries, *drawings):
    """Draw the countries by direction and distance, in each of the named `DRAWINGS`."""
    places = list(rose.places(college, countries))
    labels = {place.country.code: _shared(place) for place in places}
    roses = {name: rose.Rose(places, *DRAWINGS[name]) for name in drawings}
    return {
        "drawings": {
            name: (drawn, [_drawn(place, labels[place.country.code]) for place in drawn.places])
            for name, drawn in roses.items()
        }
    }


def _shared(place):
    """Return what all drawings of a place share: its link, its words, the fill of its dot."""
    country, partners = place.country, reverse("partnerships:partners")
    address, fill = f"{partners}?country={country.code}", "full"
    if not country.partner_total:
        address, fill = f"{reverse('partnerships:home')}#country-{country.code}", "hollow"
    return {"address": address, "words": in_words(place), "fill": fill}


def in_words(place):
    """Describe a place of the rose for screen readers."""
    total = place.country.partner_total
    pattern = ngettext(
        "%(name)s: %(distance)s, bearing %(bearing)s°, %(total)s partner described here",
        "%(name)s: %(distance)s, bearing %(bearing)s°, %(total)s partners described here",
        total,
    )
    return pattern % {
        "name": place.country.name,
        "distance": kilometres(place.distance),
        "bearing": floatformat(place.bearing, 0),
        "total": total,
    }


def _drawn(place, labels):
    below = (f"{rose.LINE}em" for _line in place.lines)
    lines = zip(repeat(place.label_x), chain([place.raised], below), place.lines, strict=False)
    values = {name: getattr(place, name) for name in DRAWN}
    return format_html(PLACE, lines=format_html_join(" ", LABEL_LINE, lines), **values, **labels)


@register.inclusion_tag("partnerships/_distances.html")
def distances(college, countries):
    """Show the same countries as a table, nearest first."""
    places = rose.places(college, countries)
    return {"places": sorted(places, key=lambda place: place.distance)}


@register.simple_tag
def options(choices, chosen):
    """Return a filter's options, each with its number of partners."""
    pattern = gettext("%(name)s (%(detail)s)")
    return format_html_join(
        "\n    ",
        '<option value="{}"{}>{}</option>',
        (
            (
                choice["value"],
                SELECTED if choice["value"] == chosen else "",
                pattern % {"name": capfirst(choice["label"]), "detail": choice["total"]},
            )
            for choice in choices
        ),
    )


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


@register.filter
def direction(value):
    return mobility.Mobility.Direction(value).label


@register.filter
def who(value):
    return mobility.Mobility.Who(value).label
