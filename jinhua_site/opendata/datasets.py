"""Open data: tables of public records, each said once.

A dataset names its public rows and its columns. The files, their schema, the
catalogue and the page that explains them follow from this declaration.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from jinhua_site.core.languages import CODES, bcp47

from .columns import plain, public_address

# So many records are in memory at a time, with what belongs to them.
CHUNK = 500


@dataclass(frozen=True, eq=False)  # each is itself, and so may be a key
class Dataset:
    """A table of public records.

    `rows` gives them as `published()` does, in a lasting order; `draws_on`
    names every model that a cell comes from. Some change with the day alone
    (`daily`); some cover the time that the dates in `period` span; some tell of
    the college where it stands (`at_college`).
    """

    name: str
    title: str
    summary: str
    rows: Callable
    draws_on: tuple
    columns: tuple
    daily: bool = False
    period: str = ""
    at_college: bool = False

    def read(self):
        """Each row as a list of plain values, a chunk of records at a time."""
        readers = [column.value for column in self.columns]
        for record in self.rows().iterator(chunk_size=CHUNK):
            yield [plain(value(record)) for value in readers]

    def address(self, suffix):
        """The permanent address of its file with this suffix: csv, json or schema.json."""
        return f"{settings.SITE_URL}/data/{self.name}.{suffix}"

    def page(self, code):
        """Where it is explained in the language `code`."""
        return f"{public_address(reverse('data'), code)}#{self.name}"


def in_all_languages(text):
    """A translated text in every language, by the language's tag."""
    texts = {}
    for code in CODES:
        with override(code):
            texts[bcp47(code)] = str(text)
    return texts
