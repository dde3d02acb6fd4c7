"""The filters of the list of partners find the right partners, with correct counts."""

import datetime
import random
import re
from collections import defaultdict
from itertools import product

import pytest
from django.utils import timezone

from partnerships.filters import PartnerFilters
from partnerships.models import Agreement, CooperationArea, Country, Partner
from tests.support.makers import (
    make_achievement,
    make_agreement,
    make_cooperation_area,
    make_many,
    make_mobility,
    make_partner,
    make_practice,
)

LIST = "/en/partnerships/partners/"
LISTS = ["", "partners/"]


@pytest.fixture
def crowd(db):
    """Partners and agreements of all kinds, with drafts, private and ended ones."""
    chance = random.Random(1994)
    countries, areas = list(Country.objects.all()), list(CooperationArea.objects.all())
    partners = make_many(
        lambda **fields: make_partner(
            **fields,
            kind=chance.choice(Partner.Kind.values),
            country=chance.choice(countries),
            since=chance.choice(["", "1999", "2008-03", "2014-05-20", "2021"]),
            status=chance.choice(["published", "published", "draft", "archived"]),
            city_en=chance.choice(["", "Hamilton", "Kigali"]),
        ),
        60,
    )
    agreements = make_many(
        lambda **fields: make_agreement(
            **fields,
            partner=chance.choice(partners),
            signed=chance.choice(["1999-09", "2010", "2014-05-20"]),
            ends=chance.choice(["", "2014-05", "2016", "2026-12-31", "2040"]),
            public=chance.random() < 0.8,
            status=chance.choice(["published", "published", "draft"]),
        ),
        120,
    )
    for agreement in agreements:
        agreement.areas.set(chance.sample(areas, chance.randint(0, 3)))


def found(chosen, day=None):
    return {*PartnerFilters(chosen, day).partners()}


def having(day):
    """Return the public partners, and those among them by filter and value."""
    public = {*Partner.objects.published().known(day).select_related("country")}
    found = defaultdict(set)
    for partner in public:
        found["kind", partner.kind].add(partner)
        found["region", partner.country.region].add(partner)
        found["country", partner.country.code].add(partner)
    agreements = Agreement.objects.published().known(day).with_term(day)
    for agreement in agreements.prefetch_related("areas"):
        places = [("term", agreement.term)]
        places += [("area", area.slug) for area in agreement.areas.all()]
        for place in places:
            found[place] |= public & {agreement.partner}
    return public, found


def test_a_filter_finds_the_partners_that_have_what_it_names_and_says_how_many(crowd, client):
    for day in (None, datetime.date(2015, 6, 30)):
        public, places = having(day)
        assert found({}, day) == public
        for (name, value), partners in places.items():
            assert found({name: value}, day) == partners
        assert {name for name, _value in places} == {*PartnerFilters.NAMES}
        in_kigali = {one for one in public if one.city_en == "Kigali"}
        assert found({"q": "kigali PARTNER"}, day) == in_kigali
        both = {"q": "kigali", "term": "term-ended"}
        assert found(both, day) == in_kigali & places["term", "term-ended"]
    for chosen in ({}, {"region": "asia", "q": "kigali"}):
        for name, choices in PartnerFilters(chosen).choices().items():
            for choice in choices:
                partners = found(chosen | {name: choice["value"]})
                assert choice["total"] == len(partners) > 0, (chosen, choice)
    page = client.get("/zh-hans/partnerships/").context
    assert page["partner_total"] == len(found({}))
    for country in page["countries"]:
        assert country.partner_total == len(found({"country": country.code}))


def test_a_choice_stays_in_the_address_and_in_the_other_language(client, db):
    page = client.get(LIST, {"country": "NZ", "q": "Waikato"}).content.decode()
    assert '<option value="NZ" selected>New Zealand (1)</option>' in page
    assert 'value="Waikato"' in page
    assert 'href="/zh-hans/partnerships/partners/?country=NZ&amp;q=Waikato"' in page
    for code, word in product(("en", "zh-hans"), ("waikato", "怀卡托", "WINTEC")):
        page = client.get(f"/{code}/partnerships/partners/", {"q": word})
        assert [partner.slug for partner in page.context["page"]] == ["wintec"]


# The public term of an agreement: what is on record, and no more

GUESSES = re.compile(
    r"expir|\bactive\b|in force(?!\.\s*</td>| does not)|renewed by"
    r"|过期|到期|(?<!长期)有效|续签取代",
    re.IGNORECASE,
)

TERMS = [
    ({"ends": "2099-06"}, "Its stated term runs to June 2099.", "协议载明的期限至2099年6月。"),
    (
        {"ends": "2024-09"},
        "Its stated term ended: September 2024; no renewal is on record here.",
        "协议载明的期限已于2024年9月届满，本站未载有续签记录。",
    ),
    (
        {},
        "No end date is stated. On record since June 2018; "
        "the college has not confirmed that it is still in force.",
        "未载明截止日期。自2018年6月起有记录；学校尚未确认其现行效力。",
    ),
    ({"terminated": "2021-05-31"}, "Terminated: 31 May 2021.", "已于2021年5月31日终止。"),
    ({"terminated": "2099-05"}, "Its stated term runs to May 2099.", "协议载明的期限至2099年5月。"),
    ({"starts": "2098"}, "In effect from 2098.", "自2098年起生效。"),
    (
        {"ends": "2024", "auto_renews": True},
        "Its stated term ended: 2024. It renews itself unless one side gives notice.",
        "协议载明的期限已于2024年届满。如无一方提前通知终止，协议自动续期。",
    ),
]


