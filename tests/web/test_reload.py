"""A reload switches to a new release as a whole; until then the old one stays complete."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys

import pytest

from tests.support import server

pytestmark = pytest.mark.processes

NEWER = """
def newer(get_response):
    def answer(request):
        response = get_response(request)
        response["X-Release"] = "newer"
        return response

    return answer
"""


@pytest.fixture
def code(tmp_path):
    """A copy of the code that an update replaces."""
    for name in ("deploy", "jinhua_site", "locale", "partnerships", "profile", "templates"):
        shutil.copytree(server.PROJECT / name, tmp_path / "code" / name)
    return tmp_path / "code"


@pytest.fixture
def running(code, tmp_path, installed):
    """The site running from that copy."""
    shutil.copytree(installed.var_dir, tmp_path / "var")
    address = f"http://127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": tmp_path / "var", "SITE_URL": address}
    with server.serving(address, variables, project=code) as site:
        yield site


def update(code):
    """Install a release with one more middleware, and other words on a page."""
    (code / "jinhua_site" / "newer.py").write_text(NEWER)
    with (code / "jinhua_site" / "settings.py").open("a") as settings:
        settings.write('MIDDLEWARE.append("jinhua_site.newer.newer")\n')
    page = code / "templates" / "contact.html"
    page.write_text(page.read_text().replace("</h1>", " of the newer release</h1>", 1))


def test_a_reload_runs_the_new_code_and_until_then_the_old_is_whole(code, running):
    before = set(running.workers)
    update(code)
    assert "of the newer release" not in running.get("/en/contact/").text
    os.kill(running.pid, signal.SIGHUP)
    server.wait_until(lambda: not before & set(running.workers), "The old processes stay.")
    answer = running.get("/en/contact/")
    assert answer.headers["X-Release"] == "newer"
    assert "of the newer release" in answer.text


def test_a_release_that_does_not_start_is_not_taken(code, tmp_path):
    unit = (code / "deploy" / "systemd" / "jinhua.service").read_text()
    attempt, takeover = re.findall("^ExecReload=(.+)$", unit, re.MULTILINE)
    assert "kill -HUP" in takeover
    command = [sys.executable, *shlex.split(attempt)[1:]]
    for content, starts in [("{{ title }}", True), ("{% unheard_of %}", False)]:
        (code / "templates" / "contact.html").write_text(content)
        environment = server.environment(VAR_DIR=tmp_path)
        done = subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True)
        assert (done.returncode == 0) == starts, done.stderr
