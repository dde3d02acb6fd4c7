"""`make run` starts the site, and a second start keeps staff's work."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.support.server import PROJECT, install, python


def test_the_first_start_loads_the_content_and_prints_the_administrator(site):
    assert "Administrator: admin" in site.said
    assert len(site.password) >= 16
    assert "Content: " in site.said
    assert site.get("/readyz").status == 200


def test_a_second_start_keeps_staff_changes_and_prints_no_administrator(full_site):
    changed = "More than a third of all majors"
    code = (
        "from profile.models import Fact; fact = Fact.objects.get(key='majors'); "
        f"fact.definition_en = '{changed}'; fact.save()"
    )
    full_site.shell(code)
    said = install(full_site.variables)
    assert "Administrator" not in said
    assert " new" not in said
    assert changed in full_site.get("/en/facts/majors/").text


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_no_other_process_of_its_user_reads_its_environment():
    """Root can always read it, so the test reads the worker's flag from the kernel."""
    code = (
        "import ctypes, os, runpy; runpy.run_path('deploy/gunicorn.conf.py')['when_ready'](None); "
        "worker = os.fork(); told = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0); "
        "print(told) if worker == 0 else os.wait()"
    )
    assert python("-c", code).stdout == "0\n"


def test_the_site_has_no_administrator_with_a_known_password(site):
    known = ["", "admin", "password", "jinhua"]
    code = (
        "from django.contrib.auth.models import User; "
        "administrators = [*User.objects.filter(is_superuser=True)]; "
        f"print(len(administrators) > 0, [word for word in {known} "
        "for user in administrators if user.check_password(word)])"
    )
    assert site.shell(code) == "True []"


WITHOUT_VENV = """#!/bin/sh
mkdir -p .venv/bin && touch .venv/pyvenv.cfg && ln -sf "$0" .venv/bin/python
echo "The virtual environment was not created successfully because ensurepip is not available."
exit 1
"""


@pytest.mark.processes
def test_a_python_without_venv_is_told_what_to_install(tmp_path):
    """Debian's Python leaves half of a virtual environment behind."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    script = tmp_path / "bin" / "python3"
    script.parent.mkdir()
    script.write_text(WITHOUT_VENV)
    script.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", ".venv/run.stamp"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{script.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    (sentence,) = done.stdout.splitlines()
    assert "apt install python3-venv" in sentence
    assert not (tmp_path / ".venv").exists()  # so that the next try goes through