@pytest.mark.parametrize(("dates", "english", "chinese"), TERMS)
def test_a_term_is_told_in_both_languages_as_it_is_stated(client, db, dates, english, chinese):
    partner = make_agreement(signed="2018-06", **dates).partner
    for code, told in (("en", english), ("zh-hans", chinese)):
        page = client.get(f"/{code}/partnerships/partners/{partner.slug}/").content.decode()
        assert f">{told}</td>" in re.sub(r"</?time[^>]*>|\n\s*", "", page)
        assert not GUESSES.search(re.sub(r"<style.*?</style>", "", page))


def test_an_agreement_that_another_renews_says_which_follows_it_if_that_is_public(client, db):
    for ends, told in [("2024", "Its stated term ended: 2024."), ("", "No end date is stated.")]:
        first = make_agreement(ends=ends)
        address = f"{LIST}{first.partner.slug}/"
        renewal = make_agreement(partner=first.partner, renews=first, signed="2024-03-28")
        follows = f'Followed by the agreement of <a href="{address}#{renewal.slug}"><time'
        page = client.get(address).content.decode()
        assert told in re.sub("</?time[^>]*>", "", page)
        assert follows in page
        assert follows not in client.get(address, {"as_of": "2023"}).content.decode()
        Agreement.objects.filter(pk=renewal.pk).update(public=False)
        private = client.get(address).content.decode()
        assert "Followed by" not in private
        assert "no renewal is on record" not in page + private


def test_no_list_and_no_file_guesses_whether_an_agreement_is_in_force(client, db):
    first = make_agreement(ends="2024-09", kind="overseas-college")
    for dates in ({"ends": "2099"}, {}, {"terminated": "2020"}, {"ends": "2024", "renews": first}):
        make_agreement(partner=first.partner, kind="overseas-college", **dates)
    addresses = [f"/{code}/partnerships/{page}" for code in ("en", "zh-hans") for page in LISTS]
    addresses += [f"/data/agreements.{kind}" for kind in ("csv", "json", "schema.json")]
    for address in addresses:
        answer = client.get(address)
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert not GUESSES.findall(re.sub(r"<style.*?</style>", "", text)), address


def test_the_term_of_the_past_is_told_for_a_day_of_the_past(client, db):
    partner = make_agreement(ends="2024-09").partner
    page = client.get(f"{LIST}{partner.slug}/", {"as_of": "2020"}).content.decode()
    assert "Its stated term runs to" in page
    page = client.get("/zh-hans/partnerships/partners/").content.decode()
    assert '<option value="term-ended">协议载明的期限已届满（' in page


def test_nothing_on_a_page_is_dated_after_the_day_that_is_asked_for(client, db):
    area = make_cooperation_area(name_en="Weaving by hand")
    partner = make_partner(since="2017-09", verified_on="2021-05-01")
    practice = make_practice()
    practice.partners.add(partner)
    for year in ("2014", "2017"):
        make_agreement(
            partner=partner, title_en=f"Signed in {year}", signed=year, kind="overseas-college"
        )
        make_achievement(practice=practice, date=year, text_en=f"Reached in {year}")
        make_mobility(partner=partner, year=year)
    Agreement.objects.get(title_en="Signed in 2017").areas.add(area)
    for path in (partner.get_absolute_url(), practice.get_absolute_url(), "/en/partnerships/"):
        page = client.get(path, {"as_of": "2015-01-01"}).content.decode().partition("<main")[2]
        page = page.partition("</main>")[0]
        assert "dated up to" in page
        assert "2014" in page
        assert not re.search("2017|2021", page), path
        assert "Weaving by hand" not in page or path.endswith("/partnerships/")
        assert "2017" in client.get(path).content.decode()


def test_a_citation_bears_the_day_and_promises_no_permanence(client, db):
    today = timezone.localdate().isoformat()
    page = client.get(LIST, {"q": "", "country": "RW", "area": ""}).content.decode()
    assert f"/en/partnerships/partners/?country=RW&amp;as_of={today}" in page
    past = client.get("/en/facts/patents/", {"as_of": "2019"}).content.decode()
    assert "as of 31 December 2019" in past
    assert "/en/facts/patents/?as_of=2019-12-31" in past
    for code, words in [("en", "what is dated up to that day"), ("zh-hans", "日期截至该日")]:
        for path in ("facts/", "facts/patents/", "partnerships/", "partnerships/partners/"):
            page = client.get(f"/{code}/{path}").content.decode()
            assert words in page
            assert not re.search("permanent|goes on showing|长期有效", page)
