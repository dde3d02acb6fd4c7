"""What no browser sends breaks nothing: a sample of `make fuzz`."""

import json
import shutil
from urllib.parse import urlsplit

import pytest

from tests import server
from tests.fuzz import SLOWEST, raw

ADDRESSES = 1_000


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, installed):
    """What came of generated requests, put to the application in a process of its own."""
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(installed.var_dir, folder, dirs_exist_ok=True)
    done = server.python(
        *("-m", "tests.fuzz.application", str(ADDRESSES), "7"),
        VAR_DIR=folder,
        SITE_URL="http://127.0.0.1",
        DJANGO_SETTINGS_MODULE="jinhua_site.settings",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_generated_address_is_too_much_for_the_site(outcome):
    assert outcome["faults"] == []
    assert outcome["slowest"] < SLOWEST
    assert sum(outcome["statuses"].values()) == ADDRESSES


def test_generated_addresses_reach_every_part_of_the_site(outcome):
    assert outcome["statuses"].keys() >= {"200", "301", "302", "400", "403", "404", "405"}
    assert outcome["statuses"]["200"] > ADDRESSES / 10


# What it found


@pytest.mark.parametrize("written", ["nothing", "-1", "9" * 5_000, "1,x", "²"])
def test_a_form_is_begun_with_choices_that_are_none(admin_client, written):
    for path in ("partnerships/agreement", "partnerships/practice", "partnerships/areaofinterest"):
        query = {"areas": written, "partners": written, "affinity_groups": written}
        assert admin_client.get(f"/admin/{path}/add/", query).status_code == 200


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 20, "²", "nothing"])
def test_the_history_of_a_number_that_is_none_is_no_page(admin_client, number):
    answer = admin_client.get(f"/admin/partnerships/partner/{number}/history/")
    assert answer.status_code == 302  # to the start page, with a message


# Raw


def test_no_raw_request_is_too_much_for_gunicorn(site):
    assert (
        wrong(raw.send(case, urlsplit(site.address).port, "127.0.0.1") for case in raw.CASES) == []
    )
    assert site.answers("/healthz")


@pytest.mark.nginx
def test_no_raw_request_is_too_much_for_nginx(front):
    port = urlsplit(front.address).port
    assert wrong(raw.send(case, port, front.name, front.trust) for case in raw.CASES) == []
    assert front.get("/healthz").status == 200


def wrong(outcomes):
    outcomes = list(outcomes)
    assert len(outcomes) >= 100
    return [f"{each.case.name}: {fault}" for each in outcomes for fault in each.faults]
