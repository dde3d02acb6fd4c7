"""The project's package names, dependencies and files."""

import json
import re
import subprocess
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import profile
from tests.support.server import PROJECT, SITE_VARIABLES, python

REQUIREMENTS = ["requirements.txt", "requirements-test.txt"]
FLOORS = [
    Requirement("django>=5.2.19,<5.3"),
    Requirement("gunicorn>=27.0.1"),
    Requirement("pillow>=13.0.0"),
    Requirement("whitenoise>=6.12"),
]
FOR_TOOLS = {"DJANGO_SETTINGS_MODULE", "GUNICORN_CMD_ARGS", "PORT", "PYTHONWARNINGS"}


# The package `profile`


def test_the_application_named_profile_is_the_sites_own():
    from django.apps import apps

    assert profile.__file__ == str(PROJECT / "profile" / "__init__.py")
    assert apps.get_model("profile", "Figure")


@pytest.mark.processes
def test_with_the_debug_toolbar_and_the_profiler_a_developer_sees_pages(tmp_path):
    """Both need the standard library's module `profile`."""
    code = (
        "from django.conf import settings; from django.urls import resolve; "
        "assert 'debug_toolbar' in settings.INSTALLED_APPS; print(resolve('/en/').func.__name__)"
    )
    command = ["-m", "cProfile", "manage.py", "shell", "-v0", "-c", code]
    done = python(*command, DEBUG=1, VAR_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "function calls" in done.stdout


# Dependencies


@pytest.mark.processes
def test_the_bill_of_materials_names_every_pinned_package_with_its_hashes(tmp_path):
    file = tmp_path / "sbom.cdx.json"
    command = ["make", "--old-file=.venv/test.stamp", "sbom", f"SBOM={file}"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    told = json.loads(file.read_text())["components"]
    text = (PROJECT / "requirements.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", text, re.MULTILINE)
    assert sorted((each["name"], each["version"]) for each in told) == sorted(pinned)
    assert all(file["hashes"] for each in told for file in each["externalReferences"])


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_dependency_is_pinned_exactly_and_with_hashes(name):
    text = (PROJECT / name).read_text().replace("\\\n", " ")
    loose = [
        line
        for line in text.splitlines()
        if line
        and not re.match(r"[\w.-]+(\[[\w,-]+\])?==[^ ]+( ; .+?)?( +--hash=sha256:\w+)+$", line)
    ]
    assert not loose


def test_what_is_pinned_and_what_is_installed_have_their_security_fixes():
    text = (PROJECT / "requirements.txt").read_text()
    for floor in FLOORS:
        pinned = re.search(rf"^{floor.name}(?:\[\w+\])?==(\S+)", text, re.MULTILINE)[1]
        assert pinned in floor.specifier
        assert version(floor.name) in floor.specifier


def test_what_runs_in_production_is_tested_in_the_same_versions():
    def pins(name):
        return set(re.findall(r"^([\w.-]+==\S+)", (PROJECT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-test.txt")


# The tree


def test_every_file_of_ours_that_an_operator_is_told_of_is_there():
    texts = [(PROJECT / "deploy" / name).read_text() for name in ("README.md", "RUNBOOK.md")]
    told = re.findall(r"(?<![\w/])deploy/[\w./*-]*\w", "".join(texts))
    assert told
    assert not [path for path in told if not any(PROJECT.glob(path))]


def test_every_variable_that_the_site_reads_stands_in_the_readme():
    readme = (PROJECT / "README.md").read_text()
    assert not [each for each in SITE_VARIABLES - FOR_TOOLS if f"`{each}`" not in readme]
