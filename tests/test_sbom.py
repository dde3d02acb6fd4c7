"""What the site is made of can be told: every pinned package, with its hashes and its licence."""

import json
import re
from email.message import Message
from importlib.metadata import version

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing

from tests import sbom
from tests.server import PROJECT, python


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    file = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    done = python("-m", "tests.sbom", str(file))
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text())


def test_it_is_cyclonedx(told):
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(json.dumps(told)) is None
    assert validator.validate_str(json.dumps(told | {"components": 1})) is not None


def test_it_names_every_pinned_package_with_its_hashes(told):
    text = (PROJECT / "requirements.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", text, re.MULTILINE)
    assert [(each["name"], each["version"]) for each in told["components"]] == sorted(pinned)
    hashes = [each["content"] for one in told["components"] for each in one["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:(\w+)", text))


def test_each_has_a_licence_in_the_words_of_spdx(told):
    spdx = get_spdx_licensing()
    for each in told["components"]:
        (licence,) = each["licenses"]
        said = licence.get("expression") or licence["license"].get("id")
        assert said, each["name"]
        assert not spdx.validate(said).errors, said


def test_a_licence_in_other_words_is_told_in_those_of_spdx(monkeypatch):
    """Below Python 3.11.3, as on Debian 12, a package is installed that says it so."""
    declared = Message()
    declared["License"] = "Apache 2"
    monkeypatch.setattr(sbom, "metadata", lambda name: declared)
    assert sbom.licence("async-timeout") == "Apache-2.0"


def test_the_licences_are_those_of_the_pinned_versions(told):
    installed = {each["name"]: each["version"] for each in told["components"]}
    for name in installed.keys() - sbom.NOT_HERE.keys():
        assert version(name) == installed[name]


def test_it_names_no_address_and_is_the_same_each_time(told):
    assert "://" not in json.dumps({**told, "$schema": ""})
    assert sbom.made() == told
