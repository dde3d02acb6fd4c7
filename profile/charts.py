"""The chart of a fact over time: where its points lie. A template draws it."""

from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 90, 90, 40, 40
FEWEST_POINTS = 2


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    figure: object


class Chart:
    """Figures as dots, by date from left to right and by number from zero upwards.

    `figures` come newest first. The lines between the dots are drawn broken:
    nothing is known of the time between two figures.
    """

    width, height = WIDTH, HEIGHT
    base = HEIGHT - BOTTOM
    left, right = LEFT / 2, WIDTH - RIGHT / 2
    label_y = HEIGHT - BOTTOM / 3

    def __init__(self, figures):
        figures = figures[::-1]
        self.points = [
            Point(x, y, figure)
            for x, y, figure in zip(_across(figures), _upwards(figures), figures, strict=True)
        ]

    @property
    def tells(self):
        """Whether there is anything to compare."""
        return len(self.points) >= FEWEST_POINTS

    @property
    def line(self):
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def _across(figures):
    days = [figure.as_of.first_day.toordinal() for figure in figures]
    if not days:
        return []
    span = max(days) - min(days) or 1
    return [round(LEFT + (day - min(days)) / span * (WIDTH - LEFT - RIGHT), 1) for day in days]


def _upwards(figures):
    highest = max((figure.value for figure in figures), default=0) or 1
    height = HEIGHT - TOP - BOTTOM
    return [
        round(HEIGHT - BOTTOM - float(figure.value / highest) * height, 1) for figure in figures
    ]
