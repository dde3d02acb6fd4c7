"""Makes records for tests, published by default; every default can be overridden.

With `saved=False` the record is only built: `make_many` stores many in one query.
"""

from contextlib import suppress
from copy import copy
from itertools import count, cycle, product
from string import ascii_uppercase

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from jinhua_site.content.models import Publishable, Status
from jinhua_site.core.languages import in_each_language
from partnerships.models import (
    Achievement,
    AffinityGroup,
    Agreement,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Evidence,
    Mobility,
    Partner,
    Practice,
)
from profile.models import Fact, Faculty, Figure, Major, ProfileSentence, Source

numbers = count(1)
# Codes that no country of the shipped content has.
country_codes = cycle("".join(pair) for pair in product("JQXY", ascii_uppercase))


def make_many(make, number, **fields):
    records = [make(saved=False, **fields) for _ in range(number)]
    return type(records[0]).objects.bulk_create(records)


# Values that differ between the copies of a record, besides those that are unique.
TOLD_APART = {
    Country: lambda number: {"code": chr(20_000 + number)},
    Figure: lambda number: {"as_of": f"{1000 + number % 9000}-0{1 + number // 9000}"},
    Mobility: lambda number: {"year": 2101 + number},
}


def multiply(record, number, after=0):
    """Store `number` copies of a record, numbered from `after`."""
    model = type(record)
    unique = [field.name for field in model._meta.fields if field.unique and field.name != "id"]
    copies = [copy(record) for _ in range(number)]
    for place, other in enumerate(copies, after + 1):
        values = {name: f"{getattr(record, name)}-{place}" for name in unique}
        values |= TOLD_APART.get(model, lambda place: {})(place)
        for name, value in {"pk": None, **values}.items():
            setattr(other, name, value)
    model.objects.bulk_create(copies)


def publish_drafts():
    """Publish every draft that is complete."""
    for model in apps.get_models():
        if issubclass(model, Publishable):
            for record in model.objects.filter(status=Status.DRAFT):
                record.status = Status.PUBLISHED
                with suppress(ValidationError):
                    record.full_clean()
                    record.save()


def make_colleague(role, **fields):
    """Make a colleague with this role, without a password, as hashing is slow."""
    defaults = {"username": f"{role}-{next(numbers)}", "is_staff": True}
    user = get_user_model().objects.create_user(**defaults | fields)
    user.groups.set(Group.objects.filter(name=role))
    return user


BY_MODEL = {}


# Fields that many models have, as one number tells them apart.
COMMON = {
    "slug": "{kind}-{n}",
    "name": ("{Kind} {n}", "第{n}个{Kind}"),
    "title": ("{Kind} {n}", "第{n}号{Kind}"),
    "status": Status.PUBLISHED,
}


def in_both_languages(fields):
    """Yield each field with its value; of a pair, the text in each language."""
    for name, value in fields.items():
        if isinstance(value, tuple):
            yield from zip(in_each_language(name), value, strict=True)
        else:
            yield name, value


def maker(model, **defaults):
    """Return a function that makes records; `{n}` in a default is the record's number.

    A pair is a text in both languages.
    """
    kind = model.__name__
    names = {"kind": kind.lower(), "Kind": kind}
    columns = {field.name for field in model._meta.fields}
    common = {name: value for name, value in COMMON.items() if name in columns}
    defaults = dict(in_both_languages(common | defaults))

    def make(saved=True, **fields):
        number = next(numbers)
        for name, value in defaults.items():
            if name not in fields:
                value = value() if callable(value) else value
                fields[name] = value.format(n=number, **names) if isinstance(value, str) else value
        record = model(**fields)
        if saved:
            record.save()
            record.refresh_from_db()
        return record

    BY_MODEL[model] = make
    return make


make_source = maker(
    Source, address="https://report.example/{n}", standing=Source.Standing.FIRST_HAND
)
make_fact = maker(
    Fact, key="fact-{n}", label=("Things counted {n}", "统计项{n}"), group=Fact.Group.CAMPUS
)
make_figure = maker(Figure, fact=make_fact, source=make_source, value="300", as_of="2018")
make_faculty = maker(Faculty)
make_major = maker(Major, level=Major.Level.ASSOCIATE)
make_profile_sentence = maker(
    ProfileSentence,
    form=ProfileSentence.Form.SHORT,
    text=("The college says sentence {n}.", "学校的第{n}句话。"),
    order=900,
)
make_country = maker(
    Country,
    code=lambda: next(country_codes),
    region=Country.Region.EUROPE,
    latitude="60",
    longitude="25",
)
make_cooperation_area = maker(CooperationArea)
make_partner = maker(
    Partner,
    kind=Partner.Kind.UNIVERSITY,
    country=make_country,
    summary=("What partner {n} does with the college.", "第{n}伙伴与学校的合作。"),
)
make_commitment = maker(Commitment, text=("Reach aim {n}", "实现目标{n}"))
make_affinity_group = maker(AffinityGroup)
make_area_of_interest = maker(
    AreaOfInterest, summary=("What the college offers in area {n}.", "学校在领域{n}的经验。")
)
make_agreement = maker(
    Agreement,
    kind=Agreement.Kind.STUDENT_EXCHANGE,
    partner=make_partner,
    signed="2018-06",
    public=True,
)
make_mobility = maker(
    Mobility,
    partner=make_partner,
    year=2024,
    direction=Mobility.Direction.OUT,
    who=Mobility.Who.STUDENTS,
    number=12,
)
make_practice = maker(
    Practice,
    kind=Practice.Kind.EXEMPLARY,
    area=make_area_of_interest,
    aims=("What practice {n} is for.", "第{n}项实践的目标。"),
)
make_achievement = maker(
    Achievement,
    practice=make_practice,
    source=make_source,
    date="2021-04",
    text=("Two teaching standards were accepted", "两项教学标准获采纳"),
)
make_evidence = maker(
    Evidence,
    practice=make_practice,
    address="https://evidence.example/{n}",
)
