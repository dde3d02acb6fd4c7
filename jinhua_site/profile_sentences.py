"""The sentences of the profile texts, each made from what is published.

A figure that is not published takes its phrase with it, and the last phrase its clause;
what is left is joined as the active language joins it.
"""

import math
from collections import defaultdict

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from .grammar import in_sentence, joined_clauses, listed, paragraph, with_article

# What a sentence says of a fact. Chinese sets some figures before the noun, some behind it.
PHRASES = {
    "campus-area": _("covers {figure}"),
    "gross-floor-area": _("has a gross floor area of {figure}"),
    "books": _("holds {figure} of books"),
    "faculties": ngettext_lazy("{figure} faculty", "{figure} faculties", "count"),
    "majors": ngettext_lazy("{figure} major", "{figure} majors", "count"),
    "affiliated-hospitals": ngettext_lazy(
        "{figure} affiliated hospital", "{figure} affiliated hospitals", "count"
    ),
    "training-rooms": ngettext_lazy(
        "{figure} experimental training room", "{figure} experimental training rooms", "count"
    ),
    "off-campus-bases": ngettext_lazy(
        "{figure} off-campus teaching and scientific research base",
        "{figure} off-campus teaching and scientific research bases",
        "count",
    ),
    "patents": ngettext_lazy(
        "{figure} Chinese government authorised patent",
        "{figure} Chinese government authorised patents",
        "count",
    ),
    "teachers": ngettext_lazy(
        "{figure} professional teacher", "{figure} professional teachers", "count"
    ),
    "professors": ngettext_lazy("{figure} professor", "{figure} professors", "count"),
    "associate-professors": ngettext_lazy(
        "{figure} associate professor", "{figure} associate professors", "count"
    ),
    "students": ngettext_lazy("{figure} full-time student", "{figure} full-time students", "count"),
    "partner-countries": ngettext_lazy(
        "{figure} country or area", "{figure} countries and areas", "count"
    ),
}


def phrases(figures, *keys):
    """A phrase for each of these facts that has a figure; the number 1 is a word in English."""
    return [_phrase(PHRASES[key], figures[key]) for key in keys if key in figures]


def _phrase(pattern, figure):
    text = figure.text
    if figure.value == 1:
        text = text.replace(figure.number, pgettext("number", "one"))
    return pattern.format(figure=text, count=math.ceil(figure.value))


def filled(pattern, **words):
    """`pattern` with `words` in it, or nothing when one of them is missing."""
    return pattern.format(**words) if all(words.values()) else ""


def identity(college):
    """What and where the college is, and since when."""
    renamed = gettext("{name}, since {date} {successor},")
    successor, since = college.successor, college.successor_since
    date = since and since.readable()
    name = filled(renamed, name=college.name, successor=successor, date=date) or college.name
    undated = gettext("{college} is a vocational college in Jinhua, Zhejiang Province, China.")
    founded = gettext(
        "{college} is a vocational college in Jinhua, Zhejiang Province, China, founded in {year}."
    )
    pattern = founded if college.founding_year else undated
    return pattern.format(college=name, year=college.founding_year)


def in_numbers(figures, *subjects):
    """Campus, teaching and people: a sentence each, about the next of `subjects`."""
    said = [
        (pgettext("campus", "{subject} {clauses}."), _campus(figures)),
        (pgettext("teaching", "{subject} {clauses}."), _teaching(figures)),
        (pgettext("people", "{subject} {clauses}."), _people(figures)),
    ]
    left = [(pattern, clauses) for pattern, clauses in said if clauses]
    return paragraph(
        [
            pattern.format(subject=subject, clauses=clauses)
            for subject, (pattern, clauses) in zip(subjects, left, strict=False)
        ]
    )


def _campus(figures):
    return joined_clauses(phrases(figures, "campus-area", "gross-floor-area", "books"))


def _teaching(figures):
    has = phrases(figures, "faculties", "majors", "affiliated-hospitals")
    runs = phrases(figures, "training-rooms", "off-campus-bases")
    obtained = phrases(figures, "patents")
    return joined_clauses(
        [
            filled(pgettext("teaching", "has {things}"), things=listed(has)),
            filled(pgettext("teaching", "runs {things}"), things=listed(runs)),
            filled(pgettext("teaching", "has obtained {things}"), things=listed(obtained)),
        ]
    )


def _people(figures):
    staff = joined_clauses(phrases(figures, "teachers"))
    ranks = joined_clauses(phrases(figures, "professors", "associate-professors"))
    including = gettext("{staff}, including {ranks}")
    employed = filled(including, staff=staff, ranks=ranks) or staff or ranks
    taught = joined_clauses(phrases(figures, "students"))
    return joined_clauses(
        [
            filled(pgettext("people", "employs {people}"), people=employed),
            filled(pgettext("people", "teaches {people}"), people=taught),
        ]
    )


def cooperation(profile, subject):
    """With whom abroad and on what. The countries named are examples, and it says so."""
    total = "".join(phrases(profile.figures, "partner-countries"))
    countries = listed([with_article(country.name) for country in profile.countries])
    both = gettext("universities and educational institutes in {total}, such as {countries}")
    unnamed = gettext("universities and educational institutes in {total}")
    uncounted = gettext(
        "universities and educational institutes in countries and areas such as {countries}"
    )
    partners = (
        filled(both, total=total, countries=countries)
        or filled(unnamed, total=total)
        or filled(uncounted, countries=countries)
        or gettext("universities and educational institutes abroad")
    )
    related = gettext(
        "{subject} has established long-term cooperative relationships with {partners}."
    )
    areas = listed([in_sentence(area.name) for area in profile.areas])
    return paragraph(
        [
            related.format(subject=subject, partners=partners),
            filled(gettext("The cooperation covers {areas}."), areas=areas),
        ]
    )


def plan(commitments):
    """Where the college is going, and by which aims."""
    outlook = gettext(
        "As Chinese education continues to open up, the college will broaden its international "
        "exchange, actively promote the internationalisation of education and enhance its "
        "international influence."
    )
    aims = [in_sentence(commitment.text.rstrip(".。")) for commitment in commitments]
    intended = joined_clauses([gettext("to {aim}").format(aim=aim) for aim in aims])
    return paragraph([outlook, filled(gettext("It plans {aims}."), aims=intended)])


def provenance(figures):
    """The date and the source of the figures; of each on its own where they differ."""
    facts = defaultdict(list)
    for figure in figures.values():
        facts[dated(figure), figure.source.title].append(figure.fact.label)
    *others, most = sorted(facts.items(), key=lambda item: len(item[1])) or [None]
    sentences = [
        gettext("{facts} as of {date}; source: {source}.").format(
            facts=capfirst(listed([in_sentence(label) for label in labels])),
            date=date,
            source=source,
        )
        for (date, source), labels in others
    ]
    if most:
        (date, source), _labels = most
        all_of_them = gettext("Figures as of {date}; source: {source}.")
        the_rest = gettext("All other figures as of {date}; source: {source}.")
        sentences.append((the_rest if others else all_of_them).format(date=date, source=source))
    return paragraph(sentences)


def dated(figure):
    date = figure.as_of.readable()
    return gettext("{date} (date inferred)").format(date=date) if figure.as_of_inferred else date
