"""Makes records for tests, published unless told otherwise; each default can be named.

With `saved=False` the record is only built, for `make_many`, which stores any
number of them in one go.
"""

from contextlib import suppress
from itertools import count, cycle, product
from string import ascii_uppercase

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection

from jinhua_site.content.models import Publishable, Status
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
# Two letters that no country of the shipped content has.
country_codes = cycle("".join(pair) for pair in product("JQXY", ascii_uppercase))


def make_many(make, number, **fields):
    records = [make(saved=False, **fields) for _ in range(number)]
    return type(records[0]).objects.bulk_create(records)


# What tells the copies of a record apart, in SQL with `i` for their number.
TOLD_APART = {
    Country: {"code": "{chr}(20000 + i)"},
    Figure: {"as_of": "CAST(1000 + i %% 9000 AS TEXT) || '-0' || CAST(1 + i / 9000 AS TEXT)"},
    Mobility: {"year": "2101 + i"},
}


def multiply(record, number, after=0):
    """So many copies of a stored record, counted on from `after`; the database makes them."""
    model, quote = type(record), connection.ops.quote_name
    columns = {field.column: quote(field.column) for field in model._meta.concrete_fields}
    del columns[model._meta.pk.column]
    unique = [field.column for field in model._meta.concrete_fields if field.unique]
    chr_ = "char" if connection.vendor == "sqlite" else "chr"
    columns |= {name: f"{quote(name)} || '-' || CAST(i AS TEXT)" for name in unique if name != "id"}
    told = TOLD_APART.get(model, {})
    columns |= {name: expression.format(chr=chr_) for name, expression in told.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) "  # noqa: S608
            "WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"SELECT {', '.join(columns.values())} FROM {quote(model._meta.db_table)}, n "
            "WHERE id = %s",
            [after + 1, after + number, record.pk],
        )


def publish_drafts():
    """Publish what the office could publish: every draft that is complete."""
    for model in apps.get_models():
        if issubclass(model, Publishable):
            for record in model.objects.filter(status=Status.DRAFT):
                record.status = Status.PUBLISHED
                with suppress(ValidationError):
                    record.full_clean()
                    record.save()


def make_colleague(role, **fields):
    """Somebody with this role; without a password, whose hash takes long."""
    defaults = {"username": f"{role}-{next(numbers)}", "is_staff": True}
    user = get_user_model().objects.create_user(**defaults | fields)
    user.groups.set(Group.objects.filter(name=role))
    return user


def make_source(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "slug": f"source-{number}",
        "title_en": f"Report {number}",
        "title_zh_hans": f"第{number}号报告",
        "address": f"https://report.example/{number}",
        "standing": Source.Standing.FIRST_HAND,
    }
    return _make(Source, saved, defaults | fields)


def make_fact(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "key": f"fact-{number}",
        "label_en": f"Things counted {number}",
        "label_zh_hans": f"统计项{number}",
        "group": Fact.Group.CAMPUS,
    }
    return _make(Fact, saved, defaults | fields)


def make_figure(saved=True, **fields):
    defaults = {"value": "300", "as_of": "2018", "status": Status.PUBLISHED}
    for name, make in {"fact": make_fact, "source": make_source}.items():
        if name not in fields:
            defaults[name] = make()
    return _make(Figure, saved, defaults | fields)


def make_faculty(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "name_en": f"Faculty {number}",
        "name_zh_hans": f"第{number}学院",
        "slug": f"faculty-{number}",
        "status": Status.PUBLISHED,
    }
    return _make(Faculty, saved, defaults | fields)


def make_major(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "name_en": f"Major {number}",
        "name_zh_hans": f"第{number}专业",
        "slug": f"major-{number}",
        "level": Major.Level.ASSOCIATE,
        "status": Status.PUBLISHED,
    }
    return _make(Major, saved, defaults | fields)


def make_profile_sentence(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "slug": f"sentence-{number}",
        "form": ProfileSentence.Form.SHORT,
        "text_en": f"The college says sentence {number}.",
        "text_zh_hans": f"学校的第{number}句话。",
        "order": 900,
        "status": Status.PUBLISHED,
    }
    return _make(ProfileSentence, saved, defaults | fields)


