"""The college's profile as ready-made text, from what is published today.

Two forms consist of sentences that staff write, in which keys of facts stand for figures;
the third is a list of lines for directories. All are in the active language.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.grammar import (
    in_sentence,
    joined_clauses,
    labelled,
    length,
    listed,
    paragraph,
    set_apart,
    with_article,
)
from jinhua_site.core.languages import bcp47, other_language
from jinhua_site.web.templatetags.site import in_other_language
from partnerships.models import AreaOfInterest, Commitment, CooperationArea, Country
from profile.context import current_figures, get_college
from profile.models import ProfileSentence

# By their keys; staff write the first two.
TITLES = {
    "short": _("Short profile"),
    "wfcp": _("For the WFCP member page"),
    "directory": _("For directories"),
}


@dataclass(frozen=True)
class Text:
    key: str
    title: str
    body: str

    @property
    def length(self):
        return length(self.body)

    def as_html(self, college):
        """Paragraphs, with the college's name in the other language marked as such."""
        name = in_other_language(college, "name")
        marked = format_html('<span lang="{}">{}</span>', bcp47(other_language()), name)
        html = linebreaks(self.body, autoescape=True).replace(escape(name), marked)
        return mark_safe(html)  # noqa: S308


def profile_text(request):
    college = get_college()
    written = [(text, text.as_html(college)) for text in texts()]
    return render(request, "profile_text.html", {"title": _("Profile text"), "texts": written})


def texts():
    """Return the profile in each of its forms."""
    college, figures, names = get_college(), current_figures(), published_names()
    words = words_of(college, figures, names)
    bodies = {form: written(form, words, figures) for form in ProfileSentence.Form}
    bodies["directory"] = directory(college, figures, names)
    return [Text(key, str(title), bodies[key]) for key, title in TITLES.items()]


def published_names():
    return {
        "countries": [country.name for country in Country.objects.published()],
        "areas": [area.name for area in CooperationArea.objects.published()],
        "aims": [aim.text for aim in Commitment.objects.published()],
        "interests": [area.title for area in AreaOfInterest.objects.published()],
    }


def words_of(college, figures, names):
    """Return what each key in braces stands for in a sentence."""
    return {key: in_words(figure) for key, figure in figures.items()} | {
        "college": college.name,
        "successor": college.successor,
        "successor-since": day(college.successor_since),
        "founded": year(college.founding_year),
        "belt-and-road": college.belt_and_road,
        "wfcp": college.wfcp,
        "countries": listed([with_article(name) for name in names["countries"]]),
        "areas": listed([in_sentence(name) for name in names["areas"]]),
        "aims": joined_clauses([as_aim(aim) for aim in names["aims"]]),
        "interests": set_apart(names["interests"]),
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
    return in_parts(*map(paragraph, paragraphs), closing(used))


def directory(college, figures, names):
    """Labelled lines: the college, its figures with their dates, its partners."""
    return in_parts(
        in_lines(
            line(pgettext("college", "Name"), college.name),
            successor(college),
            line(gettext("Name in Chinese"), in_other_language(college, "name")),
            line(gettext("Address"), college.address),
            line(gettext("International office"), college.office_name),
            line(gettext("Telephone"), college.phone),
            line(gettext("Fax"), college.fax),
            line(gettext("E-mail"), college.email),
            line(gettext("Website"), college.website),
            line(gettext("Founded"), year(college.founding_year)),
            line(
                gettext("Member of"),
                gettext("World Federation of Colleges and Polytechnics (WFCP)"),
            ),
            line(gettext("WFCP member since"), day(college.wfcp_member_since)),
        ),
        in_lines(*(line(figure.fact.label, as_of(figure)) for figure in figures.values())),
        in_lines(
            line(gettext("Partner countries and areas (examples)"), set_apart(names["countries"])),
            line(gettext("Areas of cooperation"), set_apart(names["areas"])),
            line(gettext("WFCP areas of interest"), set_apart(names["interests"])),
        ),
        closing(figures),
    )


def successor(college):
    if not (college.successor_since and college.successor):
        return ""
    pattern = gettext("Since {date}: {successor}")
    return pattern.format(date=day(college.successor_since), successor=college.successor)


def closing(figures):
    """The dates and sources of the figures, and where to find newer ones."""
    facts = line(gettext("Facts and figures"), settings.SITE_URL + reverse("profile:facts"))
    return in_lines(provenance(figures), facts)


def provenance(figures):
    """The date and the source of the figures, for each of them if they differ."""
    facts = defaultdict(list)
    for figure in figures.values():
        facts[figure.dated, figure.source.title].append(in_sentence(figure.fact.label))
    if not facts:
        return ""
    *others, (date, source) = sorted(facts, key=lambda dated: len(facts[dated]))
    all_of_them = gettext("Figures as of {date}; source: {source}.")
    the_rest = gettext("All other figures as of {date}; source: {source}.")
    some = gettext("{facts} as of {date}; source: {source}.")
    sentences = [
        some.format(facts=capfirst(listed(facts[dated])), date=dated[0], source=dated[1])
        for dated in others
    ]
    last = the_rest if others else all_of_them
    return paragraph([*sentences, last.format(date=date, source=source)])


def in_words(figure):
    """A figure inside a sentence, in which English spells out the number 1."""
    if figure.value == 1:
        return figure.text.replace(figure.number, pgettext("number", "one"))
    return figure.text


def as_of(figure):
    return gettext("{figure}, as of {date}").format(figure=figure.text, date=figure.dated)


def as_aim(text):
    return gettext("to {aim}").format(aim=in_sentence(text.rstrip(".。")))


def day(date):
    return date.readable() if date else ""


def year(number):
    return gettext("{year}").format(year=number) if number else ""


def line(label, value):
    """A labelled line, or nothing without a value."""
    return labelled(label, value) if value else ""


def in_lines(*lines):
    return "\n".join(filter(None, lines))


def in_parts(*parts):
    """Paragraphs and headings, with an empty line between them."""
    return "\n\n".join(filter(None, (normalize_newlines(part).strip() for part in parts)))
