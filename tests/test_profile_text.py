"""The profile text says what is published today, in good English and in good Chinese."""

import re
from dataclasses import replace
from io import StringIO
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from django.utils.html import strip_tags
from django.utils.translation import override

from jinhua_site import grammar
from jinhua_site.profile_text import FORMS, Profile, texts
from profile.models import College, Fact, Figure
from tests.makers import (
    make_commitment,
    make_cooperation_area,
    make_country,
    make_fact,
    make_figure,
    make_source,
)
from tests.messages import HALF_WIDTH
from tests.server import PROJECT

pytestmark = pytest.mark.django_db

CODES = ["en", "zh-hans"]
IN_SENTENCES = {
    "en": {
        "campus-area": "covers more than 146.7 hectares",
        "gross-floor-area": "a gross floor area of 690,000 m²",
        "books": "nearly 1.8 million copies of books",
        "faculties": "13 faculties",
        "affiliated-hospitals": "one affiliated hospital",
        "majors": "60 majors",
        "training-rooms": "more than 300 experimental training rooms",
        "off-campus-bases": "more than 800 off-campus teaching and scientific research bases",
        "patents": "535 Chinese government authorised patents",
        "teachers": "more than 1,300 professional teachers",
        "professors": "more than 100 professors",
        "associate-professors": "about 320 associate professors",
        "students": "more than 24,000 full-time students",
        "partner-countries": "more than 20 countries and areas",
    },
    "zh-hans": {
        "campus-area": "占地面积超过146.7公顷",
        "gross-floor-area": "建筑面积69万平方米",
        "books": "馆藏图书近180万册",
        "faculties": "13个二级学院",
        "affiliated-hospitals": "1家附属医院",
        "majors": "60个专业",
        "training-rooms": "300余间实验实训室",
        "off-campus-bases": "800余个校外教学科研基地",
        "patents": "授权专利535件",
        "teachers": "专业教师1300余人",
        "professors": "教授100余人",
        "associate-professors": "副教授约320人",
        "students": "全日制在校生2.4万余人",
        "partner-countries": "20余个国家和地区",
    },
}
KEYS = list(IN_SENTENCES["en"])
FAULTS = {
    "en": re.compile(
        r"None|[{}]|\(\)|\n{3}|[ \t]{2}| [,.;:)]|\( |[,.;:]{2}|:(\n|\Z)|\b(\w+) \2\b|, and,"
        r"|\b(and|has|covers|holds|runs|employs|teaches|in|of|the|to|with)[,.;\n]|(^|\. )[a-z]"
    ),
    "zh-hans": re.compile(
        r"None|[{}]|（）|\n{3}|[^A-Za-z][ \t]|[，、；：。]{2}|(^|[\n（])[，、；：。和]|和[，、。；]"
        r"|[与等有为获设][，。；]|：(\n|\Z)"
    ),
}


