"""The columns of the partnerships' spreadsheets. Signed scans are in none."""

from jinhua_site.core.languages import in_each_language
from jinhua_site.office.spreadsheets.imports import Sheet

from .models import Agreement, Mobility, Partner


class PartnerSheet(Sheet):
    name = "partners"

    class Meta:
        model = Partner
        fields = [
            "slug",
            *in_each_language("name"),
            *("own_name", "own_language", "kind", "country"),
            *in_each_language("city"),
            *("website", "ror", "since"),
            *in_each_language("summary"),
            *("verified_on", "verified_by", "verified_from", "status"),
        ]


class AgreementSheet(Sheet):
    name = "agreements"

    class Meta:
        model = Agreement
        fields = [
            "slug",
            *in_each_language("title"),
            *("partner", "kind", "areas", "faculties", "majors", "follows_from", "renews"),
            *("signed", "starts", "ends", "terminated", "auto_renews", "notice_months"),
            *("source", "public", "status"),
            *("coordinator", "contact", "costs", "notes"),
        ]


class MobilitySheet(Sheet):
    name = "mobility"

    class Meta:
        model = Mobility
        fields = ["partner", "agreement", "year", "direction", "who", "number", "status"]
