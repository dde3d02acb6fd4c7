"""The number of the content grows with what the public may notice, and with nothing else."""

from threading import Event, Thread

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jinhua_site.office.models import Proposal
from jinhua_site.publishing import version
from jinhua_site.publishing.models import ContentVersion, Publishable, Status
from jinhua_site.publishing.rehearsal import rehearsal
from profile.models import College
from tests import makers

pytestmark = pytest.mark.django_db

PUBLISHABLE = [
    makers.make_agreement,
    makers.make_area_of_interest,
    makers.make_commitment,
    makers.make_cooperation_area,
    makers.make_country,
    makers.make_faculty,
    makers.make_figure,
    makers.make_major,
    makers.make_mobility,
    makers.make_partner,
    makers.make_practice,
]


@pytest.fixture
def grows(django_capture_on_commit_callbacks):
    """Whether doing something makes the number of the content grow."""

    def grown(deed, *args, **fields):
        connection.run_on_commit.clear()  # what the test itself has made is of no account
        before = number()
        with django_capture_on_commit_callbacks(execute=True):
            deed(*args, **fields)
        return number() - before

    return grown


def number():
    return ContentVersion.objects.values_list("number", flat=True).first() or 0


def put(record, status):
    record.status = status
    record.save()


@pytest.mark.parametrize("make", PUBLISHABLE)
def test_it_grows_when_something_goes_public_changes_and_goes(grows, make):
    record = make(status=Status.DRAFT)
    assert grows(put, record, Status.PUBLISHED) == 1
    assert grows(record.save) == 1
    assert grows(put, record, Status.ARCHIVED) == 1
    put(record, Status.PUBLISHED)
    assert grows(record.delete) == 1


@pytest.mark.parametrize("make", PUBLISHABLE)
def test_a_draft_is_made_changed_and_thrown_away_unnoticed(grows, make):
    record = make(status=Status.DRAFT)
    assert isinstance(record, Publishable)
    assert grows(record.save) == grows(put, record, Status.ARCHIVED) == grows(record.delete) == 0


def test_the_parts_of_a_draft_are_as_little_noticed_as_it(grows):
    draft, public = makers.make_practice(status=Status.DRAFT), makers.make_practice()
    source = makers.make_source()
    for make in (makers.make_achievement, makers.make_evidence):
        fields = {"source": source} if make is makers.make_achievement else {}
        assert grows(make, practice=draft, **fields) == 0
        assert grows(make, practice=public, **fields) == 1
    partner = makers.make_partner()
    assert grows(draft.partners.add, partner) == 0
    assert grows(public.partners.add, partner) == 1
    assert grows(public.partners.clear) == 1


def test_a_source_is_noticed_once_something_public_stands_on_it(grows):
    source = makers.make_source()
    assert grows(source.save) == 0
    makers.make_figure(source=source, status=Status.DRAFT)
    assert grows(source.save) == 0
    makers.make_figure(source=source)
    assert grows(source.save) == 1


def test_a_fact_is_noticed_once_a_figure_of_it_is_public(grows):
    fact = makers.make_fact()
    assert grows(fact.save) == 0
    makers.make_figure(fact=fact)
    assert grows(fact.save) == 1


def test_the_college_is_public_always(grows):
    assert grows(College.objects.get().save) == 1


def test_many_changes_of_one_transaction_count_once(grows):
    def change_all():
        for record in (makers.make_partner(), makers.make_country(), makers.make_faculty()):
            record.save()

    assert grows(change_all) == 1


def test_what_is_undone_is_not_noticed(grows):
    def undone():
        with rehearsal():
            makers.make_partner()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            makers.make_partner(slug=str(1 / 0))

    assert grows(undone) == 0


def test_a_proposal_is_not_noticed(grows):
    author = makers.make_colleague("editor")
    kind = ContentType.objects.get_for_model(College)
    fields = {"model": kind, "author": author, "base": {}, "wanted": {}, "record_name": "x"}
    assert grows(Proposal.objects.create, **fields) == 0


def test_after_a_change_of_its_own_a_process_does_not_wait(monkeypatch, grows):
    monkeypatch.undo()
    monkeypatch.setattr(version, "LOOK_EVERY", 1000)
    version.look()
    before = version.current()
    assert grows(College.objects.get().save) == 1
    assert version.current() == before + 1


# When something goes wrong, or takes long


def refuse(execute, sql, *args):
    """As a database that goes away between what is saved and its number."""
    if sql.startswith("UPDATE") and "contentversion" in sql:
        raise OperationalError
    return execute(sql, *args)


def test_a_change_that_could_not_be_counted_is_counted_once_by_a_later_look(monkeypatch):
    monkeypatch.setattr(version, "_listeners", [print])  # a watch
    before = number()
    for deed in (version.bump, version.look):
        with connection.execute_wrapper(refuse), transaction.atomic():
            deed()
    assert number() == before
    for _ in range(2):
        version.look()
    assert number() == before + 1


def test_a_command_that_cannot_count_its_change_says_so():
    with connection.execute_wrapper(refuse), pytest.raises(OperationalError):
        version.bump()


def test_a_look_neither_waits_for_what_is_due_nor_fails_with_it(monkeypatch):
    called = []

    def fail():
        called.append(1)
        raise RuntimeError

    monkeypatch.setattr(version, "_alarms", [fail])
    version.set_due(timezone.now())
    assert version.look()
    assert not called
    assert version.carry_out_what_is_due()
    assert not version.carry_out_what_is_due()
    assert version.look()
    assert version.carry_out_what_is_due()
    assert len(called) == 2


def test_a_look_that_is_overtaken_does_not_set_the_number_back():
    has_read, goes_on = Event(), Event()

    def read_early():
        has_read.set()
        goes_on.wait(0.5)
        return {"number": 1}

    early = Thread(target=version._refresh, args=(read_early,))
    early.start()
    has_read.wait()
    version._refresh(lambda: {"number": 2})
    goes_on.set()
    early.join()
    assert version._seen["number"] == 2