@pytest.fixture(params=CODES)
def code(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def profile():
    return Profile.published()


def bodies(profile):
    return {text.key: text.body for text in texts(profile)}


def without(profile, *keys):
    return profile.with_figures(set(profile.figures) - set(keys))


def publish_patents(**fields):
    defaults = {"value": "1270", "as_of": "2026-06", "source": make_source(title_en="Report")}
    return make_figure(fact=Fact.objects.get(key="patents"), **defaults | fields)


def printed(**options):
    out = StringIO()
    call_command("profile_text", stdout=out, **options)
    return out.getvalue()


# What the forms say


def test_the_member_page_form_says_every_figure_of_the_seed_with_its_qualifier(profile, code):
    body = bodies(profile)["wfcp"]
    assert set(profile.figures) == set(KEYS)
    assert [words for words in IN_SENTENCES[code].values() if words not in body] == []


def test_the_member_page_form_names_every_country_and_every_area_of_cooperation(profile, code):
    body = bodies(profile)["wfcp"].casefold()
    names = [row.name for row in (*profile.countries, *profile.areas)]
    assert len(names) == 20
    assert [name for name in names if name.casefold() not in body] == []


def test_the_member_page_form_tells_the_plan_and_what_the_college_wants_of_wfcp(profile, code):
    body = bodies(profile)["wfcp"]
    told = [aim.text for aim in profile.commitments]
    told += [interest.title for interest in profile.interests]
    told += [profile.college.belt_and_road, *profile.college.wfcp.split("\n\n")]
    assert [text for text in told if text.casefold() not in body.casefold()] == []


def test_the_directory_form_gives_every_figure_its_own_line_and_date(profile, code):
    lines = bodies(profile)["directory"].splitlines()
    colon, as_of = (": ", ", as of ") if code == "en" else ("：", "，截至")
    for figure in profile.figures.values():
        line = f"{figure.fact.label}{colon}{figure.text}{as_of}{figure.as_of.readable()}"
        assert [found for found in lines if found.startswith(line)], line


def test_the_directory_form_says_who_the_college_is_and_where(profile):
    lines = bodies(profile)["directory"].splitlines()
    assert "Name: Jinhua Polytechnic" in lines
    assert "Since 2024: Jinhua University of Vocational Technology (JUVT)" in lines
    assert "Name in Chinese: 金华职业技术学院" in lines
    assert "Address: No. 888 Haitang West Street, Jinhua, Zhejiang, China" in lines
    assert "Website: https://www.jhc.edu.cn/" in lines
    assert "Founded: 1994" in lines
    assert not [line for line in lines if line.startswith("E-mail")]


def test_the_short_form_is_short(profile):
    english = texts(profile)[0]
    assert 80 <= english.length == len(english.body.split()) <= 130
    with override("zh-hans"):
        assert 150 <= texts(profile)[0].length <= 250


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Figures as of 2018 (date inferred); source: WFCP member profile.\n"),
        ("zh-hans", "数据截至2018年（时间为推定）；来源：世界职教院校联盟（WFCP）会员简介。\n"),
    ],
)
def test_every_form_ends_with_the_date_and_the_source_and_where_to_look(profile, code, said):
    with override(code):
        for body in bodies(profile).values():
            assert said in body
            assert body.endswith(f"/{code}/facts/")


# It follows what is published


@pytest.mark.parametrize(
    ("code", "old", "new"), [("en", "535", "1,270"), ("zh-hans", "535", "1270件")]
)
def test_a_newer_figure_is_in_every_form_on_the_page_and_in_the_command(client, code, old, new):
    publish_patents()
    page = client.get(f"/{code}/profile-text/").content.decode()
    with override(code):
        written = bodies(Profile.published())
    assert not [key for key, body in written.items() if new not in body or old in body]
    assert page.count(new) == len(FORMS)
    assert printed(language=code).count(new) == len(FORMS)
    assert old not in page + printed(language=code)


def test_figures_of_different_dates_and_sources_are_told_apart():
    publish_patents()
    for body in bodies(Profile.published()).values():
        assert (
            "Chinese government authorised patents as of June 2026; source: Report. "
            "All other figures as of 2018 (date inferred); source: WFCP member profile." in body
        )


def test_a_form_names_the_sources_of_its_own_figures_only():
    books = Fact.objects.get(key="books")
    make_figure(fact=books, value="2000000", as_of="2025", source=make_source(title_en="Library"))
    named = {key: "Library" in body for key, body in bodies(Profile.published()).items()}
    assert named == {"short": False, "wfcp": True, "directory": True}


def test_a_draft_changes_nothing(profile, code):
    before = bodies(profile)
    publish_patents(status="draft")
    make_country(status="draft")
    make_cooperation_area(status="draft")
    make_commitment(status="draft")
    assert bodies(Profile.published()) == before


def test_what_else_staff_publish_is_named_too():
    make_country(name_en="Hong Kong, China", order=155)
    make_cooperation_area(name_en="European projects", order=45)
    make_commitment(text_en="Open a second overseas college.", order=60)
    make_figure(fact=make_fact(label_en="Ponds"), value="3")
    body = bodies(Profile.published())
    assert "Rwanda; Cameroon; and Hong Kong, China. The cooperation" in body["wfcp"]
    assert "joint programmes, European projects and other projects." in body["wfcp"]
    assert "teachers and to open a second overseas college." in body["wfcp"]
    assert "Ponds: 3, as of 2018" in body["directory"]


