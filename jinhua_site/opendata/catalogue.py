"""Machine-readable descriptions of the open data: JSON Schema, DCAT, schema.org."""

import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from jinhua_site.core.languages import CODES, bcp47, in_each_language
from jinhua_site.core.numbers import plain
from jinhua_site.web.structured_data import filled, the_college

from .datasets import in_all_languages, public_address
from .files import FORMATS

TAGS = ENGLISH, *OTHERS = [bcp47(code) for code in CODES]
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/{}"
LANGUAGE = "http://id.loc.gov/vocabulary/iso639-1/{}"
DATE_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
# The meaning of each name in the catalogue, so that linked data needs no other host.
CONTEXT = json.loads((Path(__file__).parent / "context.json").read_text())


# JSON Schema


def schema(dataset):
    """The JSON Schema of the JSON file of `dataset`."""
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
            title=_object(**{tag: {"type": "string"} for tag in TAGS}),
            modified={"type": ["string", "null"], "format": "date-time"},
            schema={"const": dataset.address("schema.json")},
            rows={"type": "array", "items": _object(**columns)},
            count={"type": "integer", "minimum": 0},
        ),
    }


def _annotated(keyword, text):
    """A text in English under the standard `keyword`, and in the other language beside it."""
    texts = in_all_languages(text)
    return {keyword: texts[ENGLISH]} | {f"x-{keyword}-{tag}": texts[tag] for tag in OTHERS}


def _object(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


# DCAT


def catalogue(overviews, title, summary, college):
    """Every dataset with its files, as a DCAT catalogue in JSON-LD."""
    names = zip(TAGS, in_each_language("name"), strict=True)
    about = {
        "language": [LANGUAGE.format(tag.partition("-")[0]) for tag in TAGS],
        "publisher": {
            "@type": "foaf:Organization",
            "name": {tag: getattr(college, name) for tag, name in names},
            "homepage": public_address(reverse("home"), CODES[0]),
        },
    }
    changes = [overview["modified"] for overview in overviews if overview["modified"]]
    whole = {
        "@context": CONTEXT,
        "@id": settings.SITE_URL + reverse("data_catalogue"),
        "@type": "dcat:Catalog",
        "title": in_all_languages(title),
        "description": in_all_languages(summary),
        **about,
        "modified": changes and max(changes).isoformat(timespec="seconds"),
        "landingPage": [public_address(reverse("data"), code) for code in CODES],
        "dataset": [_in_catalogue(college, **overview) | about for overview in overviews],
    }
    return filled(whole)


def _in_catalogue(college, dataset, modified, first=None, last=None, **more):
    dates = {"startDate": first, "endDate": last} if first else {}
    period = {
        name: {"@value": date, "@type": DATE_TYPES[len(date)]} for name, date in dates.items()
    }
    centroid = f"POINT({plain(college.longitude)} {plain(college.latitude)})"
    about = {
        "@id": dataset.page(CODES[0]),
        "@type": "dcat:Dataset",
        "identifier": dataset.name,
        "title": in_all_languages(dataset.title),
        "description": in_all_languages(dataset.summary),
        "modified": modified and modified.isoformat(timespec="seconds"),
        "temporal": period and {"@type": "dct:PeriodOfTime", **period},
        "spatial": dataset.at_college and {"@type": "dct:Location", "centroid": centroid},
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
    return filled(about)


# schema.org


def structured(college, dataset, changed_on, first=None, last=None, **more):
    """A dataset for search engines, in the active language; it repeats what the page says."""
    about = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": dataset.page(get_language()),
        "name": f"{dataset.title} · {college.name}",
        "description": str(dataset.summary),
        "url": dataset.page(get_language()),
        "inLanguage": TAGS,
        "isAccessibleForFree": True,
        "creator": the_college(college),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "url": settings.SITE_URL + reverse("data_catalogue"),
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type,
                "contentUrl": dataset.address(suffix),
            }
            for suffix, file in FORMATS.items()
        ],
        "dateModified": changed_on,
        "temporalCoverage": first and f"{first}/{last}",
    }
    return filled(about)
