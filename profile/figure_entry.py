"""Help while entering a figure: how it will read, doubts, and earlier figures."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from jinhua_site.core.languages import CODES, bcp47, in_each_language

from .models import Fact, Figure

LAST = 5
PreviewForm = modelform_factory(Figure, fields=["fact", "qualifier", "value"])


def readings(figure):
    """Return a figure's text by language tag; empty while fact or number is missing."""
    texts = {}
    if getattr(figure, "fact", None) and figure.value is not None:
        for code in CODES:
            with override(code):
                texts[bcp47(code)] = figure.text
    return texts


def doubt(figure):
    """Return a warning if the number is over twice or under half of the current one."""
    others = Figure.objects.published().filter(fact=figure.fact_id).exclude(pk=figure.pk)
    current = others.order_by("-as_of").first()
    if not current or figure.value is None:
        return ""
    if figure.value > 2 * current.value:
        words = _("{new} is more than twice the current number, {current} ({date}). Is it right?")
    elif 2 * figure.value < current.value:
        words = _("{new} is less than half of the current number, {current} ({date}). Is it right?")
    else:
        return ""
    date = current.as_of.readable()
    return words.format(new=figure.number, current=current.number, date=date)


def warn(request, figure):
    if words := doubt(figure):
        messages.warning(request, words)


def new_figure(fact):
    """Return the address of the form for a new figure of a fact."""
    return f"{reverse('admin:profile_figure_add')}?fact={fact.pk}"


def last_figures(fact):
    """Return the newest figures of a fact, drafts included; `fact` is its key as a form has it."""
    figures = Figure.objects.filter(fact=fact) if str(fact).isdecimal() else Figure.objects.none()
    return figures.select_related("fact", "source").order_by("-as_of")[:LAST]


def figure_preview(request):
    """Answer a form with the figure's readings, a warning, and earlier figures."""
    if not request.user.has_perm("profile.view_figure"):
        raise PermissionDenied
    figure = _entered(request.GET)
    last = {"last": last_figures(figure.fact_id)}
    return JsonResponse(
        {
            "reads": readings(figure),
            "doubt": doubt(figure),
            "last": render_to_string("admin/profile/figure/_last.html", last),
        }
    )


def _entered(fields):
    """Build a figure from the fields of a form, as far as they are filled in."""
    form = PreviewForm(fields)
    form.is_valid()
    figure = form.instance
    # What is below zero breaks a rule of the whole record.
    figure.value = None if form.non_field_errors() else form.cleaned_data.get("value")
    # In the form of a fact its unit may have just been edited.
    figure.fact = form.cleaned_data.get("fact") or Fact()
    for column in in_each_language("unit"):
        setattr(figure.fact, column, fields.get(column, getattr(figure.fact, column)))
    number = fields.get("figure", "")
    figure.pk = int(number) if number.isdecimal() else None
    return figure