def test_a_single_thing_is_counted_in_words_and_two_in_the_plural(profile, code):
    hospitals = profile.figures["affiliated-hospitals"]
    for value, english, chinese in [
        ("1", "one affiliated hospital,", "1家附属医院，"),
        ("2", "2 affiliated hospitals,", "2家附属医院，"),
    ]:
        hospitals.value = type(hospitals.value)(value)
        assert (english if code == "en" else chinese) in bodies(profile)["wfcp"]


# What is not published leaves no trace


def assert_well_written(profile, code):
    for key, body in bodies(profile).items():
        prose = re.sub(r"https?://\S+", "…", body)
        fault = FAULTS[code].search(prose)
        assert not fault, (key, sorted(profile.figures), prose[max(0, fault.start() - 60) :][:120])


def test_every_form_is_well_written_as_it_ships(profile, code):
    assert_well_written(profile, code)


def test_a_figure_that_is_not_published_leaves_a_whole_sentence(profile, code):
    for keys in [*combinations(KEYS, 1), *combinations(KEYS, 2)]:
        left = without(profile, *keys)
        assert_well_written(left, code)
        body = bodies(left)["wfcp"]
        assert not [key for key in keys if IN_SENTENCES[code][key] in body]
        assert sum(words in body for words in IN_SENTENCES[code].values()) == 14 - len(keys)


def test_each_figure_alone_makes_a_whole_sentence(profile, code):
    for key in KEYS:
        alone = profile.with_figures({key})
        assert_well_written(alone, code)
        assert IN_SENTENCES[code][key] in bodies(alone)["wfcp"]


def test_without_figures_lists_and_all_that_may_be_empty_the_forms_still_read_well(profile, code):
    lists = {"countries": [], "areas": [], "commitments": [], "interests": []}
    bare = without(profile, *KEYS)
    for name in lists:
        assert_well_written(replace(bare, **{name: []}), code)
        assert_well_written(replace(profile, **{name: []}), code)
    college = profile.college
    college.successor = college.successor_since = college.office_name = college.phone = (
        college.fax
    ) = ""
    college.website, college.founding_year = "", None
    assert_well_written(replace(profile, **lists), code)
    assert_well_written(replace(bare, **lists), code)
    assert not re.search(r"\d", re.sub(r"http\S+", "", bodies(replace(bare, **lists))["short"]))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "en",
            "Jinhua Polytechnic, since 2024 Jinhua University of Vocational Technology (JUVT), is",
        ),
        ("zh-hans", "金华职业技术学院（2024年升格更名为金华职业技术大学）是"),
    ],
)
def test_the_successor_is_named_with_its_year(profile, code, told):
    with override(code):
        assert told in bodies(profile)["short"]


def test_a_figure_that_is_taken_back_is_gone():
    Figure.objects.filter(fact__key="patents").update(status="archived")
    assert not [body for body in bodies(Profile.published()).values() if "patents" in body]


def test_chinese_is_set_as_chinese(profile):
    with override("zh-hans"):
        for body in bodies(profile).values():
            assert not HALF_WIDTH.search(body)
            rest = re.sub(r"https?://\S+|Jinhua Polytechnic|WFCP", "", body)
            assert not re.search(r"[A-Za-z]{2,}", rest)
            assert " " not in rest.replace("\n", "")


def test_english_is_set_as_english(profile):
    for body in bodies(profile).values():
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", body.replace("金华职业技术学院", ""))


# The page


def test_the_page_has_the_texts_without_any_script(client, profile, code):
    page = client.get(f"/{code}/profile-text/")
    html = re.sub(r"\s+", " ", strip_tags(re.sub(r"<(br|/p)>", " ", page.content.decode())))
    lines = [line for body in bodies(profile).values() for line in body.splitlines() if line]
    assert len(lines) > 40
    assert [line for line in lines if line not in html] == []


def test_the_page_has_one_first_heading_a_heading_a_form_and_no_cookie(client, code):
    page = client.get(f"/{code}/profile-text/")
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("<h1") == 1
    assert html.count("<h2") == len(FORMS)
    assert not page.cookies
    assert "cookie" not in page.get("Vary", "").lower()


def test_the_page_says_how_long_each_text_is(client, profile):
    page = client.get("/en/profile-text/").content.decode()
    for text in texts(profile):
        assert f"{text.length} words" in page
    with override("zh-hans"):
        page = client.get("/zh-hans/profile-text/").content.decode()
        assert not [text for text in texts(profile) if f"{text.length}字" not in page]


