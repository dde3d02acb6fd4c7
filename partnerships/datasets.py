"""The open data of the register: partners, agreements, practices."""

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from jinhua_site.opendata.columns import (
    ADDRESS,
    CODE,
    DATE,
    NUMBER,
    PARTIAL_DATE,
    WHOLE_NUMBER,
    YES_OR_NO,
    Column,
    addresses,
    code,
    coded,
    each,
    each_in_both,
    in_both,
    key,
    sourced,
)
from jinhua_site.opendata.datasets import Dataset
from profile.models import Faculty, Major, Source

from .models import (
    Achievement,
    Agreement,
    AreaOfInterest,
    CooperationArea,
    Country,
    Evidence,
    Partner,
    Practice,
)


def shown(path, model):
    """The record of `model` at `path`, if it is published itself."""
    return Prefetch(path, model.objects.published())


def listed(path, rows):
    """The related `rows`, as a list under a name of its own."""
    return Prefetch(path, rows, to_attr=f"its_{path}")


def partners():
    country = shown("country", Country)
    rows = Partner.objects.published().select_related("verified_from")
    return rows.prefetch_related(country).order_by("slug")


def agreements():
    rows = Agreement.objects.published().with_term().select_related("partner")
    return rows.prefetch_related(
        "source",
        shown("partner__country", Country),
        shown("follows_from", Agreement),
        shown("renews", Agreement),
        listed("areas", CooperationArea.objects.published()),
        listed("faculties", Faculty.objects.published()),
        listed("majors", Major.objects.published()),
    ).order_by("slug")


def practices():
    rows = Practice.objects.published().prefetch_related(
        shown("area", AreaOfInterest),
        listed("partners", Partner.objects.published()),
        listed("achievements", Achievement.objects.known().select_related("source")),
        listed("evidence", Evidence.objects.all()),
    )
    return rows.order_by("slug")


def evidence_addresses(practice):
    """Where each piece stands: elsewhere on the web, or among this site's own documents."""
    return [item.address or f"{settings.SITE_URL}{item.file.url}" for item in practice.its_evidence]


PARTNERS = Dataset(
    name="partners",
    title=_("Partners"),
    summary=_(
        "The institutions abroad that the college works with and that are described on this "
        "site: where they are, since when the two work together, and on what. Partnerships that "
        "have ended stay."
    ),
    rows=partners,
    draws_on=(Partner, Country, Source),
    columns=(
        key("partner", _("Short name of the partner; it never changes")),
        *addresses(_("Web address of its page")),
        *in_both("name", _("Name of the partner"), always=True),
        Column("own_name", _("Name in the partner’s own language, if that is another")),
        code("own_language", _("Language of that name, as a BCP 47 tag")),
        *coded("kind", Partner.Kind, _("Kind of institution"), always=True),
        code("country", _("Country or area, as an ISO 3166-1 code"), "country.code"),
        *in_both("country", _("Name of the country or area"), "country.name"),
        *coded(
            "region",
            Country.Region,
            _("Region of the United Nations’ M49 standard"),
            "country.region",
        ),
        Column(
            "country_latitude",
            _("Latitude of the capital; south is negative"),
            NUMBER,
            "country.latitude",
        ),
        Column(
            "country_longitude",
            _("Longitude of the capital; west is negative"),
            NUMBER,
            "country.longitude",
        ),
        *in_both("city", _("City")),
        Column("website", _("Its own website"), ADDRESS),
        Column("ror", _("Identifier in the Research Organization Registry (ROR)"), ADDRESS),
        Column("since", _("When the cooperation began"), PARTIAL_DATE),
        *in_both("summary", _("What the two do together"), always=True),
        Column("verified_on", _("The day somebody last checked the entry"), DATE),
        *sourced("verified_from", "verified_from"),
    ),
)

