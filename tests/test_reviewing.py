"""What a reviewer sees, chooses and writes of a proposal is kept until it is done."""
# ruff: noqa: F401, F811 (the fixtures of another module)

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from jinhua_site.office.models import Proposal
from jinhua_site.publishing.models import Status

from . import makers
from .test_admin import filled_in, refused, save, seen, url
from .test_lost_updates import again
from .test_proposals import (
    colleague,
    decide,
    editor,
    in_hours,
    page_of,
    publisher,
    the_proposal,
)

State = Proposal.State
IN_CHINESE = {"django_language": "zh-hans"}


def filled_with(proposal, record=None):
    """The address of the form, filled in with a proposal."""
    page = url("change", record) if record else reverse("admin:partnerships_partner_add")
    return f"{page}?proposal={proposal.pk}"


def dates_in(page):
    """What stands in the fields of the dates, by their name."""
    return dict(re.findall(r'name="_(due|until)" id="\w+" value="([^"]*)"', seen(page)))


def on_the_minute(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


# What both changed


@pytest.mark.parametrize(("side", "stays"), [("mine", "Wintec"), ("theirs", "WINTEC")])
def test_of_a_field_that_both_changed_the_publisher_takes_either(editor, publisher, side, stays):
    partner = makers.make_partner()
    save(editor, url("change", partner), name_en="Wintec")
    save(publisher, url("change", partner), name_en="WINTEC")
    page = decide(publisher, the_proposal())
    assert "publisher changed this record after this was proposed" in seen(page)
    assert '<span lang="en">WINTEC</span>' in seen(page)
    form = again(page) | {"_take-name_en": side}
    seen(publisher.post(filled_with(the_proposal(), partner), form, follow=True))
    partner.refresh_from_db()
    assert (partner.name_en, the_proposal().state) == (stays, State.DONE)


def test_whoever_mends_a_proposal_is_shown_what_was_written_since(editor, publisher):
    partner = makers.make_partner(city_en="Old")
    save(editor, url("change", partner), city_en="Mine")
    save(publisher, url("change", partner), city_en="Theirs")
    assert '<span lang="en">Theirs</span>' in seen(editor.get(filled_with(the_proposal(), partner)))


def test_a_colleague_s_proposal_does_not_fill_in_again_what_was_saved_over_it(editor, colleague):
    partner = makers.make_partner(status=Status.DRAFT)
    save(editor, url("change", partner), city_en="Hamilton", _propose="1")
    other = colleague("other", "view_proposal")
    form = filled_in(other.get(filled_with(the_proposal(), partner)))
    form |= {"status": "draft", "city_en": "Auckland", "_continue": "1"}
    page = other.post(filled_with(the_proposal(), partner), form, follow=True)
    assert filled_in(page)["city_en"] == "Auckland"
