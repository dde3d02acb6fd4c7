"""`check --deploy` finds an operator's omissions, and nothing on a well-configured site."""

import os
import shutil
import time

import pytest
from django.contrib.auth import get_user_model
from django.core import checks

from profile.models import College
from tests.support import server
from tests.support.makers import make_colleague

pytestmark = pytest.mark.django_db

WELL = {
    "SITE_URL": "https://www.example.edu.cn",
    "SECRET_KEY": "kept by the operator, and as long as it has to be, or longer",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.edu.cn:587",
    "SECOND_FACTOR": "required",
}
SETTING_UP = """
from django.contrib.auth.models import Group, User
from profile.models import College
College.objects.update(icp_filing="浙ICP备00000000号-1")
second = User.objects.create_user("second", is_staff=True)
second.groups.add(Group.objects.get(name="administrator"))
"""


def test_a_site_that_is_well_set_up_has_no_issue(tmp_path, installed):
    shutil.copytree(installed.var_dir, tmp_path, dirs_exist_ok=True)
    variables = {"VAR_DIR": tmp_path, **WELL}
    backed_up(tmp_path, hours=12)
    done = server.python("manage.py", "shell", "-v", "0", "-c", SETTING_UP, **variables)
    assert done.returncode == 0, done.stderr
    done = server.python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.fixture
def well(settings, tmp_path):
    """A well-configured site: settings, rows and backup."""
    settings.SITE_URL, settings.SECOND_FACTOR_REQUIRED = WELL["SITE_URL"], True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.VAR_DIR = tmp_path
    (tmp_path / "secret_key").write_text(WELL["SECRET_KEY"])
    (tmp_path / "secret_key").chmod(0o600)
    College.objects.update(icp_filing="浙ICP备00000000号-1")
    for _time in range(2):
        make_colleague("administrator")
    backed_up(tmp_path, hours=12)
    return settings


def backed_up(folder, hours):
    stamp = folder / "backup.stamp"
    stamp.touch()
    os.utime(stamp, (time.time() - hours * 3600,) * 2)


def ours():
    warnings = checks.run_checks(include_deployment_checks=True)
    warnings = [warning for warning in warnings if warning.id.startswith("jinhua.")]
    assert all(warning.hint for warning in warnings)
    assert all(warning.level == checks.WARNING for warning in warnings)
    return [warning.msg for warning in warnings]


def set_to(**values):
    return lambda settings: [setattr(settings, name, value) for name, value in values.items()]


def with_a_key_for_all(settings):
    (settings.VAR_DIR / "secret_key").chmod(0o640)


def with_an_old_backup(settings):
    backed_up(settings.VAR_DIR, hours=25)


def without_a_backup(settings):
    (settings.VAR_DIR / "backup.stamp").unlink()


def with_one_administrator(settings):
    get_user_model().objects.filter(groups__name="administrator").first().delete()
    get_user_model().objects.filter(is_superuser=True).delete()


def with_one_who_has_left(settings):
    with_one_administrator(settings)
    make_colleague("administrator", is_active=False)


FORGOTTEN = {
    "SITE_URL is http": (set_to(SITE_URL="http://www.example.edu.cn"), "in the clear"),
    "the key can be read": (with_a_key_for_all, "Others than its owner can read"),
    "no second factor": (set_to(SECOND_FACTOR_REQUIRED=False), "with a password alone"),
    "no mail": (
        set_to(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"),
        "No mail is sent",
    ),
    "no backup": (without_a_backup, "No backup was made"),
    "an old backup": (with_an_old_backup, "older than a day"),
    "no filing number": (
        lambda settings: College.objects.update(icp_filing=""),
        "ICP filing number is empty",
    ),
    "one administrator": (with_one_administrator, "no second administrator"),
    "one who has left": (with_one_who_has_left, "no second administrator"),
}


@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_what_is_forgotten_is_found_with_what_to_do(forgotten, well):
    forget, words = FORGOTTEN[forgotten]
    forget(well)
    (found,) = ours()
    assert words in found


NODE = {"BIND": "10.0.0.2:8000"}


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        (NODE, ["The site listens on 10.0.0.2, and takes all visitors for one."]),
        (NODE | {"FORWARDED_ALLOW_IPS": "10.0.0.1"}, []),
        ({"BIND": "127.0.0.1:8000"}, []),
        ({"BIND": "unix:/run/jinhua/gunicorn.sock"}, []),
    ],
)
def test_a_node_on_another_machine_has_to_know_nginx(variables, found, well, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ours() == found


def test_debug_is_found_by_django_itself(well):
    well.DEBUG = True
    found = checks.run_checks(include_deployment_checks=True)
    assert "security.W018" in {each.id for each in found}


@pytest.mark.processes
def test_without_a_database_the_checks_say_so_and_go_on(tmp_path):
    done = server.python("manage.py", "check", "--deploy", VAR_DIR=tmp_path, **WELL)
    assert done.returncode == 0, done.stderr
    assert "jinhua.W010" in done.stderr
    assert "Traceback" not in done.stderr
