"""Private data appears nowhere in public, in either language."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, SlugField, TextField, URLField
from django.urls import reverse
from modeltranslation.translator import translator

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.dates import PartialDateField
from jinhua_site.core.languages import CODES
from partnerships.models import (
    Agreement,
    AreaOfInterest,
    CooperationArea,
    Country,
    Mobility,
    Partner,
    Practice,
)
from profile.models import Faculty, Figure, Major
from tests.support import makers
from tests.support.admin import MEMORANDUM
from tests.support.pages import public_addresses

SENTINEL = "zqprivate"
NUMBER = 7_654_321
# No public response may contain these, in any case.
TELLTALES = re.compile(rf"{SENTINEL}|{NUMBER}|{NUMBER:,}", re.IGNORECASE)

DRAFTS = [model for model in apps.get_models() if issubclass(model, Publishable)]


def texts(model):
    """Yield a value with the sentinel for each text field of `model`."""
    number = next(makers.numbers)
    bare = translator.get_options_for_model(model).all_fields
    for field in model._meta.fields:
        if field.name in bare:
            continue
        if isinstance(field, URLField):
            yield field.name, f"https://{SENTINEL}.example/{number}"
        elif isinstance(field, SlugField):
            yield field.name, f"{SENTINEL}-{number}"
        elif isinstance(field, CharField | TextField) and not (
            field.choices or isinstance(field, PartialDateField) or (field.max_length or 99) < 20
        ):
            yield field.name, f"{SENTINEL} 私密 {number}"


def make_private(model, **fields):
    """Make a record full of private data, by default a draft."""
    make, columns = makers.BY_MODEL[model], {field.name for field in model._meta.fields}
    numbers = dict.fromkeys({"number", "value"} & columns, NUMBER)
    return make(**{"status": Status.DRAFT} | dict(texts(model)) | numbers | fields)


def plant_in_the_register():
    """Make public records with private data in every field and link that may have it."""
    private = dict.fromkeys(Agreement.PRIVATE, f"{SENTINEL}.pdf")
    partner = makers.make_partner(verified_by=SENTINEL)
    secret = {"partner": partner, "status": Status.PUBLISHED, "public": False}
    above = make_private(Agreement, **secret, kind=MEMORANDUM)
    before = make_private(Agreement, partner=partner)
    agreement = makers.make_agreement(
        partner=partner, follows_from=above, renews=before, kind="joint-programme", **private
    )
    other = makers.make_agreement(
        partner=make_private(Partner), public=True, **dict(texts(Agreement)) | private
    )
    make_private(Agreement, **secret)
    make_private(Agreement, **secret | {"status": Status.ARCHIVED, "public": True})
    makers.make_mobility(partner=other.partner, number=NUMBER)
    return agreement


def plant_drafts(agreement):
    """Make a draft of each model, with related records, or related to a public record."""
    drafts = {model: make_private(model) for model in DRAFTS}
    practice = drafts[Practice]
    practice.partners.add(agreement.partner)
    source = makers.make_source(title_en=SENTINEL, title_zh_hans=SENTINEL, slug=SENTINEL)
    makers.make_achievement(practice=practice, text_en=SENTINEL, source=source)
    makers.make_evidence(practice=practice, title_en=SENTINEL)
    make_private(Agreement, partner=agreement.partner, source=source)
    make_private(Figure, fact=makers.make_figure().fact, as_of="2019", source=source)
    make_private(Mobility, partner=agreement.partner)


# Public records that link to a draft.
LINKS = [
    (Country, lambda draft: makers.make_partner(country=draft)),
    (Faculty, lambda draft: makers.make_major(faculty=draft)),
    (AreaOfInterest, lambda draft: makers.make_practice(area=draft)),
    (Partner, lambda draft: makers.make_practice().partners.add(draft)),
    (CooperationArea, lambda draft: makers.make_agreement().areas.add(draft)),
    (Faculty, lambda draft: makers.make_agreement().faculties.add(draft)),
    (Major, lambda draft: makers.make_agreement().majors.add(draft)),
]


@pytest.fixture
def planted(db, django_capture_on_commit_callbacks):
    """A public agreement, with the sentinel in all private data about it."""
    for model in (Figure, Agreement, Practice, Partner):  # fewer pages to read
        model.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        agreement = plant_in_the_register()
        plant_drafts(agreement)
        for model, link in LINKS:
            link(make_private(model))
    return agreement


def body(response):
    return response.getvalue().decode("utf-8", "replace")


def public_answers(client):
    """Yield the address and the response of everything that a visitor can reach."""
    waiting = {*public_addresses(), "/sitemap.xml", "/robots.txt", "/en/no-such-page/"}
    waiting |= {f"{address}?as_of=2100-01-01" for address in waiting}
    known = set()
    while waiting := waiting - known:
        address = min(waiting)
        known.add(address)
        response = client.get(address)
        page = body(response)
        if "html" in response.get("Content-Type", ""):
            links = map(unescape, re.findall(r'(?:href|src|action)="(/[^"#]*)', page))
            waiting |= {link for link in links if not link.startswith(settings.STATIC_URL)}
        yield address, page


def test_nothing_private_is_on_any_public_page_or_in_any_file(client, planted):
    answers = dict(public_answers(client))
    found = {address: TELLTALES.search(page) for address, page in answers.items()}
    # With the text around it.
    assert not {at: hit.string[hit.start() - 200 : hit.end()] for at, hit in found.items() if hit}
    assert {f"/{code}/data/" for code in CODES} <= answers.keys()
    assert planted.get_absolute_url().partition("#")[0] in answers


def test_who_asks_for_something_private_learns_nothing(client, planted):
    nonsense = SENTINEL[::-1]
    for name in ("partnerships:partners", "profile:majors"):
        found, nothing = (
            body(client.get(reverse(name), {"q": word})) for word in (SENTINEL, nonsense)
        )
        assert found.replace(SENTINEL, nonsense) == nothing
