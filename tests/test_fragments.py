"""What is kept of a page goes with the content that it was made of."""

import pytest
from django.template import engines

from jinhua_site.fragments import Shown
from jinhua_site.publishing import version
from profile.models import College, Figure

pytestmark = pytest.mark.django_db
TEMPLATE = "{% load site %}{% kept shown %}{{ words }}{{ request }}{{ LANGUAGE_CODE }}{% endkept %}"


@pytest.fixture(autouse=True)
def keeping(monkeypatch, nothing_remembered):
    """A process that keeps what it has built, and can be told that the content has changed."""
    stands = [object()]
    monkeypatch.setattr(version, "current", lambda: stands[-1])
    return lambda: stands.append(object())


def written(shown, **context):
    return engines["django"].from_string(TEMPLATE).render({"shown": shown, **context})


def test_a_kept_part_sees_what_is_shown_and_nothing_else_of_the_page():
    assert written(Shown(words="Here: "), request="a visitor") == "Here: en"


def test_a_kept_part_is_escaped_as_any_other():
    assert written(Shown(words="<b>")) == "&lt;b&gt;en"


def test_a_part_is_kept_for_each_language(client):
    english, chinese = client.get("/en/").content, client.get("/zh-hans/").content
    assert client.get("/en/").content == english != chinese
    assert client.get("/zh-hans/").content == chinese


@pytest.mark.parametrize("page", ["", "facts/", "facts/patents/", "profile-text/"])
def test_nothing_is_kept_beyond_a_change(client, keeping, page):
    before = client.get(f"/en/{page}").content
    Figure.objects.filter(fact__key="patents").update(value=987_654)
    assert client.get(f"/en/{page}").content == before
    keeping()
    assert "987,654" in client.get(f"/en/{page}").content.decode()


def test_the_head_and_the_foot_go_with_a_change_too(client, keeping):
    client.get("/en/privacy/")
    College.objects.update(name_en="Another College", phone="+86-579-1")
    keeping()
    page = client.get("/en/privacy/").content.decode()
    assert "<span>Another College</span>" in page
    assert 'href="tel:+86-579-1"' in page


def test_what_is_tried_out_is_neither_kept_nor_taken_from_what_is(client):
    before = client.get("/en/facts/patents/").content
    figures = Figure.objects.filter(fact__key="patents")
    with version.aside():
        figures.update(value=987_654)
        assert "987,654" in client.get("/en/facts/patents/").content.decode()
    assert client.get("/en/facts/patents/").content == before


def test_what_a_change_overtakes_is_not_kept(keeping):
    def build():
        if not built:
            built.append("before")
            keeping()  # another thread's look, while this one is at work
            kept()
            return "before"
        built.append("after")
        return "after"

    built = []
    kept = version.remembered(build)
    assert kept() == "before"
    assert kept() == "after"
    assert built == ["before", "after"]
