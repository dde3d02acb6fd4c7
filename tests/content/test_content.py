"""The shipped content matches the seed document, and loading it keeps staff's edits."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands
from modeltranslation.translator import translator

from jinhua_site.content import loader
from jinhua_site.content.models import LoadedRecord, Publishable, Status
from jinhua_site.core.languages import in_each_language
from partnerships.models import (
    Achievement,
    Agreement,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Partner,
)
from profile.models import College, Fact, Figure
from tests.tools.messages import HALF_WIDTH

pytestmark = pytest.mark.django_db

# The seed document

SEED = {
    "campus-area": "more-than 146.7",
    "gross-floor-area": "exactly 690000",
    "books": "nearly 1800000",
    "faculties": "exactly 13",
    "affiliated-hospitals": "exactly 1",
    "majors": "exactly 60",
    "training-rooms": "more-than 300",
    "off-campus-bases": "more-than 800",
    "patents": "exactly 535",
    "teachers": "more-than 1300",
    "professors": "more-than 100",
    "associate-professors": "about 320",
    "students": "more-than 24000",
    "partner-countries": "more-than 20",
}
COUNTRIES = {
    "United States": "美国",
    "United Kingdom": "英国",
    "Canada": "加拿大",
    "Ukraine": "乌克兰",
    "Australia": "澳大利亚",
    "New Zealand": "新西兰",
    "France": "法国",
    "Egypt": "埃及",
    "South Africa": "南非",
    "Finland": "芬兰",
    "United Arab Emirates": "阿联酋",
    "Singapore": "新加坡",
    "Indonesia": "印度尼西亚",
    "Rwanda": "卢旺达",
    "Cameroon": "喀麦隆",
}
COOPERATION = ["师资培训", "科研合作", "学生交流", "中外合作办学", "其他项目"]


def figures(**chosen):
    rows = Figure.objects.filter(**chosen).select_related("fact")
    return {row.fact.key: f"{row.qualifier} {Decimal(row.value).normalize():f}" for row in rows}


def test_the_figures_of_the_seed_are_published_and_older_ones_wait_as_drafts():
    of_the_seed = figures(status=Status.PUBLISHED, as_of="2018", as_of_inferred=True)
    assert SEED.items() <= of_the_seed.items()
    assert not Figure.objects.published().filter(as_of="2012")
    sources = Figure.objects.filter(fact__key__in=SEED, as_of="2018").values_list("source__address")
    assert {*sources} == {("https://wfcp.org/our-members/jinhua-polytechnic/",)}
    # Institutions and countries are never one series.
    assert not Figure.objects.filter(fact__key="partner-countries", as_of__lt="2018").exists()
    assert not Figure.objects.filter(fact__key="partner-institutions", as_of__gte="2018").exists()
    assert not Fact.objects.filter(figures=None).exists()


def test_the_countries_the_areas_and_the_plan_of_the_seed_are_published():
    names = Country.objects.published().order_by("order").values_list("name_en", "name_zh_hans")
    assert list(names)[: len(COUNTRIES)] == list(COUNTRIES.items())
    # A Chinese institution must name these with care.
    assert not Country.objects.filter(code__in=["HK", "MO", "TW"]).exists()
    names = CooperationArea.objects.published().values_list("name_zh_hans", flat=True)
    assert list(names)[: len(COOPERATION)] == COOPERATION
    assert Commitment.objects.published().count() >= 5
    assert AreaOfInterest.objects.published().count() >= 3


def test_what_is_published_of_partnerships_has_its_evidence_and_the_rest_waits():
    first_hand = {"wintec": "New Zealand", "musanze": "Rwanda", "kymenlaakso": "Finland"}
    published = Partner.objects.published().values_list("slug", "country__name_en")
    assert first_hand.items() <= dict(published).items()
    assert Agreement.objects.published().filter(partner__slug="musanze", signed="2024-03-28")
    assert Agreement.objects.get(slug="wintec-joint-college-2014").status == Status.DRAFT
    for model in (Agreement, Achievement):
        assert not model.objects.published().filter(source__address="").exists()
        assert not model.objects.published().filter(source=None).exists()


def test_nothing_is_said_of_the_college_that_no_record_bears_out():
    college = College.objects.get()
    assert (college.email, college.icp_filing, college.hero, college.logo) == ("", "", "", "")
    assert college.phone == "+86-579-82389616"


# Both languages

TRANSLATED = sorted(translator.get_registered_models(), key=lambda model: model.__name__)
# A Chinese measure word has no English counterpart.
ONE_LANGUAGE_WILL_DO = {"unit"}


def test_every_public_text_stands_in_both_languages():
    one_sided = [
        (str(row), field)
        for model in TRANSLATED
        for row in (
            model.objects.published() if issubclass(model, Publishable) else model.objects.all()
        )
        for field in set(translator.get_options_for_model(model).fields) - ONE_LANGUAGE_WILL_DO
        if len({bool(getattr(row, column)) for column in in_each_language(field)}) > 1
    ]
    assert not one_sided


def test_chinese_texts_have_full_width_punctuation():
    texts = [
        getattr(row, in_each_language(field)[1])
        for model in TRANSLATED
        for row in model.objects.all()
        for field in translator.get_options_for_model(model).fields
    ]
    assert not [text for text in texts if text and HALF_WIDTH.search(text)]


# Loading again

FACT = """
[[fact]]
key = "ponds"
label = { en = "Ponds", zh-hans = "池塘" }
unit = { en = "", zh-hans = "个" }
group = "campus"
order = 900
"""
FIGURE = """
[[figure]]
fact = "ponds"
value = "3"
as_of = "2018"
source = "wfcp-member-profile"
status = "published"
"""
MORE = "headline = true\nreview_months = 6\n"
MARSH = FACT.replace("ponds", "marsh")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder for content files that replace the shipped ones."""
    get_commands()  # which Django looks for once, in the same folders
    for app in apps.get_app_configs():
        monkeypatch.setattr(app, "path", str(tmp_path / app.label))
    folder = tmp_path / "profile" / "content"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def ponds(files):
    """A fact loaded once from its own file."""
    file = files / "9-ponds.toml"
    file.write_text(FACT)
    loader.load()
    return file


