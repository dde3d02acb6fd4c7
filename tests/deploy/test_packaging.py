"""The project's package names, dependencies and files."""

import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import profile
from tests.support.server import PROJECT, SITE_VARIABLES, free_port, python, shell

REQUIREMENTS = ["requirements.txt", "requirements-test.txt"]
FLOORS = [
    Requirement("django>=5.2.19,<5.3"),
    Requirement("gunicorn>=27.0.1"),
    Requirement("pillow>=13.0.0"),
    Requirement("whitenoise>=6.12"),
]
FOR_TOOLS = {"DJANGO_SETTINGS_MODULE", "GUNICORN_CMD_ARGS", "PORT", "PYTHONWARNINGS"}


# The package `profile`


@pytest.mark.processes
def test_a_command_can_be_profiled_with_the_standard_librarys_profiler(tmp_path):
    done = python("-m", "cProfile", "-s", "cumulative", "manage.py", "check", VAR_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "function calls" in done.stdout


def test_the_application_named_profile_is_the_sites_own():
    from django.apps import apps

    assert profile.__file__ == str(PROJECT / "profile" / "__init__.py")
    assert apps.get_app_config("profile").path == str(PROJECT / "profile")
    assert apps.get_model("profile", "Figure")


def test_the_site_starts_with_the_debug_toolbar(tmp_path, installed):
    shutil.copytree(installed.var_dir, tmp_path, dirs_exist_ok=True)
    variables = {"DEBUG": 1, "VAR_DIR": tmp_path, "SITE_URL": f"http://127.0.0.1:{free_port()}"}
    code = (
        "from django.test import Client; from django.conf import settings; "
        "assert 'debug_toolbar' in settings.INSTALLED_APPS; "
        "print('ANSWER', Client().get('/en/', HTTP_HOST='127.0.0.1').status_code)"
    )
    assert "ANSWER 200" in shell(code, **variables)


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
    files = [file for each in told for file in each["externalReferences"]]
    hashes = [each["content"] for file in files for each in file["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:(\w+)", text))


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


@pytest.mark.parametrize("name", [*REQUIREMENTS, "pyproject.toml", "Makefile"])
def test_no_file_of_the_installation_names_an_address(name):
    outside = re.findall(r"https?://(?!127\.0\.0\.1|localhost)\S+", (PROJECT / name).read_text())
    assert not outside


@pytest.mark.parametrize("floor", FLOORS, ids=str)
def test_what_is_pinned_and_what_is_installed_have_their_security_fixes(floor):
    text = (PROJECT / "requirements.txt").read_text()
    pinned = re.search(rf"^{floor.name}(?:\[\w+\])?==(\S+)", text, re.MULTILINE)[1]
    assert pinned in floor.specifier
    assert version(floor.name) in floor.specifier


def test_what_runs_in_production_is_tested_in_the_same_versions():
    def pins(name):
        return set(re.findall(r"^([\w.-]+==\S+)", (PROJECT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-test.txt")


def test_the_project_is_never_installed_as_a_package():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert settings["tool"]["setuptools"]["packages"] == []


# The tree


def test_every_file_of_ours_that_an_operator_is_told_of_is_there():
    texts = [(PROJECT / "deploy" / name).read_text() for name in ("README.md", "RUNBOOK.md")]
    told = re.findall(r"(?<![\w/])deploy/[\w./*-]*\w", "".join(texts))
    assert told
    assert not [path for path in told if not any(PROJECT.glob(path))]


def test_every_variable_that_the_site_reads_stands_in_the_readme():
    readme = (PROJECT / "README.md").read_text()
    assert not [each for each in SITE_VARIABLES - FOR_TOOLS if f"`{each}`" not in readme]
