"""The site's two languages: their tags, their addresses, their columns."""

from django.conf import settings
from django.utils.translation import get_language, override

CODES = [code for code, _ in settings.LANGUAGES]


def bcp47(code):
    """The language tag for HTML and XML: `zh-Hans` for Django's `zh-hans`."""
    language, _, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def in_each_language(field):
    """The columns of a translated field, in the order of `LANGUAGES`."""
    return tuple(f"{field}_{code.replace('-', '_')}" for code in CODES)


def in_active_language(field):
    """The column of a translated field, or the path to it, in the active language."""
    return f"{field}_{get_language().replace('-', '_')}"


def in_either_language(record, field):
    """A translated field in the active language or, in a draft without it, in the other."""
    texts = (getattr(record, name) for name in in_each_language(field))
    return getattr(record, field) or next(filter(None, texts), "")


def in_both_languages(words, between=" / "):
    """Return `words()` in every language, for readers whose language is not known."""
    texts = []
    for code in CODES:
        with override(code):
            texts.append(str(words()))
    return between.join(texts)


def other_language():
    """The code of the language that the page is not in."""
    return next(code for code in CODES if code != get_language())


def same_page_in(code, path):
    """The address of the page at `path` in the language `code`.

    Both languages share their slugs, so only the prefix differs. A path
    without a language leads to the home page.
    """
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{code}/{rest}" if slash and first in CODES else f"/{code}/"