def make_country(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "code": next(country_codes),
        "name_en": f"Country {number}",
        "name_zh_hans": f"第{number}国",
        "region": Country.Region.EUROPE,
        "latitude": "60",
        "longitude": "25",
        "status": Status.PUBLISHED,
    }
    return _make(Country, saved, defaults | fields)


def make_cooperation_area(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "name_en": f"Cooperation area {number}",
        "name_zh_hans": f"合作领域{number}",
        "slug": f"area-{number}",
        "status": Status.PUBLISHED,
    }
    return _make(CooperationArea, saved, defaults | fields)


def make_partner(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "name_en": f"Partner {number}",
        "name_zh_hans": f"第{number}伙伴",
        "slug": f"partner-{number}",
        "kind": Partner.Kind.UNIVERSITY,
        "summary_en": f"What partner {number} does with the college.",
        "summary_zh_hans": f"第{number}伙伴与学校的合作。",
        "status": Status.PUBLISHED,
    }
    if "country" not in fields:
        defaults["country"] = make_country()
    return _make(Partner, saved, defaults | fields)


def make_commitment(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "slug": f"aim-{number}",
        "text_en": f"Reach aim {number}",
        "text_zh_hans": f"实现目标{number}",
        "status": Status.PUBLISHED,
    }
    return _make(Commitment, saved, defaults | fields)


def make_area_of_interest(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "title_en": f"Interest {number}",
        "title_zh_hans": f"关注领域{number}",
        "slug": f"interest-{number}",
        "summary_en": f"What the college offers in area {number}.",
        "summary_zh_hans": f"学校在领域{number}的经验。",
        "status": Status.PUBLISHED,
    }
    return _make(AreaOfInterest, saved, defaults | fields)


def make_affinity_group(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "name_en": f"Affinity group {number}",
        "name_zh_hans": f"第{number}联络组",
        "slug": f"group-{number}",
    }
    return _make(AffinityGroup, saved, defaults | fields)


def make_agreement(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "kind": Agreement.Kind.STUDENT_EXCHANGE,
        "title_en": f"Agreement {number}",
        "title_zh_hans": f"第{number}号协议",
        "slug": f"agreement-{number}",
        "signed": "2018-06",
        "public": True,
        "status": Status.PUBLISHED,
    }
    defaults |= {} if "partner" in fields else {"partner": make_partner()}
    return _make(Agreement, saved, defaults | fields)


def make_mobility(saved=True, **fields):
    defaults = {
        "year": 2024,
        "direction": Mobility.Direction.OUT,
        "who": Mobility.Who.STUDENTS,
        "number": 12,
        "status": Status.PUBLISHED,
    }
    defaults |= {} if "partner" in fields else {"partner": make_partner()}
    return _make(Mobility, saved, defaults | fields)


def make_practice(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "title_en": f"Practice {number}",
        "title_zh_hans": f"第{number}项实践",
        "slug": f"practice-{number}",
        "kind": Practice.Kind.EXEMPLARY,
        "aims_en": f"What practice {number} is for.",
        "aims_zh_hans": f"第{number}项实践的目标。",
        "status": Status.PUBLISHED,
    }
    defaults |= {} if "area" in fields else {"area": make_area_of_interest()}
    return _make(Practice, saved, defaults | fields)


def make_achievement(saved=True, **fields):
    defaults = {
        "date": "2021-04",
        "text_en": "Two teaching standards were accepted",
        "text_zh_hans": "两项教学标准获采纳",
    }
    links = {"practice": make_practice, "source": make_source}
    defaults |= {name: make() for name, make in links.items() if name not in fields}
    return _make(Achievement, saved, defaults | fields)


def make_evidence(saved=True, **fields):
    number = next(numbers)
    defaults = {
        "title_en": f"Evidence {number}",
        "title_zh_hans": f"第{number}份佐证材料",
        "address": f"https://evidence.example/{number}",
    }
    defaults |= {} if "practice" in fields else {"practice": make_practice()}
    return _make(Evidence, saved, defaults | fields)


def _make(model, saved, fields):
    record = model(**fields)
    if saved:
        record.save()
        record.refresh_from_db()
    return record
