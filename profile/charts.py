"""The chart of a fact over time: its layout. A template draws it."""

from dataclasses import dataclass

from jinhua_site.core.typography import text_width

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 90, 90, 56, 40
TEXT = 16  # size of a label
ABOVE, BELOW = -14, 28  # from a dot to its label's baseline


@dataclass
class Point:
    """A dot, with the offset of its label, or None if there is no room for a label."""

    x: float
    y: float
    figure: object
    label_dy: int | None = None
    has_date: bool = False


class Chart:
    """Figures as dots, by date from left to right and by number from zero upwards.

    `figures` come newest first. The lines between the dots are dashed:
    nothing is known of the time between two figures.
    """

    width, height = WIDTH, HEIGHT
    base = HEIGHT - BOTTOM
    left, right = LEFT / 2, WIDTH - RIGHT / 2
    label_y = HEIGHT - BOTTOM / 3

    def __init__(self, figures):
        days = [figure.as_of.first_day.toordinal() for figure in figures]
        span = max(days) - min(days) or 1
        highest = max(figure.value for figure in figures) or 1
        self.points = []
        for figure, day in zip(figures[::-1], days[::-1], strict=True):
            x = LEFT + (day - min(days)) / span * (WIDTH - LEFT - RIGHT)
            y = self.base - float(figure.value / highest) * (self.base - TOP)
            self.points.append(Point(round(x, 1), round(y, 1), figure))
        self._label()

    def _label(self):
        """Place numbers and dates as far as there is room; the table has all of them."""
        boxes = []
        for point in self.points:
            for dy in (ABOVE, BELOW):
                box = _box(point.x, point.y + dy, point.figure.amount)
                if point.y + dy < self.base and not _any_overlap(box, boxes):
                    point.label_dy = dy
                    boxes.append(box)
                    break
            date = _box(point.x, self.label_y, point.figure.as_of.readable())
            if not _any_overlap(date, boxes):
                point.has_date = True
                boxes.append(date)


def _box(x, foot, text):
    """Return left, right, top and foot of a line of text centred at `x`."""
    half = text_width(text) * TEXT / 2 + TEXT / 4
    return x - half, x + half, foot - TEXT, foot


def _any_overlap(box, others):
    left, right, top, foot = box
    return any(
        left < its_right and its_left < right and top < its_foot and its_top < foot
        for its_left, its_right, its_top, its_foot in others
    )
