from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jinhua_site.dates import requested_day
from jinhua_site.filters import choice
from jinhua_site.fragments import Shown
from jinhua_site.publishing.gone import published_or_gone
from jinhua_site.publishing.version import remembered
from jinhua_site.web.page_cache import reads

from .charts import Chart
from .context import current_figures
from .models import Fact, Faculty, Figure, Major

MAJORS_A_PAGE = 50
MAJORS_BY = ["faculty", "level", "q"]


@reads("as_of")
def facts(request):
    day = requested_day(request)
    context = {"title": _("Facts and figures"), "day": day, "shown": known_on(day)}
    return render(request, "profile/facts.html", context)


@remembered
def known_on(day):
    figures = Figure.objects.published().current(day) if day else current_figures().values()
    groups = {group: [] for group in Fact.Group}
    for figure in figures:
        groups[figure.fact.group].append(figure)
    return Shown(groups={group.label: members for group, members in groups.items() if members})


@reads("as_of")
def fact(request, key):
    day = requested_day(request)
    shown = history(key, day, get_language())
    return render(
        request,
        "profile/fact.html",
        {
            "title": shown["fact"].label,
            "section": _("Facts and figures"),
            "day": day,
            **shown,
            "shown": shown,
        },
    )


@remembered
def history(key, day, code):
    """The figures of a fact up to `day`, with their chart in the active language, `code`."""
    fact = get_object_or_404(Fact.objects.published(), key=key)
    figures = list(fact.figures.published().known(day))
    return Shown(fact=fact, figures=figures, chart=Chart(figures))


def faculties(request):
    shown = described_faculties()
    return render(request, "profile/faculties.html", {"title": _("Faculties"), "shown": shown})


@remembered
def described_faculties():
    return Shown(
        faculties=list(Faculty.objects.published().with_major_totals()),
        figure=current_figures().get("faculties"),
    )


def faculty(request, slug):
    shown = described_faculty(slug)
    context = {"title": shown["faculty"].name, **shown, "shown": shown}
    return render(request, "profile/faculty.html", context)


@remembered
def described_faculty(slug):
    faculty = published_or_gone(Faculty.objects.published(), slug=slug)
    return Shown(faculty=faculty, majors=list(faculty.majors.published()))


@reads("faculty", "level", "q", "page")
def majors(request):
    filters = [choice(request.GET, name) for name in MAJORS_BY]
    page = page_of_majors(request.GET.get("page"), *filters)
    context = {"title": _("Majors"), "page": page, "shown": described_majors()}
    return render(request, "profile/majors.html", context)


@remembered
def described_majors():
    return Shown(
        total=Major.objects.published().count(),
        faculties=list(Faculty.objects.published()),
        figure=current_figures().get("majors"),
    )


@remembered
def page_of_majors(number, *filters):
    chosen = Major.objects.published().chosen(*filters).select_related("faculty")
    page = Paginator(chosen, MAJORS_A_PAGE).get_page(number)
    page.shown = Shown(
        majors=list(page),
        filters=dict(zip(MAJORS_BY, filters, strict=True)),
        faculties=described_majors()["faculties"],
        levels=Major.Level.choices,
    )
    return page


def major(request, slug):
    shown = described_major(slug)
    context = {"title": shown["major"].name, **shown, "shown": shown}
    return render(request, "profile/major.html", context)


@remembered
def described_major(slug):
    majors = Major.objects.published().select_related("faculty")
    return Shown(major=published_or_gone(majors, slug=slug))
