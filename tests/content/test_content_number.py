"""The content number rises with every change the public can see, and with no other."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.dispatch import Signal

from jinhua_site.content import content_number
from jinhua_site.content.content_number import Poller, raise_number, read_number
from jinhua_site.content.dry_run import dry_run
from jinhua_site.content.models import Status
from jinhua_site.office.models import Proposal
from profile.models import College
from tests.support import makers
from tests.support.admin import PUBLISHABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(django_capture_on_commit_callbacks):
    """Return by how much `act` raises the number."""

    def by(deed, *args, **fields):
        connection.run_on_commit.clear()  # caused by the test's own setup
        before = read_number()
        with django_capture_on_commit_callbacks(execute=True):
            deed(*args, **fields)
        return read_number() - before

    return by


def put(record, status):
    record.status = status
    record.save()


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_it_is_raised_by_what_is_public_and_by_no_draft(raised, model):
    make = makers.BY_MODEL[model]
    record = make(status=Status.DRAFT)
    assert raised(record.save) == 0
    assert raised(put, record, Status.PUBLISHED) == 1
    assert raised(record.save) == 1
    assert raised(put, record, Status.ARCHIVED) == 1
    assert raised(record.delete) == 0
    assert raised(make(status=Status.PUBLISHED).delete) == 1


def test_the_parts_of_a_draft_are_as_little_noticed_as_it(raised):
    draft, public = makers.make_practice(status=Status.DRAFT), makers.make_practice()
    source, partner = makers.make_source(), makers.make_partner()
    assert raised(source.save) == 0
    for practice, by in ((draft, 0), (public, 1)):
        assert raised(makers.make_achievement, practice=practice, source=source) == by
        assert raised(makers.make_evidence, practice=practice) == by
        assert raised(practice.partners.add, partner) == by
        assert raised(source.save) == by
    assert raised(public.partners.clear) == 1


def test_a_fact_is_noticed_once_a_figure_of_it_is_public_and_the_college_always(raised):
    fact = makers.make_fact()
    makers.make_figure(fact=fact, as_of="2017", status=Status.DRAFT)
    assert raised(fact.save) == 0
    makers.make_figure(fact=fact)
    assert raised(fact.save) == raised(College.objects.get().save) == 1


def test_changes_count_once_in_a_transaction_and_never_when_undone_or_proposed(raised):
    def change_all():
        for record in (makers.make_partner(), makers.make_country(), makers.make_faculty()):
            record.save()

    def undo():
        with dry_run():
            change_all()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            makers.make_partner(slug=str(1 / 0))

    assert raised(change_all) == 1
    assert raised(undo) == 0
    fields = {"model": ContentType.objects.get_for_model(College), "record_name": "x"}
    fields |= {"author": makers.make_colleague("editor"), "base": {}, "wanted": {}}
    assert raised(Proposal.objects.create, **fields) == 0


# The poller


def test_a_change_and_another_day_are_another_key(monkeypatch):
    poller = Poller()
    poller.poll()
    before = poller.cache_key
    poller.poll()
    assert poller.cache_key == before
    raise_number()
    poller.poll()
    assert poller.cache_key == (before[0] + 1, before[1])
    monkeypatch.setattr(content_number.timezone, "localdate", lambda: "tomorrow")
    poller.poll()
    assert poller.cache_key == (before[0] + 1, "tomorrow")


def refuse(execute, sql, *args):
    """Fail like a database that goes away between a change and its number."""
    if sql.startswith("UPDATE") and "contentnumber" in sql:
        raise OperationalError
    return execute(sql, *args)


def test_a_change_that_could_not_be_counted_is_counted_once_by_a_later_poll():
    raise_number()
    before, poller = read_number(), Poller()
    with connection.execute_wrapper(refuse):
        with pytest.raises(OperationalError), transaction.atomic():
            raise_number()
        with transaction.atomic():
            poller.poll()
    for _ in range(2):
        poller.poll()
    assert read_number() == before + 1


def test_what_is_known_goes_on_though_the_database_falls_silent(monkeypatch, caplog):
    now, poller = [100], Poller()
    monkeypatch.setattr(content_number.time, "monotonic", lambda: now[0])
    assert poller.is_silent
    poller.poll()
    known = poller.cache_key
    with monkeypatch.context() as patch:
        patch.setattr(content_number, "read_number", lambda: 1 / 0)
        now[0] = 100 + content_number.SILENT_AFTER
        poller.poll()
        assert (poller.cache_key, poller.is_silent) == (known, False)
        now[0] += 1
        poller.poll()
        assert (poller.cache_key, poller.is_silent) == (known, True)
    poller.poll()
    assert (poller.cache_key, poller.is_silent) == (known, False)
    assert [record.getMessage() for record in caplog.records] == [
        "The database does not answer; what is known goes on: division by zero",
        "The database answers again.",
    ]


def test_a_job_that_fails_keeps_no_other_from_its_work_and_is_tried_again(monkeypatch):
    done = []

    def fail(**kwargs):
        done.append("failed")
        raise RuntimeError

    def succeed(**kwargs):
        done.append("done")

    monkeypatch.setattr(content_number, "every_second", Signal())
    for job in (fail, succeed):
        content_number.every_second.connect(job)
    monkeypatch.setattr(content_number.time, "sleep", lambda seconds: len(done) > 3 and exit())
    poller = Poller()
    poller.poll()
    with pytest.raises(SystemExit):
        poller._send_every_second()
    assert done == ["failed", "done"] * 2
