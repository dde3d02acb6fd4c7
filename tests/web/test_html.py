"""The Nu HTML checker finds no errors or warnings on any page."""

import json
import os
import subprocess

import pytest

from tests.support.pages import in_sitemap

JAR = os.environ.get("VNU_JAR")
OTHERS = [
    *("/en/nothing-here/", "/zh-hans/nothing-here/", "/en/facts/?as_of=rubbish"),
    *("/en/facts/?as_of=2013", "/en/majors/?q=nothing-like-it"),
    "/en/partnerships/partners/?country=ZZ",
]

pytestmark = [
    pytest.mark.html_checker,
    pytest.mark.skipif(not JAR, reason="VNU_JAR does not name the file of the Nu HTML checker"),
]


def found(folder):
    """Return what the checker says of the files of a folder."""
    command = ["java", "-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stdout)["messages"]
    return {f"{m.get('url', '')} {m['message']} {m.get('extract', '')}" for m in messages}


def test_the_nu_html_checker_finds_nothing(site, full_site, tmp_path):
    for number, place in enumerate([site, full_site]):
        for address in [*in_sitemap(place.get("/sitemap.xml").body), *OTHERS]:
            name = f"{number}{address.replace('/', '_')}".replace("?", "-")
            (tmp_path / f"{name}.html").write_bytes(place.get(address).body)
    assert found(tmp_path) == set()


def test_the_nu_html_checker_would_find_a_fault(tmp_path):
    (tmp_path / "faulty.html").write_text("<!doctype html><p><b></p>")
    assert found(tmp_path)
