"""A migration or a load that is killed leaves the database as it was; the next one goes through.

A few kills here; `python -m tests.losses` kills at one statement after another.
"""

import pytest

from tests.database import own_database
from tests.losses import CONTENT, counts, killed, manage


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    """A site without a database yet."""
    with own_database() as database:
        yield {"VAR_DIR": tmp_path_factory.mktemp("interrupted"), **database}


def test_it_is_killed_and_goes_through_the_next_time(variables):
    # Each time one migration more is noted, and the next is killed as it is about to be.
    for _ in range(4):
        assert killed('2 INSERT INTO "django_migrations"', "migrate", **variables)
    assert killed(150, "migrate", **variables)
    begun = counts(variables)
    assert 0 < begun["django_migrations"] < 40

    assert killed(1500, "migrate", "load_content", **variables)
    assert counts(variables)["django_migrations"] > begun["django_migrations"]
    assert {counts(variables)[name] for name in CONTENT} == {0}

    insert = 2 if "DATABASE_URL" in variables else 3  # SQLite's BEGIN is a statement too
    assert killed(insert, "load_content", "first_administrator", **variables)
    assert all(counts(variables)[name] for name in CONTENT)
    assert counts(variables)["auth_user"] == 0

    assert "password: " in manage("first_administrator", **variables)
    assert counts(variables)["auth_user"] == 1
