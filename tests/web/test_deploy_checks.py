"""`check --deploy` finds an operator's omissions, and nothing on a well-configured site."""

import os
import re
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


@pytest.mark.processes
def test_with_these_variables_only_the_database_is_still_to_come(tmp_path):
    """Django's own checks find nothing, and ours say that they cannot ask the database."""
    backed_up(tmp_path, hours=12)
    done = server.python("manage.py", "check", "--deploy", VAR_DIR=tmp_path, **WELL)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"\?: \((\S+)\)", done.stderr) == ["jinhua.W010"]
    assert "Traceback" not in done.stderr


@pytest.fixture
def well(settings, tmp_path):
    """A well-configured site: settings, rows and backup."""
    settings.SITE_URL, settings.SECOND_FACTOR_REQUIRED = WELL["SITE_URL"], True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.VAR_DIR = tmp_path
    (tmp_path / "secret_key").write_text(WELL["SECRET_KEY"])
    (tmp_path / "secret_key").chmod(0o600)
    College.objects.update(icp_filing="浙ICP备00000000号-1")
    get_user_model().objects.all().delete()
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
    assert all(warning.hint and warning.level == checks.WARNING for warning in warnings)
    return [warning.msg for warning in warnings]


def set_to(name, value):
    return lambda settings: setattr(settings, name, value)


def with_one_who_has_left(settings):
    get_user_model().objects.filter(pk=get_user_model().objects.first().pk).update(is_active=False)


@pytest.mark.parametrize(
    ("forget", "words"),
    [
        (set_to("SITE_URL", "http://www.example.edu.cn"), "travel unencrypted"),
        (lambda at: (at.VAR_DIR / "secret_key").chmod(0o640), "Others than its owner can read"),
        (set_to("SECOND_FACTOR_REQUIRED", False), "with a password alone"),
        (
            set_to("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
            "No mail is sent",
        ),
        (lambda at: (at.VAR_DIR / "backup.stamp").unlink(), "There is no backup"),
        (lambda at: backed_up(at.VAR_DIR, hours=25), "older than a day"),
        (lambda at: College.objects.update(icp_filing=""), "ICP filing number is empty"),
        (with_one_who_has_left, "no second administrator"),
    ],
)
def test_what_is_forgotten_is_found_with_what_to_do(forget, words, well):
    assert ours() == []
    forget(well)
    (found,) = ours()
    assert words in found


def test_a_node_on_another_machine_has_to_know_nginx(well, monkeypatch):
    monkeypatch.setenv("BIND", "10.0.0.2:8000")
    (found,) = ours()
    assert found.startswith("The site listens on 10.0.0.2 and takes nginx's address for every")
    for bind, nginx in (("10.0.0.2:8000", "10.0.0.1"), ("unix:/run/jinhua/gunicorn.sock", "")):
        monkeypatch.setenv("BIND", bind)
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", nginx)
        assert ours() == []
