"""The open data of the college itself: facts, faculties, majors."""

from django.db.models import BooleanField, Exists, IntegerField, OuterRef
from django.utils.translation import gettext_lazy as _

from jinhua_site.opendata.columns import CODE, Addresses, Field, sourced
from jinhua_site.opendata.datasets import Dataset

from .models import Faculty, Figure, Major


def figures():
    newer = Figure.objects.published().filter(fact=OuterRef("fact"), as_of__gt=OuterRef("as_of"))
    return Figure.objects.published().annotate(current=~Exists(newer))


FACTS = Dataset(
    name="facts",
    title=_("Facts and figures"),
    summary=_(
        "What the college counts, from its area to its students. Each published figure is a row, "
        "with its date and its source, so that a fact shows its history."
    ),
    rows=figures,
    order=("fact__key", "as_of"),
    period="as_of",
    at_college=True,
    fields=(
        Field("fact", _("Key of the fact; it never changes"), "fact.key"),
        Addresses(
            _("Web address of the fact, with the figures dated up to this one"),
            lambda figure: f"{figure.fact.get_absolute_url()}?as_of={figure.as_of}",
        ),
        Field("label", _("What is counted"), "fact.label"),
        Field("group", _("Group of facts"), "fact.group"),
        Field("value", _("The number, in full")),
        Field("qualifier", _("How the number is meant")),
        Field("unit", _("Unit of the number"), "fact.unit"),
        Field("as_of", _("When the number was true")),
        Field(
            "as_of_inferred",
            _("Whether that date follows from the content of the source, which gives none"),
        ),
        Field("current", _("Whether it is the newest figure of the fact"), like=BooleanField()),
        Field("note", _("What to know when comparing it with other years")),
        Field("definition", _("What is counted and what is not"), "fact.definition"),
        Field("owner", _("Office that confirms the number"), "fact.owner"),
        *sourced("source", "source"),
        Field("source_standing", _("How near the source is to those who know"), "source.standing"),
    ),
)

FACULTIES = Dataset(
    name="faculties",
    title=_("Faculties"),
    summary=_(
        "The faculties that are described on this site, each with the number of its majors. The "
        "college may have more than are described yet."
    ),
    rows=lambda: Faculty.objects.published().with_major_totals(),
    also=(Major,),
    at_college=True,
    fields=(
        Field("faculty", _("Short name of the faculty; it never changes"), "slug"),
        Addresses(_("Web address of its page")),
        Field("name", _("Name of the faculty")),
        Field("summary", _("What the faculty teaches and is known for")),
        Field("website", _("Its own website")),
        Field(
            "majors",
            _("Number of its majors in the file of majors"),
            "major_total",
            like=IntegerField(),
        ),
    ),
)

MAJORS = Dataset(
    name="majors",
    title=_("Majors"),
    summary=_(
        "The majors that are described on this site, with their degree, length and language of "
        "teaching. The college may have more than are described yet."
    ),
    rows=Major.objects.published,
    at_college=True,
    fields=(
        Field("major", _("Short name of the major; it never changes"), "slug"),
        Addresses(_("Web address of its page")),
        Field("name", _("Name of the major")),
        Field("national_code", _("Code in the ministry’s list of majors"), "code", like=CODE),
        Field("level", _("Degree it leads to")),
        Field("years", _("Full-time years it takes")),
        Field("taught_in", _("Language of teaching")),
        Field("faculty", _("Short name of the faculty that teaches it"), "faculty.slug"),
        Field("faculty", _("Name of the faculty that teaches it"), "faculty.name"),
        Field("summary", _("What students learn and what they become")),
    ),
)
