"""The college's profile as ready-made text, from what is published today.

Two forms consist of sentences that staff write, in which keys of facts stand for figures;
the third is a list of lines for directories. All are in the active language.
"""

import re
from collections import defaultdict

from django.conf import settings
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core import grammar
from jinhua_site.core.dates import PartialDate
from jinhua_site.core.languages import bcp47, other_language
from jinhua_site.web.templatetags.site import in_other_language
from partnerships.models import AreaOfInterest, Commitment, CooperationArea, Country
from profile.context import current_figures, get_college
from profile.models import ProfileSentence

TITLES = {form.value: capfirst(form.label) for form in ProfileSentence.Form}
TITLES["directory"] = _("For directories")


def profile_text(request):
    other_name = in_other_language(get_college(), "name")
    forms = [
        {
            "key": key,
            "title": TITLES[key],
            "length": grammar.length(text),
            "html": as_html(text, other_name),
        }
        for key, text in texts().items()
    ]
    return render(request, "profile_text/page.html", {"title": _("Profile text"), "texts": forms})


def as_html(text, other_name):
    """Paragraphs, with the college's name in the other language marked as such."""
    marked = format_html('<span lang="{}">{}</span>', bcp47(other_language()), other_name)
    html = linebreaks(text, autoescape=True).replace(escape(other_name), marked)
    return mark_safe(html)  # noqa: S308


def texts():
    """Return the profile in each of its forms, by the form's key."""
    college, figures, names = get_college(), current_figures(), published_names()
    words = words_of(college, figures, names)
    bodies = {form.value: written(form, words, figures) for form in ProfileSentence.Form}
    return bodies | {"directory": directory(college, figures, names)}


def published_names():
    return {
        "countries": [country.name for country in Country.objects.published()],
        "areas": [area.name for area in CooperationArea.objects.published()],
        "aims": [aim.text for aim in Commitment.objects.published()],
        "interests": [area.title for area in AreaOfInterest.objects.published()],
    }


def words_of(college, figures, names):
    """Return what each key in braces stands for in a sentence."""
    aims = [aim.rstrip(".。") for aim in names["aims"]]
    return {key: in_words(figure) for key, figure in figures.items()} | {
        "college": college.name,
        "successor": college.successor,
        "successor-since": readable(college.successor_since),
        "founded": readable(college.founding_year),
        "belt-and-road": college.belt_and_road,
        "wfcp": college.wfcp,
        "countries": grammar.listed([grammar.with_article(name) for name in names["countries"]]),
        "areas": grammar.listed([grammar.in_sentence(name) for name in names["areas"]]),
        "aims": grammar.joined_clauses(
            [gettext("to {aim}").format(aim=grammar.in_sentence(aim)) for aim in aims]
        ),
        "interests": grammar.set_apart(names["interests"]),
    }


def written(form, words, figures):
    """A form that staff write, followed by the dates of its figures."""
    paragraphs, used = [[]], {}
    for sentence in ProfileSentence.objects.published().filter(form=form):
        if text := sentence.filled(words):
            if sentence.begins_paragraph:
                paragraphs.append([])
            paragraphs[-1].append(text)
            used |= {key: figures[key] for key in sentence.keys if key in figures}
    return in_parts("\n\n".join([*map(grammar.paragraph, paragraphs), closing(used)]))


def directory(college, figures, names):
    """Labelled lines: the college, its figures with their dates, its partners."""
    context = {
        "college": college,
        "other_name": in_other_language(college, "name"),
        "founded": readable(college.founding_year),
        "figures": figures.values(),
        "names": {name: grammar.set_apart(listed) for name, listed in names.items()},
        "closing": closing(figures),
    }
    return in_parts(render_to_string("profile_text/directory.txt", context))


def closing(figures):
    """The dates and sources of the figures, and where to find newer ones."""
    address = settings.SITE_URL + reverse("profile:facts")
    facts = grammar.labelled(gettext("Facts and figures"), address)
    return f"{provenance(figures)}\n{facts}"


def provenance(figures):
    """The date and the source of the figures, for each of them if they differ."""
    facts = defaultdict(list)
    for figure in figures.values():
        facts[figure.dated, figure.source.title].append(grammar.in_sentence(figure.fact.label))
    if not facts:
        return ""
    *others, (date, source) = sorted(facts, key=lambda dated: len(facts[dated]))
    all_of_them = gettext("Figures as of {date}; source: {source}.")
    the_rest = gettext("All other figures as of {date}; source: {source}.")
    some = gettext("{facts} as of {date}; source: {source}.")
    sentences = [
        some.format(facts=capfirst(grammar.listed(facts[dated])), date=dated[0], source=dated[1])
        for dated in others
    ]
    last = the_rest if others else all_of_them
    return grammar.paragraph([*sentences, last.format(date=date, source=source)])


def in_words(figure):
    """A figure inside a sentence, in which English spells out the number 1."""
    if figure.value == 1:
        return figure.text.replace(figure.number, pgettext("number", "one"))
    return figure.text


def readable(date):
    """A partial date, or the number of a year, in words."""
    return PartialDate(str(date)).readable() if date else ""


def in_parts(text):
    """Paragraphs and headings, with an empty line between them."""
    return re.sub(r"\n\s*\n", "\n\n", normalize_newlines(text)).strip()
