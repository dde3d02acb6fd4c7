"""The JSON Schema of the JSON file of a dataset."""

from jinhua_site.core.languages import CODES, bcp47

from .datasets import in_all_languages

ENGLISH, *OTHERS = TAGS = [bcp47(code) for code in CODES]


def schema_of(dataset):
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