AGREEMENTS = Dataset(
    name="agreements",
    title=_("Agreements"),
    summary=_(
        "The public agreements with partners: what they are about, when they were signed, and "
        "what is on record of their terms on the day of the download. Whether an agreement is "
        "in force does not follow from it."
    ),
    rows=agreements,
    draws_on=(
        Agreement,
        Partner,
        Country,
        CooperationArea,
        Faculty,
        Major,
        Source,
        Agreement.areas.through,
        Agreement.faculties.through,
        Agreement.majors.through,
    ),
    daily=True,
    columns=(
        key("agreement", _("Short name of the agreement; it never changes")),
        *addresses(_("Web address where it stands")),
        key("partner", _("Short name of the partner"), "partner.slug"),
        *in_both("partner", _("Name of the partner"), "partner.name", always=True),
        code("country", _("Country or area, as an ISO 3166-1 code"), "partner.country.code"),
        *coded("kind", Agreement.Kind, _("What it is about in the main"), always=True),
        *in_both("title", _("Title of the agreement"), always=True),
        *coded(
            "term",
            Agreement.Term,
            _("What is on record of its term on the day of the download"),
            always=True,
        ),
        Column("signed", _("When it was signed"), PARTIAL_DATE),
        Column("starts", _("When it takes effect, if that is another date"), PARTIAL_DATE),
        Column("ends", _("Its stated last day; empty where none is stated"), PARTIAL_DATE),
        Column("terminated", _("When it was ended before its time"), PARTIAL_DATE),
        Column(
            "auto_renews",
            _("Whether it says that it goes on after that unless one side gives notice"),
            YES_OR_NO,
            always=True,
        ),
        Column("notice_months", _("Months of notice before the last day"), WHOLE_NUMBER),
        code("follows_from", _("Short name of the memorandum above it"), "follows_from.slug"),
        code("renews", _("Short name of the agreement that it takes the place of"), "renews.slug"),
        each("areas", CODE, _("Short names of the cooperation areas"), "its_areas.slug"),
        *each_in_both("areas", _("Cooperation areas"), "its_areas.name"),
        each(
            "faculties", CODE, _("Short names of the faculties taking part"), "its_faculties.slug"
        ),
        each("majors", CODE, _("Short names of the majors taking part"), "its_majors.slug"),
        *sourced("source", "source"),
    ),
)

PRACTICES = Dataset(
    name="practices",
    title=_("Practices"),
    summary=_(
        "Outcomes worth sharing, told as WFCP’s Awards of Excellence ask for them: aims, "
        "benefits, dated achievements and evidence."
    ),
    rows=practices,
    draws_on=(
        Practice,
        AreaOfInterest,
        Partner,
        Country,  # partners stand in its order
        Achievement,
        Evidence,
        Source,
        Practice.partners.through,
    ),
    columns=(
        key("practice", _("Short name of the practice; it never changes")),
        *addresses(_("Web address of its page")),
        *in_both("title", _("Title of the practice"), always=True),
        *coded("kind", Practice.Kind, _("What sort of outcome it is"), always=True),
        code("area_of_interest", _("Short name of the WFCP area of interest"), "area.slug"),
        *in_both("area_of_interest", _("WFCP area of interest"), "area.title"),
        each("partners", CODE, _("Short names of the partners in it"), "its_partners.slug"),
        *each_in_both("partners", _("Names of the partners in it"), "its_partners.name"),
        Column("started", _("When it began"), PARTIAL_DATE),
        *in_both("aims", _("What it is for, and for whom"), always=True),
        *in_both("benefit", _("What technical education in other countries gains by it")),
        *in_both("student_benefit", _("What students gain by it")),
        *in_both("innovation", _("What stood in the way, and what was new in the answer")),
        each(
            "achievement_dates",
            PARTIAL_DATE,
            _("Dates of the achievements"),
            "its_achievements.date",
        ),
        *each_in_both("achievements", _("What was achieved, by date"), "its_achievements.text"),
        *sourced("achievement_source", "its_achievements.source", always=True, several=True),
        *each_in_both("evidence_title", _("Titles of the evidence"), "its_evidence.title"),
        each("evidence_address", ADDRESS, _("Web addresses of the evidence"), evidence_addresses),
    ),
)
