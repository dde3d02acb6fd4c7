"""The open data of the college itself: facts, faculties, majors."""

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext_lazy as _

from jinhua_site.opendata.columns import (
    ADDRESS,
    NUMBER,
    PARTIAL_DATE,
    WHOLE_NUMBER,
    YES_OR_NO,
    Column,
    addresses,
    code,
    coded,
    in_both,
    key,
    sourced,
)
from jinhua_site.opendata.datasets import Dataset

from .models import Fact, Faculty, Figure, Major, Source


def figures():
    newer = Figure.objects.published().filter(fact=OuterRef("fact"), as_of__gt=OuterRef("as_of"))
    return (
        Figure.objects.published()
        .annotate(current=~Exists(newer))
        .select_related("fact", "source")
        .order_by("fact__key", "as_of")
    )


def faculties():
    return Faculty.objects.published().with_major_totals().order_by("slug")


def majors():
    shown = Prefetch("faculty", Faculty.objects.published())
    return Major.objects.published().prefetch_related(shown).order_by("slug")


FACTS = Dataset(
    name="facts",
    title=_("Facts and figures"),
    summary=_(
        "What the college counts, from its area to its students. Each published figure is a row, "
        "with its date and its source, so that a fact shows its history."
    ),
    rows=figures,
    draws_on=(Figure, Fact, Source),
    period="as_of",
    at_college=True,
    columns=(
        key("fact", _("Key of the fact; it never changes"), "fact.key"),
        *addresses(
            _("Web address of the fact, with the figures dated up to this one"),
            lambda figure: f"{figure.fact.get_absolute_url()}?as_of={figure.as_of}",
        ),
        *in_both("label", _("What is counted"), "fact.label", always=True),
        *coded("group", Fact.Group, _("Group of facts"), "fact.group", always=True),
        Column("value", _("The number, in full"), NUMBER, always=True),
        *coded("qualifier", Figure.Qualifier, _("How the number is meant"), always=True),
        *in_both("unit", _("Unit of the number"), "fact.unit"),
        Column("as_of", _("When the number was true"), PARTIAL_DATE, always=True),
        Column(
            "as_of_inferred",
            _("Whether that date follows from the content of the source, which gives none"),
            YES_OR_NO,
            always=True,
        ),
        Column("current", _("Whether it is the newest figure of the fact"), YES_OR_NO, always=True),
        *in_both("note", _("What to know when comparing it with other years")),
        *in_both("definition", _("What is counted and what is not"), "fact.definition"),
        *in_both("owner", _("Office that confirms the number"), "fact.owner"),
        *sourced("source", "source", always=True),
        *coded(
            "source_standing",
            Source.Standing,
            _("How near the source is to those who know"),
            "source.standing",
            always=True,
        ),
    ),
)

FACULTIES = Dataset(
    name="faculties",
    title=_("Faculties"),
    summary=_(
        "The faculties that are described on this site, each with the number of its majors. The "
        "college may have more than are described yet."
    ),
    rows=faculties,
    draws_on=(Faculty, Major),
    at_college=True,
    columns=(
        key("faculty", _("Short name of the faculty; it never changes")),
        *addresses(_("Web address of its page")),
        *in_both("name", _("Name of the faculty"), always=True),
        *in_both("summary", _("What the faculty teaches and is known for")),
        Column("website", _("Its own website"), ADDRESS),
        Column(
            "majors",
            _("Number of its majors in the file of majors"),
            WHOLE_NUMBER,
            "major_total",
            always=True,
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
    rows=majors,
    draws_on=(Major, Faculty),
    at_college=True,
    columns=(
        key("major", _("Short name of the major; it never changes")),
        *addresses(_("Web address of its page")),
        *in_both("name", _("Name of the major"), always=True),
        code("national_code", _("Code in the ministry’s list of majors"), "code"),
        *coded("level", Major.Level, _("Degree it leads to"), always=True),
        Column("years", _("Full-time years it takes"), WHOLE_NUMBER),
        *coded("taught_in", Major.Teaching, _("Language of teaching")),
        code("faculty", _("Short name of the faculty that teaches it"), "faculty.slug"),
        *in_both("faculty", _("Name of the faculty that teaches it"), "faculty.name"),
        *in_both("summary", _("What students learn and what they become")),
    ),
)
