"""The columns of the college's spreadsheets."""

from jinhua_site.core.languages import in_each_language
from jinhua_site.office.spreadsheets.imports import Sheet

from .models import Figure, Major


class MajorSheet(Sheet):
    name = "majors"

    class Meta:
        model = Major
        fields = [
            "slug",
            *in_each_language("name"),
            *("faculty", "code", "level", "years", "taught_in"),
            *in_each_language("summary"),
            "status",
        ]


class FigureSheet(Sheet):
    name = "figures"

    class Meta:
        model = Figure
        fields = [
            *("fact", "as_of", "as_of_inferred", "qualifier", "value", "source"),
            *in_each_language("note"),
            "status",
        ]
