"""The open data of the register: partners, agreements, practices."""

from django.db.models import CharField, URLField
from django.utils.translation import gettext_lazy as _

from jinhua_site.opendata.columns import CODE, Addresses, Field, sourced
from jinhua_site.opendata.datasets import Dataset

from .models import Agreement, Country, Partner, Practice

PARTNERS = Dataset(
    name="partners",
    title=_("Partners"),
    summary=_(
        "The institutions abroad that the college works with and that are described on this "
        "site: where they are, since when the two work together, and on what. Partnerships that "
        "have ended stay."
    ),
    rows=Partner.objects.published,
    fields=(
        Field("partner", _("Short name of the partner; it never changes"), "slug"),
        Addresses(_("Web address of its page")),
        Field("name", _("Name of the partner")),
        Field("own_name", _("Name in the partner’s own language, if that is another")),
        Field("own_language", _("Language of that name, as a BCP 47 tag"), like=CODE),
        Field("kind", _("Kind of institution")),
        Field("country", _("Country or area, as an ISO 3166-1 code"), "country.code", like=CODE),
        Field("country", _("Name of the country or area"), "country.name"),
        Field("region", _("Region of the United Nations’ M49 standard"), "country.region"),
        Field(
            "country_latitude", _("Latitude of the capital; south is negative"), "country.latitude"
        ),
        Field(
            "country_longitude",
            _("Longitude of the capital; west is negative"),
            "country.longitude",
        ),
        Field("city", _("City")),
        Field("website", _("Its own website")),
        Field("ror", _("Identifier in the Research Organization Registry (ROR)")),
        Field("since", _("When the cooperation began")),
        Field("summary", _("What the two do together")),
        Field("verified_on", _("The day somebody last checked the entry")),
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
    rows=lambda: Agreement.objects.published().with_term(),
    daily=True,
    fields=(
        Field("agreement", _("Short name of the agreement; it never changes"), "slug"),
        Addresses(_("Web address where it stands")),
        Field("partner", _("Short name of the partner"), "partner.slug", always=True),
        Field("partner", _("Name of the partner"), "partner.name", always=True),
        Field(
            "country",
            _("Country or area, as an ISO 3166-1 code"),
            "partner.country.code",
            like=CODE,
        ),
        Field("kind", _("What it is about in the main")),
        Field("title", _("Title of the agreement")),
        Field(
            "term",
            _("What is on record of its term on the day of the download"),
            like=CharField(choices=Agreement.Term),
        ),
        Field("signed", _("When it was signed")),
        Field("starts", _("When it takes effect, if that is another date")),
        Field("ends", _("Its stated last day; empty where none is stated")),
        Field("terminated", _("When it was ended before its time")),
        Field(
            "auto_renews",
            _("Whether it says that it goes on after that unless one side gives notice"),
        ),
        Field("notice_months", _("Months of notice before the last day")),
        Field("follows_from", _("Short name of the memorandum above it"), "follows_from.slug"),
        Field("renews", _("Short name of the agreement that it takes the place of"), "renews.slug"),
        Field("areas", _("Short names of the cooperation areas"), "areas.slug"),
        Field("areas", _("Cooperation areas"), "areas.name"),
        Field("faculties", _("Short names of the faculties taking part"), "faculties.slug"),
        Field("majors", _("Short names of the majors taking part"), "majors.slug"),
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
    rows=Practice.objects.published,
    also=(Country,),
    fields=(
        Field("practice", _("Short name of the practice; it never changes"), "slug"),
        Addresses(_("Web address of its page")),
        Field("title", _("Title of the practice")),
        Field("kind", _("What sort of outcome it is")),
        Field("area_of_interest", _("Short name of the WFCP area of interest"), "area.slug"),
        Field("area_of_interest", _("WFCP area of interest"), "area.title"),
        Field("partners", _("Short names of the partners in it"), "partners.slug"),
        Field("partners", _("Names of the partners in it"), "partners.name"),
        Field("started", _("When it began")),
        Field("aims", _("What it is for, and for whom")),
        Field("benefit", _("What technical education in other countries gains by it")),
        Field("student_benefit", _("What students gain by it")),
        Field("innovation", _("What stood in the way, and what was new in the answer")),
        Field("achievement_dates", _("Dates of the achievements"), "achievements.date"),
        Field("achievements", _("What was achieved, by date"), "achievements.text"),
        *sourced("achievement_source", "achievements.source"),
        Field("evidence_title", _("Titles of the evidence"), "evidence.title"),
        Field(
            "evidence_address",
            _("Web addresses of the evidence"),
            "evidence.location",
            like=URLField(),
        ),
    ),
)