def test_a_second_load_changes_nothing():
    outcome = loader.load()
    assert set(outcome) == {"unchanged"}
    assert outcome["unchanged"] == LoadedRecord.objects.count()


CORRECTED = FACT.replace("Ponds", "Fish ponds")


def test_a_change_of_the_file_reaches_a_row_that_staff_have_not_touched(ponds):
    for text, headline, months in ((CORRECTED + MORE, True, 6), (CORRECTED, False, None)):
        ponds.write_text(text)
        assert loader.load()["updated"] == 1
        fact = Fact.objects.get(key="ponds")
        assert (fact.label_en, fact.label_zh_hans, fact.order) == ("Fish ponds", "池塘", 900)
        assert (fact.headline, fact.review_months) == (headline, months or Fact().review_months)


def test_what_staff_have_changed_is_kept_in_both_languages(ponds):
    fact = Fact.objects.get(key="ponds")
    fact.label_zh_hans = "荷塘"
    fact.save()
    ponds.write_text(CORRECTED)
    for _ in range(2):
        assert loader.load()["kept"] == 1
    assert Fact.objects.filter(key="ponds", label_en="Ponds", label_zh_hans="荷塘").exists()


def test_what_staff_have_deleted_stays_deleted(ponds):
    Fact.objects.get(key="ponds").delete()
    for text in (FACT, CORRECTED):
        ponds.write_text(text)
        loader.load()
    assert not Fact.objects.filter(key="ponds").exists()


def test_what_staff_have_entered_themselves_is_kept(files):
    Fact.objects.create(key="ponds", label_en="Our ponds", label_zh_hans="池塘", group="campus")
    (files / "9-ponds.toml").write_text(FACT)
    assert loader.load()["kept"] == 1
    assert Fact.objects.get(key="ponds").label_en == "Our ponds"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MARSH + FACT.replace("order", "ordre"), ["fact 2", "ordre"]),
        (MARSH + FACT.replace("zh-hans", "fr"), ["fact 2", "label", "fr"]),
        (MARSH + FACT.replace('zh-hans = "池塘"', 'zh-hans = ""'), ["fact 2", "ponds", "English"]),
        (MARSH + FACT.replace('"campus"', '"garden"'), ["fact 2", "ponds", "group", "garden"]),
        (MARSH + FACT.replace("fact", "fakt"), ["fakt"]),
        (MARSH + FACT.replace("key =", "key"), ["line"]),
        (FACT + FIGURE.replace("ponds", "puddles"), ["figure 1", "fact", "puddles"]),
        (FACT + FIGURE.replace('"3"', '"three"'), ["figure 1", "value", "three"]),
        (FACT + FIGURE.replace('as_of = "2018"\n', ""), ["figure 1", "as_of"]),
        (FACT + FIGURE + FIGURE.replace('"3"', '"4"'), ["figure 2", "ponds", "2018"]),
    ],
)
def test_a_faulty_file_loads_nothing_and_names_the_place(files, text, said):
    before = LoadedRecord.objects.count(), Fact.objects.count(), Figure.objects.count()
    (files / "9-ponds.toml").write_text(text)
    with pytest.raises(loader.ContentError) as refused:
        loader.load()
    assert before == (LoadedRecord.objects.count(), Fact.objects.count(), Figure.objects.count())
    assert [word for word in ["9-ponds.toml", *said] if word not in str(refused.value)] == []


def test_a_date_may_be_written_without_quotation_marks(files):
    (files / "9-ponds.toml").write_text(FACT + FIGURE.replace('"2018"', "2018-06-30"))
    loader.load()
    assert Figure.objects.get(fact__key="ponds").as_of == "2018-06-30"


def test_the_command_tells_a_fault_in_a_sentence(files):
    (files / "9-ponds.toml").write_text(FACT.replace("group", "grupp"))
    with pytest.raises(CommandError, match=r"Nothing was loaded\. 9-ponds.toml: fact 1"):
        call_command("load_content")