def test_the_name_in_the_other_language_is_marked(client):
    assert '<span lang="zh-Hans">金华职业技术学院</span><br>' in str(
        client.get("/en/profile-text/").content.decode()
    )
    assert '<span lang="en">Jinhua Polytechnic</span><br>' in str(
        client.get("/zh-hans/profile-text/").content.decode()
    )


def test_what_staff_write_never_becomes_markup(client):
    College.objects.update(belt_and_road_en="<script>alert(1)</script>", name_zh_hans="<b>&amp;")
    html = client.get("/en/profile-text/").content.decode()
    assert "<script>alert" not in html
    assert '<span lang="zh-Hans">&lt;b&gt;&amp;amp;</span>' in html


def test_the_script_is_small_and_stands_in_a_file(client):
    assert len((PROJECT / "static" / "copy.js").read_bytes()) < 2048
    html = client.get("/en/profile-text/").content.decode()
    assert re.findall(r"<script[^>]*>[^<]*", html) == re.findall(r"<script src=[^>]* defer>", html)
    assert not re.search(r" on[a-z]+=", html)
    assert html.count("<button") == len(re.findall(r"<button[^>]* hidden ", html)) == len(FORMS)


# The command


@pytest.mark.parametrize("form", FORMS)
def test_the_command_prints_what_the_page_says(profile, code, form):
    wanted = bodies(profile)[form]
    with override("en" if code != "en" else "zh-hans"):
        assert printed(language=code, form=form) == f"{wanted}\n"


def test_the_command_prints_every_form_in_every_language_when_nothing_is_chosen(profile):
    out = printed()
    for code in CODES:
        with override(code):
            assert not [
                text for text in texts(profile) if f"# {text.title}\n\n{text.body}" not in out
            ]


@pytest.mark.parametrize(
    ("option", "value", "others"), [("--language", "fr", "zh-hans"), ("--form", "long", "wfcp")]
)
def test_the_command_says_what_is_wrong_with_a_choice(option, value, others):
    with pytest.raises(CommandError, match=f"{option}: invalid choice: '{value}'.*{others}"):
        call_command("profile_text", option, value)


def test_the_command_says_so_when_there_is_no_college():
    College.objects.all().delete()
    with pytest.raises(CommandError, match="load_content"):
        call_command("profile_text")


# How each language joins


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        ([], "", ""),
        (["", "a"], "a", "a"),
        (["a", "b"], "a and b", "a和b"),
        (["a", "b", "c"], "a, b and c", "a、b和c"),
        (["a and b", "c"], "a and b and c", "a and b和c"),
        (["a", "b and c", "d"], "a, b and c, and d", "a、b and c和d"),
        (["a", "b, c"], "a; and b, c", "a和b, c"),
    ],
)
def test_names_are_listed_as_the_language_lists_them(names, english, chinese):
    assert grammar.listed(names) == english
    with override("zh-hans"):
        assert grammar.listed(names) == chinese


@pytest.mark.parametrize(
    ("country", "inside"),
    [
        ("Canada", "Canada"),
        ("United States", "the United States"),
        ("United Arab Emirates", "the United Arab Emirates"),
        ("Netherlands", "the Netherlands"),
        ("Czech Republic", "the Czech Republic"),
        ("Republic of Korea", "the Republic of Korea"),
        ("Solomon Islands", "the Solomon Islands"),
        ("Indonesia", "Indonesia"),
    ],
)
def test_a_country_has_its_article_inside_a_sentence(country, inside):
    assert grammar.with_article(country) == inside


def test_a_name_and_its_value_stand_apart_as_each_language_has_it():
    assert grammar.labelled("City", "Hamilton") == "City: Hamilton"
    with override("zh-hans"):
        assert grammar.labelled("城市", "汉密尔顿") == "城市：汉密尔顿"


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Teachers’ training", "teachers’ training"),
        ("Sino-foreign joint programmes", "Sino-foreign joint programmes"),
        ("Chinese language", "Chinese language"),
        ("STEM teaching", "STEM teaching"),
        ("", ""),
    ],
)
def test_a_label_loses_its_capital_inside_a_sentence_unless_it_is_a_name(label, inside):
    assert grammar.in_sentence(label) == inside
