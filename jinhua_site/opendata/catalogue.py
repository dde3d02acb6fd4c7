"""Open data as machines are told of them: JSON Schema, DCAT, schema.org."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from jinhua_site.core.languages import CODES, bcp47, in_each_language
from jinhua_site.core.numbers import plain

from .columns import public_address
from .datasets import in_all_languages
from .files import FORMATS

TAGS = ENGLISH, *OTHERS = [bcp47(code) for code in CODES]
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/{}"
LANGUAGE = "http://id.loc.gov/vocabulary/iso639-1/{}"
DATE_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}

# What each name in the catalogue means, so that it is linked data without asking another host.
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dct:title", "@container": "@language"},
    "description": {"@id": "dct:description", "@container": "@language"},
    "name": {"@id": "foaf:name", "@container": "@language"},
    "identifier": "dct:identifier",
    "publisher": "dct:publisher",
    "language": {"@id": "dct:language", "@type": "@id"},
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    "temporal": "dct:temporal",
    "startDate": "dcat:startDate",
    "endDate": "dcat:endDate",
    "spatial": "dct:spatial",
    "centroid": {"@id": "dcat:centroid", "@type": "geo:wktLiteral"},
    "homepage": {"@id": "foaf:homepage", "@type": "@id"},
    "landingPage": {"@id": "dcat:landingPage", "@type": "@id"},
    "conformsTo": {"@id": "dct:conformsTo", "@type": "@id"},
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "mediaType": {"@id": "dcat:mediaType", "@type": "@id"},
    "dataset": "dcat:dataset",
    "distribution": "dcat:distribution",
}


def catalogue_address():
    return settings.SITE_URL + reverse("data_catalogue")


# JSON Schema


def schema(dataset):
    """What the JSON file of `dataset` keeps to."""
    texts = {tag: {"type": "string"} for tag in TAGS}
    columns = {
        column.name: _annotated("description", column.meaning) | column.schema
        for column in dataset.columns
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": dataset.address("schema.json"),
        **_annotated("title", dataset.title),
        **_annotated("description", dataset.summary),
        **_object(
            {
                "title": _object(texts),
                "modified": {"type": ["string", "null"], "format": "date-time"},
                "schema": {"const": dataset.address("schema.json")},
                "rows": {"type": "array", "items": _object(columns)},
                "count": {"type": "integer", "minimum": 0},
            }
        ),
    }


def _annotated(keyword, text):
    """A text in English, as the standard has it, and beside it in the other language."""
    texts = in_all_languages(text)
    return {keyword: texts[ENGLISH]} | {f"x-{keyword}-{tag}": texts[tag] for tag in OTHERS}


def _object(properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


# DCAT


def catalogue(overviews, title, summary, college):
    """Every dataset with its files, as a DCAT catalogue in JSON-LD."""
    changes = [overview.modified for overview in overviews if overview.modified]
    names = zip(TAGS, in_each_language("name"), strict=True)
    about = {
        "language": [LANGUAGE.format(tag.partition("-")[0]) for tag in TAGS],
        "publisher": {
            "@type": "foaf:Organization",
            "name": {tag: getattr(college, name) for tag, name in names},
            "homepage": public_address(reverse("home"), CODES[0]),
        },
    }
    return {
        "@context": CONTEXT,
        "@id": catalogue_address(),
        "@type": "dcat:Catalog",
        "title": in_all_languages(title),
        "description": in_all_languages(summary),
        **about,
        **_modified(max(changes, default=None)),
        "landingPage": [public_address(reverse("data"), code) for code in CODES],
        "dataset": [_in_catalogue(overview, college) | about for overview in overviews],
    }


def _in_catalogue(overview, college):
    dataset = overview.dataset
    return {
        "@id": dataset.page(CODES[0]),
        "@type": "dcat:Dataset",
        "identifier": dataset.name,
        "title": in_all_languages(dataset.title),
        "description": in_all_languages(dataset.summary),
        **_modified(overview.modified),
        **_temporal(overview),
        **_spatial(dataset, college),
        "landingPage": [dataset.page(code) for code in CODES],
        "conformsTo": dataset.address("schema.json"),
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": dict.fromkeys(TAGS, file.name),
                "accessURL": dataset.address(suffix),
                "downloadURL": dataset.address(suffix),
                "mediaType": MEDIA_TYPE.format(file.media_type),
            }
            for suffix, file in FORMATS.items()
        ],
    }


def _modified(moment):
    return {"modified": moment.isoformat(timespec="seconds")} if moment else {}


def _temporal(overview):
    if not overview.first:
        return {}
    ends = {"startDate": overview.first, "endDate": overview.last}
    typed = {name: {"@value": date, "@type": DATE_TYPES[len(date)]} for name, date in ends.items()}
    return {"temporal": {"@type": "dct:PeriodOfTime", **typed}}


def _spatial(dataset, college):
    if not dataset.at_college:
        return {}
    centroid = f"POINT({plain(college.longitude)} {plain(college.latitude)})"
    return {"spatial": {"@type": "dct:Location", "centroid": centroid}}


# schema.org


def structured(overview, college):
    """A dataset for search engines, in the active language. It says what the page says."""
    dataset = overview.dataset
    about = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": dataset.page(get_language()),
        "name": f"{dataset.title} · {college.name}",
        "description": str(dataset.summary),
        "url": dataset.page(get_language()),
        "inLanguage": TAGS,
        "isAccessibleForFree": True,
        "creator": {
            "@type": "CollegeOrUniversity",
            "@id": f"{settings.SITE_URL}/#college",
            "name": college.name,
        },
        "includedInDataCatalog": {"@type": "DataCatalog", "url": catalogue_address()},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type,
                "contentUrl": dataset.address(suffix),
            }
            for suffix, file in FORMATS.items()
        ],
    }
    if overview.modified:
        about["dateModified"] = overview.changed_on.isoformat()
    if overview.first:
        about["temporalCoverage"] = f"{overview.first}/{overview.last}"
    return about
