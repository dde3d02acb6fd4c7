from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from jinhua_site.dates import requested_day
from jinhua_site.filters import choice

from .charts import Chart
from .models import Fact, Faculty, Figure, Major

MAJORS_A_PAGE = 50


def facts(request):
    day = requested_day(request)
    figures = list(Figure.objects.published().current(day))
    groups = {
        label: [figure for figure in figures if figure.fact.group == group]
        for group, label in Fact.Group.choices
    }
    return render(
        request,
        "profile/facts.html",
        {
            "title": _("Facts and figures"),
            "day": day,
            "groups": {label: members for label, members in groups.items() if members},
        },
    )


def fact(request, key):
    day = requested_day(request)
    fact = get_object_or_404(Fact.objects.published(), key=key)
    figures = list(fact.figures.published().known(day))
    return render(
        request,
        "profile/fact.html",
        {
            "title": fact.label,
            "section": _("Facts and figures"),
            "day": day,
            "fact": fact,
            "figures": figures,
            "chart": Chart(figures),
        },
    )


def faculties(request):
    return render(
        request,
        "profile/faculties.html",
        {
            "title": _("Faculties"),
            "faculties": Faculty.objects.published().with_major_totals(),
            "figure": Figure.objects.published().current_of("faculties"),
        },
    )


def faculty(request, slug):
    faculty = get_object_or_404(Faculty.objects.published(), slug=slug)
    majors = faculty.majors.published()
    return render(
        request,
        "profile/faculty.html",
        {"title": faculty.name, "faculty": faculty, "majors": majors},
    )


def majors(request):
    majors = Major.objects.published()
    filters = {name: choice(request.GET, name) for name in ("faculty", "level", "q")}
    chosen = majors.chosen(**filters).select_related("faculty")
    page = Paginator(chosen, MAJORS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "profile/majors.html",
        {
            "title": _("Majors"),
            "filters": filters,
            "page": page,
            "total": majors.count(),
            "faculties": Faculty.objects.published(),
            "levels": Major.Level.choices,
            "figure": Figure.objects.published().current_of("majors"),
        },
    )


def major(request, slug):
    major = get_object_or_404(Major.objects.published().select_related("faculty"), slug=slug)
    return render(request, "profile/major.html", {"title": major.name, "major": major})
