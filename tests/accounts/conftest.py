"""Fixtures for signing in, with a fast password hasher."""

from contextlib import contextmanager

import pytest
from django.test import Client

from tests.support.accounts import enter, hire, wait_for_mail


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def wang(db):
    return hire(username="wang", email="wang@example.edu.cn")


@pytest.fixture
def sun(db):
    """An administrator's client, signed in."""
    client = Client()
    enter(client, hire("administrator", username="sun").username)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run the `on_commit` callbacks, and wait until mails are sent."""

    @contextmanager
    def committed():
        with django_capture_on_commit_callbacks(execute=True):
            yield
        wait_for_mail()

    return committed
