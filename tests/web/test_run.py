"""`make run` starts the site, and a second start keeps staff's work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import PROJECT, install, python


def test_the_first_start_prints_the_administrator(site):
    assert "Administrator: admin" in site.said
    assert len(site.password) >= 16


def test_the_first_start_loads_the_content(site):
    assert "Content: " in site.said
    assert "Jinhua Polytechnic" in site.get("/en/").text


def test_a_second_start_keeps_staff_changes_and_prints_no_administrator(full_site):
    changed = "More than a third of all majors"
    code = (
        "from profile.models import Fact; fact = Fact.objects.get(key='majors'); "
        f"fact.definition_en = '{changed}'; fact.save()"
    )
    assert full_site.manage("shell", "-c", code).returncode == 0
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
    known = ["", "admin", "administrator", "password", "changeme", "secret", "jinhua", "123456"]
    code = (
        "from django.contrib.auth.models import User; "
        "administrators = [*User.objects.filter(is_superuser=True)]; "
        f"print('TOLD', len(administrators) > 0, [word for word in {known} "
        "for user in administrators if user.check_password(word)])"
    )
    assert site.manage("shell", "-c", code).stdout.partition("TOLD")[2].strip() == "True []"


def test_a_page_answers_on_the_address_that_was_said(site):
    assert site.get("/healthz").status == 200
    assert site.get("/readyz").status == 200


WITHOUT_VENV = """#!/bin/sh
mkdir -p .venv/bin && touch .venv/pyvenv.cfg && ln -sf "$0" .venv/bin/python
echo "The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command."
exit 1
"""


@pytest.mark.processes
def test_a_python_without_venv_is_told_what_to_install_and_the_next_try_goes_through(tmp_path):
    """Debian's Python leaves half of a virtual environment behind."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    python3 = tmp_path / "bin" / "python3"
    python3.parent.mkdir()
    python3.write_text(WITHOUT_VENV)
    python3.chmod(0o755)
    done = made(tmp_path, python3.parent)
    assert done.returncode != 0
    (sentence,) = done.stdout.splitlines()
    assert "apt install python3-venv" in sentence
    assert not (tmp_path / ".venv").exists()
    subprocess.run([python3], cwd=tmp_path)
    assert (tmp_path / ".venv" / "bin" / "python").exists()
    assert made(tmp_path, Path(sys.executable).parent).returncode == 0


def made(folder, programs):
    """Run `make` for the first step of `make run`, with these programs first in PATH."""
    return subprocess.run(
        ["make", "--no-print-directory", ".venv/run.stamp"],
        cwd=folder,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "target",
    ["run", "test", "dev", "check", "messages", "bench", "faults", "lock", "sbom"],
)
def test_the_makefile_knows_how_to(target):
    command = ["make", "--dry-run", "--always-make", target]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_start_does_in_order_what_a_fresh_machine_needs():
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", "run", "PORT=8765"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    ).stdout
    steps = ["venv", "--require-hashes", "migrate", "load_content", "collectstatic"]
    steps += ["first_administrator", "http://localhost:8765/", "gunicorn"]
    places = [said.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
