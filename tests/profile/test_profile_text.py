"""The profile text states the published figures, in good English and good Chinese."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import override

from jinhua_site.core.grammar import length
from jinhua_site.pages.profile_text import TITLES, texts
from profile.models import College, Fact, Figure, ProfileSentence
from profile.models.sentence import PLACEHOLDER
from tests.support.makers import make_country, make_figure, make_source
from tests.tools.messages import HALF_WIDTH

pytestmark = pytest.mark.django_db

CODES = ["en", "zh-hans"]
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


def assert_well_written(code):
    for key, body in texts().items():
        prose = re.sub(r"https?://\S+", "…", body)
        fault = FAULTS[code].search(prose)
        assert not fault, (key, prose[max(0, fault.start() - 60) :][:120])


# The two forms of the text


def test_the_directory_form_gives_every_figure_its_own_line_and_date(code):
    lines = texts()["directory"].splitlines()
    colon, as_of = (": ", ", as of ") if code == "en" else ("：", "，截至")
    figures = Figure.objects.published().current()
    assert len(figures) >= 14
    for figure in figures:
        assert f"{figure.fact.label}{colon}{figure.text}{as_of}{figure.dated}" in lines


def test_the_directory_form_says_who_the_college_is_and_where():
    lines = texts()["directory"].splitlines()
    assert "Name: Jinhua Polytechnic" in lines
    assert "Name in Chinese: 金华职业技术学院" in lines
    assert "Address: No. 888 Haitang West Street, Jinhua, Zhejiang, China" in lines
    assert "Founded: 1994" in lines
    assert "Since 2024: Jinhua University of Vocational Technology (JUVT)" in lines
    assert not [line for line in lines if line.startswith("E-mail")]


def test_every_form_is_well_written_as_it_ships(code):
    assert_well_written(code)
    shortest, longest = {"en": (80, 130), "zh-hans": (150, 250)}[code]
    assert shortest <= length(texts()["short"]) <= longest
    for body in texts().values():
        assert body.endswith(f"/{code}/facts/")
        if code == "en":
            rest = body.replace("金华职业技术学院", "")
            assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", rest)
        else:
            assert not HALF_WIDTH.search(body)


# Published figures only


def test_a_newer_figure_is_in_every_form_with_its_own_date_and_source():
    make_figure(
        fact=Fact.objects.get(key="patents"),
        value="1270",
        as_of="2026-06",
        source=make_source(title_en="Report"),
    )
    assert not [key for key, body in texts().items() if "1,270" not in body or "535" in body]
    assert (
        "Chinese government authorised patents as of June 2026; source: Report. "
        "All other figures as of 2018 (date inferred); source: WFCP member profile."
    ) in texts()["wfcp"]
    books = Fact.objects.get(key="books")
    make_figure(fact=books, value="2000000", as_of="2025", source=make_source(title_en="Library"))
    named = {key: "Library" in body for key, body in texts().items()}
    assert named == {"short": False, "wfcp": True, "directory": True}  # only its own sources


def test_a_country_that_staff_publish_is_named_and_a_draft_is_not():
    make_country(name_en="Hong Kong, China")
    make_country(name_en="Atlantis", status="draft")
    body = texts()["wfcp"]
    assert "Hong Kong, China" in body
    assert "Atlantis" not in body


def test_a_sentence_says_its_figure_and_falls_away_with_it(code):
    said = texts()["wfcp"]
    figures = {figure.fact.key: figure for figure in Figure.objects.published().current()}
    sentences = ProfileSentence.objects.published().filter(form="wfcp")
    used = [(key, sentence) for sentence in sentences for key in sentence.keys if key in figures]
    assert len(used) >= 14
    for key, sentence in used:
        words = max(PLACEHOLDER.split(sentence.text)[::2], key=len)
        assert words in said
        assert figures[key].text in said or figures[key].value == 1
        Figure.objects.filter(pk=figures[key].pk).update(status="archived")
        assert_well_written(code)
        assert words not in texts()["wfcp"]
        Figure.objects.filter(pk=figures[key].pk).update(status="published")


def test_without_any_figure_and_all_that_may_be_empty_the_forms_still_read_well(code):
    Figure.objects.update(status="archived")
    College.objects.update(office_name_en="", phone="", fax="", website="", founding_year=None)
    College.objects.update(successor_since="")
    assert_well_written(code)
    assert not re.search(r"\d", re.sub(r"http\S+", "", texts()["short"]))


# Editing the sentences


def test_a_sentence_with_figures_in_it_stands_once_it_is_published():
    before = texts()
    sentence = ProfileSentence.objects.create(
        slug="short-rooms",
        form="short",
        text_en="Its {training-rooms} rooms are open to all.",
        text_zh_hans="{training-rooms}实训室向所有人开放。",
        order=25,
    )
    assert texts() == before
    sentence.status = "published"
    sentence.save()
    assert "Its more than 300 rooms are open to all." in texts()["short"]


def test_a_sentence_with_a_wrong_key_or_brace_is_refused_in_words():
    for text, said in [
        ("It has {major} majors.", "There is no fact with this key: {major}."),
        ("It has {majors majors.", "Each { needs its }"),
        ("It has majors}.", "Each { needs its }"),
    ]:
        with pytest.raises(ValidationError) as refused:
            ProfileSentence(slug="x", form="short", text_en=text).full_clean()
        assert said in refused.value.message_dict["text_en"][0]


# The page


def test_the_page_has_the_texts_without_any_script_and_says_how_long_each_is(client, code):
    html = client.get(f"/{code}/profile-text/").content.decode()
    text = re.sub(r"\s+", " ", strip_tags(re.sub(r"<(br|/p)>", " ", html)))
    lines = [line for body in texts().values() for line in body.splitlines() if line]
    assert len(lines) > 40
    assert [line for line in lines if line not in text] == []
    for body in texts().values():
        assert f"{length(body)}{' words' if code == 'en' else '字'}" in html
    # The script shows the buttons; it is in a file of its own.
    assert re.findall(r"<script[^>]*>[^<]*", html) == re.findall(r"<script src=[^>]* defer>", html)
    assert html.count("<button") == len(re.findall(r"<button[^>]* hidden ", html)) == len(TITLES)
