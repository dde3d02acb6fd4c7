from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from jinhua_site.content.models import get_published_or_410
from jinhua_site.core.dates import requested_day
from jinhua_site.core.filters import choice
from jinhua_site.web.page_cache import reads

from .charts import Chart
from .models import Fact, Faculty, Figure, Major

MAJORS_A_PAGE = 50
MAJORS_BY = ["faculty", "level", "q"]


@reads("as_of")
def facts(request):
    day = requested_day(request)
    groups = {group: [] for group in Fact.Group}
    for figure in Figure.objects.published().current(day):
        groups[figure.fact.group].append(figure)
    context = {
        "title": _("Facts and figures"),
        "day": day,
        "groups": {group.label: members for group, members in groups.items() if members},
    }
    return render(request, "profile/facts.html", context)


@reads("as_of")
def fact(request, key):
    day = requested_day(request)
    fact = get_object_or_404(Fact.objects.published(), key=key)
    figures = list(fact.figures.published().known(day))
    context = {
        "title": fact.label,
        "section": _("Facts and figures"),
        "day": day,
        "fact": fact,
        "figures": figures,
        "chart": Chart(figures) if len(figures) > 1 else None,
    }
    return render(request, "profile/fact.html", context)


def faculties(request):
    context = {
        "title": _("Faculties"),
        "faculties": Faculty.objects.published().with_major_totals(),
        "figure": Figure.objects.published().current_of("faculties"),
    }
    return render(request, "profile/faculties.html", context)


def faculty(request, slug):
    faculty = get_published_or_410(Faculty.objects.published(), slug=slug)
    context = {"title": faculty.name, "faculty": faculty, "majors": faculty.majors.published()}
    return render(request, "profile/faculty.html", context)


@reads(*MAJORS_BY, "page")
def majors(request):
    published = Major.objects.published()
    filters = {name: choice(request.GET, name) for name in MAJORS_BY}
    chosen = published.chosen(*filters.values()).select_related("faculty")
    page = Paginator(chosen, MAJORS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Majors"),
        "figure": Figure.objects.published().current_of("majors"),
        "total": published.count(),
        "filters": filters,
        "faculties": Faculty.objects.published(),
        "levels": Major.Level.choices,
        "page": page,
        "majors": page.object_list,
    }
    return render(request, "profile/majors.html", context)


def major(request, slug):
    majors = Major.objects.published().select_related("faculty")
    major = get_published_or_410(majors, slug=slug)
    return render(request, "profile/major.html", {"title": major.name, "major": major})
