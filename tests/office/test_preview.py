"""A preview shows unsaved changes on the public page, and saves nothing."""

import pytest

from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from profile.models import Major
from tests.support import makers
from tests.support.admin import filled_in, refused, seen, url
from tests.support.files import picture
from tests.support.pages import ask
from tests.support.proposals import now, page_of, propose


def preview(client, record, code="en", **changes):
    form = filled_in(client.get(url("change", record)))
    return client.post(url("change", record), form | changes | {"_preview": code})


@pytest.mark.parametrize(("code", "words"), [("en", "Seen first."), ("zh-hans", "先看。")])
def test_a_preview_is_the_public_page_and_leaves_nothing(editor, code, words):
    partner = makers.make_partner(name_en="Quite new", status=Status.DRAFT)
    versions = partner.history.count()
    texts = {"summary_en": "Seen first.", "summary_zh_hans": "先看。"}
    page = preview(editor, partner, code, **texts, logo=picture())
    assert f'<html lang="{code.replace("hans", "Hans")}"' in seen(page)
    assert words in seen(page)
    assert "/media/partners/" in seen(page)
    assert "no-store" in page["Cache-Control"]
    assert ("nothing of it is public" in seen(page)) is (code == "en")
    assert not now(partner, "logo")
    assert "Seen first." not in partner.summary_en
    assert partner.history.count() == versions
    assert not Proposal.objects.exists()
    assert "Quite new" not in ask("/en/partnerships/partners/").text


def test_a_new_record_is_previewed_before_there_is_any(editor):
    fields = {"name_en": "Tea", "slug": "tea", "level": "associate", "_preview": "zh-hans"}
    page = seen(editor.post(url("add", Major), fields))
    assert "(not written yet)" in page
    assert not Major.objects.filter(slug="tea").exists()


def test_a_publisher_previews_a_proposal(editor, publisher, colleague):
    partner = makers.make_partner()
    proposal = propose(editor, partner, summary_en="Proposed words.")
    page = publisher.post(page_of(proposal), {"_preview": "en"})
    assert "Proposed words." in seen(page)
    assert "Proposed words." not in ask(partner.get_absolute_url()).text
    other = colleague("other", "view_proposal")
    assert other.post(page_of(proposal), {"_preview": "en"}).status_code == 403


def test_what_cannot_be_shown_comes_back_as_it_was_written(editor):
    partner = makers.make_partner(summary_zh_hans="", status=Status.DRAFT)
    page = preview(editor, partner, website="nowhere", since="2018-13")
    assert "is not a date" in refused(page)
    shown = page.context["adminform"].form
    assert (shown["summary_zh_hans"].value(), shown["status"].value()) == (None, "draft")
    assert "(not written yet)" not in seen(page)
    page = preview(editor, makers.make_agreement(signed="", status=Status.DRAFT))
    message = "Before this can be shown: To publish, say when it was signed or took effect."
    assert message in seen(page)
    assert not page.context["errors"]
