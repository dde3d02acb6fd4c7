"""The partner rose: countries by true bearing and distance from the college.

Distances are great circles on a sphere of the earth's mean radius, in
kilometres; bearings are in degrees clockwise from north. The labels stand in a
column on each side, each with a line to its dot, so that they cannot overlap.
"""

from dataclasses import dataclass, field
from math import asin, atan2, cos, degrees, radians, sin, sqrt

from jinhua_site.core.typography import text_width

EARTH_RADIUS = 6371.0088  # km, the mean radius of the IUGG
RINGS = (2_000, 5_000, 10_000, 15_000)  # km
RING_LABELS_AT = radians(72)  # over the Pacific, where no country lies
RING_LABEL_WIDTH = 4  # as a multiple of the text's size
LINE = 1.4  # height of a line of text, as a multiple of its size
WIDEST_COLUMN = 0.26  # of a label column, as a share of the drawing


def distance(from_latitude, from_longitude, latitude, longitude):
    """Return the kilometres along the great circle between two positions in degrees."""
    phi, phi2 = radians(from_latitude), radians(latitude)
    half_lambda = radians(longitude - from_longitude) / 2
    a = sin((phi2 - phi) / 2) ** 2 + cos(phi) * cos(phi2) * sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS * asin(min(1, sqrt(a)))


def bearing(from_latitude, from_longitude, latitude, longitude):
    """Return the initial bearing of the great circle, from 0 up to 360 degrees."""
    phi, phi2 = radians(from_latitude), radians(latitude)
    delta = radians(longitude - from_longitude)
    east = sin(delta) * cos(phi2)
    north = cos(phi) * sin(phi2) - sin(phi) * cos(phi2) * cos(delta)
    return degrees(atan2(east, north)) % 360


def places(college, countries):
    """Yield the countries with their bearing and distance from the college."""
    start = (float(college.latitude), float(college.longitude))
    for country in countries:
        end = (float(country.latitude), float(country.longitude))
        yield Place(country, distance(*start, *end), bearing(*start, *end))


@dataclass
class Place:
    """A country in the rose: the positions of its dot and label, in units of the drawing."""

    country: object
    distance: float
    bearing: float
    x: float = 0
    y: float = 0
    label_x: float = 0
    label_y: float = 0  # the middle of the label
    lines: list = field(default_factory=list)
    anchor: str = "start"
    radius: float = 0  # of the dot

    @property
    def easting(self):
        return sin(radians(self.bearing))

    @property
    def northing(self):
        return cos(radians(self.bearing))

    @property
    def elbow_x(self):
        """Return the x of the line's end beside the label."""
        return round(self.label_x + (-5 if self.anchor == "start" else 5), 1)

    below = f"{LINE}em"  # the offset of each further line of the label

    @property
    def raised(self):
        """Return the offset of the label's first line from its middle, in em."""
        return f"{0.35 - (len(self.lines) - 1) * LINE / 2:.2f}em"


class Rose:
    """A drawing of `places`, `width` units wide, with text of `size` units."""

    def __init__(self, places, width, size):
        self.places = list(places)
        self.width, self.size, self.line = width, size, size * LINE
        for place in self.places:
            place.lines = wrapped(place.country.name, WIDEST_COLUMN * width / size)
        widths = [text_width(line) for place in self.places for line in place.lines]
        column = max(widths, default=0) * size
        self.radius = width / 2 - column - size * 1.5
        self.farthest = max([RINGS[-1], *(place.distance for place in self.places)])
        left, right = self._sides()
        rows = max(sum(len(place.lines) for place in side) for side in (left, right))
        self.height = round(max(2 * self.radius + 3 * size, rows * self.line + 2 * size), 1)
        self.x, self.y = width / 2, round(self.height / 2, 1)
        for place in self.places:
            reach = self._reach(place.distance)
            place.x = round(self.x + reach * place.easting, 1)
            place.y = round(self.y - reach * place.northing, 1)
            place.radius = round((0.23 + 0.13 * sqrt(place.country.partner_total)) * size, 1)
        self._label(left, "end", self.x - self.radius - size)
        self._label(right, "start", self.x + self.radius + size)

    @property
    def rings(self):
        """Yield each ring, outermost first, with its radius and its label if there is room."""
        nearest = self.width
        for km in reversed(RINGS):
            radius = self._reach(km)
            x = self.x + radius * sin(RING_LABELS_AT)
            labelled = nearest - x > RING_LABEL_WIDTH * self.size
            nearest = x if labelled else nearest
            yield {
                "km": km,
                "radius": round(radius, 1),
                "labelled": labelled,
                "x": round(x, 1),
                "y": round(self.y - radius * cos(RING_LABELS_AT), 1),
            }

    @property
    def north_y(self):
        return round(self.y - self._reach(RINGS[-1]) - self.size * 0.4, 1)

    def _reach(self, km):
        return km / self.farthest * self.radius

    def _sides(self):
        """Return the places labelled on the left and on the right, from top to bottom.

        If one side has many more than the other, those nearest to the
        north-south line move over.
        """
        eastwards = sorted(self.places, key=lambda place: place.easting)
        least = len(eastwards) * 2 // 5
        west = sum(place.easting < 0 for place in eastwards)
        west = min(max(west, least), len(eastwards) - least)
        sides = eastwards[:west], eastwards[west:]
        return [sorted(side, key=lambda place: -place.northing) for side in sides]

    def _label(self, side, anchor, x):
        """Place each label near its line's exit from the circle, without overlaps."""
        top = self.size
        for place in side:
            half = len(place.lines) * self.line / 2
            place.anchor, place.label_x = anchor, round(x, 1)
            place.label_y = max(self.y - self.radius * place.northing, top + half)
            top = place.label_y + half
        bottom = self.height - self.size
        for place in reversed(side):
            half = len(place.lines) * self.line / 2
            place.label_y = round(min(place.label_y, bottom - half), 1)
            bottom = place.label_y - half


def wrapped(text, width):
    """Wrap `text` into as few lines as possible, each about `width` units wide at most."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
