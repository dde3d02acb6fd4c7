"""The college's profile as ready-made text, from what is published today.

Two forms consist of sentences that staff write, in which keys of facts stand for figures;
the third is a list of lines for directories. All are in the active language.
"""

from collections import defaultdict
from typing import NamedTuple

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core import grammar
from jinhua_site.core.languages import bcp47, other_language
from jinhua_site.web.templatetags.site import in_other_language
from partnerships.models import AreaOfInterest, Commitment, CooperationArea, Country
from profile.context import current_figures, get_college
from profile.models import ProfileSentence

TITLES = {form.value: capfirst(form.label) for form in ProfileSentence.Form}
TITLES["directory"] = _("For directories")


class Text(NamedTuple):
    key: str
    title: str
    body: str
    html: str

    @property
    def length(self):
        return grammar.length(self.body)


def profile_text(request):
    return render(request, "profile_text.html", {"title": _("Profile text"), "texts": texts()})


def texts():
    """Return the profile in each of its forms."""
    college, figures, names = get_college(), current_figures(), published_names()
    words = words_of(college, figures, names)
    bodies = {form: written(form, words, figures) for form in ProfileSentence.Form}
    bodies["directory"] = directory(college, figures, names)
    other_name = in_other_language(college, "name")
    return [
        Text(key, title, bodies[key], as_html(bodies[key], other_name))
        for key, title in TITLES.items()
    ]


def as_html(text, other_name):
    """Paragraphs, with the college's name in the other language marked as such."""
    marked = format_html('<span lang="{}">{}</span>', bcp47(other_language()), other_name)
    html = linebreaks(text, autoescape=True).replace(escape(other_name), marked)
    return mark_safe(html)  # noqa: S308


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
        "successor-since": day(college.successor_since),
        "founded": year(college.founding_year),
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
    return in_parts(*map(grammar.paragraph, paragraphs), closing(used))


def directory(college, figures, names):
    """Labelled lines: the college, its figures with their dates, its partners."""
    since, changed = gettext("Since {date}"), day(college.successor_since)
    as_of = gettext("{figure}, as of {date}")
    return in_parts(
        in_lines(
            (pgettext("college", "Name"), college.name),
            (since.format(date=changed), changed and college.successor),
            (gettext("Name in Chinese"), in_other_language(college, "name")),
            (gettext("Address"), college.address),
            (gettext("International office"), college.office_name),
            (gettext("Telephone"), college.phone),
            (gettext("Fax"), college.fax),
            (gettext("E-mail"), college.email),
            (gettext("Website"), college.website),
            (gettext("Founded"), year(college.founding_year)),
            (
                gettext("Member of"),
                gettext("World Federation of Colleges and Polytechnics (WFCP)"),
            ),
            (gettext("WFCP member since"), day(college.wfcp_member_since)),
        ),
        in_lines(
            *(
                (figure.fact.label, as_of.format(figure=figure.text, date=figure.dated))
                for figure in figures.values()
            )
        ),
        in_lines(
            (
                gettext("Partner countries and areas (examples)"),
                grammar.set_apart(names["countries"]),
            ),
            (gettext("Areas of cooperation"), grammar.set_apart(names["areas"])),
            (gettext("WFCP areas of interest"), grammar.set_apart(names["interests"])),
        ),
        closing(figures),
    )


def closing(figures):
    """The dates and sources of the figures, and where to find newer ones."""
    facts = in_lines((gettext("Facts and figures"), settings.SITE_URL + reverse("profile:facts")))
    return "\n".join(filter(None, [provenance(figures), facts]))


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


def day(date):
    return date.readable() if date else ""


def year(number):
    return gettext("{year}").format(year=number) if number else ""


def in_lines(*lines):
    """A labelled line for each label that has a value."""
    return "\n".join(grammar.labelled(label, value) for label, value in lines if value)


def in_parts(*parts):
    """Paragraphs and headings, with an empty line between them."""
    return "\n\n".join(filter(None, (normalize_newlines(part).strip() for part in parts)))
