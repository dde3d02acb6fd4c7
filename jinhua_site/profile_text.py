"""The college's profile as ready-made text, in three forms, from what is published today.

Each form is a function of a `Profile`, and writes in the active language.
"""

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils.text import normalize_newlines
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from partnerships.models import AreaOfInterest, Commitment, CooperationArea, Country
from profile.context import current_figures, get_college
from profile.models import College, Figure

from . import profile_sentences as sentences
from .grammar import length, paragraph, set_apart
from .templatetags.site import in_other_language

IN_SHORT = {"faculties", "majors", "patents", "teachers", "students", "partner-countries"}


@dataclass(frozen=True)
class Profile:
    """What the texts are made of: published rows, each with its texts in both languages."""

    college: College
    figures: dict[str, Figure]
    countries: list[Country]
    areas: list[CooperationArea]
    commitments: list[Commitment]
    interests: list[AreaOfInterest]

    @classmethod
    def published(cls):
        lists = (Country, CooperationArea, Commitment, AreaOfInterest)
        return cls(
            get_college(),
            current_figures(),
            *(list(model.objects.published()) for model in lists),
        )

    def with_figures(self, keys):
        """The same, with no other figures than those of the facts `keys`."""
        chosen = {key: figure for key, figure in self.figures.items() if key in keys}
        return replace(self, figures=chosen)


@dataclass(frozen=True)
class Text:
    key: str
    title: str
    body: str

    @property
    def length(self):
        return length(self.body)


def texts(profile):
    """The profile in every form, in the active language."""
    return [Text(key, str(title), write(profile)) for key, (title, write) in FORMS.items()]


def short(profile):
    profile = replace(profile.with_figures(IN_SHORT), countries=[])
    it, the_college = pgettext("subject", "It"), pgettext("subject", "The college")
    member = gettext("The college is a member of the {federation}.")
    return _parts(
        paragraph(
            [
                sentences.identity(profile.college),
                sentences.in_numbers(profile.figures, it, the_college, it),
                sentences.cooperation(profile, it),
                member.format(federation=_federation()),
            ]
        ),
        _closing(profile),
    )


def wfcp(profile):
    profile = profile.with_figures(sentences.PHRASES)
    college = profile.college
    interests = set_apart([interest.title for interest in profile.interests])
    subjects = college.name, pgettext("subject", "The college"), pgettext("subject", "It")
    return _parts(
        college.name,
        sentences.in_numbers(profile.figures, *subjects),
        sentences.cooperation(profile, college.name),
        sentences.plan(profile.commitments),
        college.belt_and_road,
        gettext("Areas of interest for partnership"),
        college.wfcp,
        _line(gettext("Areas of interest"), interests),
        _closing(profile),
    )


def directory(profile):
    college = profile.college
    year, since = college.founding_year, college.wfcp_member_since
    interests = set_apart([interest.title for interest in profile.interests])
    examples = gettext("Partner countries and areas (examples)")
    return _parts(
        _lines(
            _line(pgettext("college", "Name"), college.name),
            _successor(college),
            _line(gettext("Name in Chinese"), in_other_language(college, "name")),
            _line(gettext("Address"), college.address),
            _line(gettext("International office"), college.office_name),
            _line(gettext("Telephone"), college.phone),
            _line(gettext("Fax"), college.fax),
            _line(gettext("E-mail"), college.email),
            _line(gettext("Website"), college.website),
            _line(gettext("Founded"), year and gettext("{year}").format(year=year)),
            _line(gettext("Member of"), _federation()),
            _line(gettext("WFCP member since"), since and since.readable()),
        ),
        _lines(*(_line(figure.fact.label, _as_of(figure)) for figure in profile.figures.values())),
        _lines(
            _line(examples, set_apart([country.name for country in profile.countries])),
            _line(
                gettext("Areas of cooperation"), set_apart([area.name for area in profile.areas])
            ),
            _line(gettext("WFCP areas of interest"), interests),
        ),
        _closing(profile),
    )


FORMS = {
    "short": (_("Short profile"), short),
    "wfcp": (_("For the WFCP member page"), wfcp),
    "directory": (_("For directories"), directory),
}


def _parts(*parts):
    """Paragraphs and headings, with an empty line between them."""
    return "\n\n".join(filter(None, (normalize_newlines(part).strip() for part in parts)))


def _lines(*lines):
    return "\n".join(filter(None, lines))


def _line(label, value):
    """A labelled line, or nothing without a value."""
    return gettext("{label}: {value}").format(label=label, value=value) if value else ""


def _successor(college):
    since = college.successor_since
    pattern = gettext("Since {date}: {successor}")
    return sentences.filled(pattern, date=since and since.readable(), successor=college.successor)


def _as_of(figure):
    pattern = gettext("{figure}, as of {date}")
    return pattern.format(figure=figure.text, date=sentences.dated(figure))


def _federation():
    return gettext("World Federation of Colleges and Polytechnics (WFCP)")


def _closing(profile):
    """From when and from where the figures are, and where newer ones will stand."""
    address = settings.SITE_URL + reverse("profile:facts")
    facts = _line(gettext("Facts and figures"), address)
    return _lines(sentences.provenance(profile.figures), facts)
