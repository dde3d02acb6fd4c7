"""Writes what the site is made of, as CycloneDX: `make sbom`, into var/sbom.cdx.json.

Every package that a server installs, as it is pinned, with the hashes that its files are
checked against and the licence that it declares. It is the same whenever it is written.
"""

import argparse
import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from tests.server import PROJECT

# Of what is not installed here: from 3.11.3 on Python has it itself.
NOT_HERE = {"async-timeout": "Apache-2.0"}
# Words of packages that do not say it in SPDX's.
IN_SPDX = {
    "Apache 2": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
}
licences, digests = LicenseFactory(), HashTypeFactory()


def pins():
    """Each pinned package of a server, and the hashes of its files."""
    text = (PROJECT / "requirements.txt").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        yield Requirement(requirement), hashes


def component(requirement, hashes):
    (pin,) = requirement.specifier
    return Component(
        type=ComponentType.LIBRARY,
        name=requirement.name,
        version=pin.version,
        bom_ref=f"{requirement.name}=={pin.version}",
        purl=PackageURL("pypi", None, requirement.name, pin.version),
        hashes=[digests.from_composite_str(each) for each in hashes],
        licenses=[licences.make_from_string(licence(requirement.name))],
    )


def licence(name):
    """What a package declares, in the words of SPDX."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return NOT_HERE[name]
    said = told.get("License-Expression") or told.get("License", "")
    if not said or "\n" in said or len(said) > 60:
        classifiers = told.get_all("Classifier", [])
        said = next(each for each in classifiers if each.startswith("License ::"))
        said = said.rpartition(" :: ")[2]
    return IN_SPDX.get(said, said)


def made():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    bom = Bom(components=[component(*pin) for pin in pins()])
    bom.metadata.component = root = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        bom_ref=project["name"],
    )
    bom.register_dependency(root, bom.components)
    told = json.loads(JsonV1Dot6(bom).output_as_string())
    del told["metadata"]["timestamp"], told["serialNumber"]
    return told


def main():
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=PROJECT / "var" / "sbom.cdx.json")
    file = parser.parse_args().file
    file.parent.mkdir(parents=True, exist_ok=True)
    told = made()
    file.write_text(json.dumps(told, indent=2) + "\n")
    sys.stdout.write(f"{len(told['components'])} packages in {file}\n")


if __name__ == "__main__":
    main()
