"""Runs the site's commands and servers, each in its own environment."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent.parent
# The site's variables. A test sets those that it needs.
SITE_VARIABLES = {
    "BIND",
    "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_FROM",
    "EMAIL_URL",
    "FORWARDED_ALLOW_IPS",
    "GUNICORN_CMD_ARGS",
    "LOG_FORMAT",
    "PORT",
    "PYTHONWARNINGS",
    "RESTIC_PASSWORD_FILE",
    "RESTIC_REPOSITORY",
    "SECOND_FACTOR",
    "SECRET_KEY",
    "SITE_URL",
    "UPLOADS_MAX",
    "VAR_DIR",
    "WEB_CONCURRENCY",
}


def environment(**variables):
    """Return this process's environment, with `variables` in place of the site's own."""
    rest = {name: value for name, value in os.environ.items() if name not in SITE_VARIABLES}
    return rest | {name: str(value) for name, value in variables.items()}


def python(*arguments, timeout=120, **variables):
    """Run Python from the project's folder, and capture its output."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def shell(code, **variables):
    """Run code on a site with `variables`, and return what it prints."""
    done = python("manage.py", "shell", "-v0", "-c", code, timeout=600, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def gunicorn(port, application="jinhua_site.wsgi"):
    """Return the arguments with which `make run` starts gunicorn."""
    bind = ["--config", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    return ["-m", "gunicorn", application, *bind]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children(pid):
    """Return the process ids of a server's workers (on Linux)."""
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()


@dataclass
class Site:
    """An installed site with its own VAR_DIR, and what was printed while it was installed."""

    address: str
    var_dir: Path
    variables: dict
    said: str
    pid: int = 0

    @property
    def workers(self):
        return children(self.pid)

    @property
    def password(self):
        return self.said.partition("password:")[2].split()[0]

    def manage(self, *arguments):
        return python("manage.py", *arguments, **self.variables)

    def shell(self, code):
        return shell(code, **self.variables)

    def get(self, path, **headers):
        """Return the site's response; follow no redirects."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def answers(self, path):
        with contextlib.suppress(OSError):
            return self.get(path).status == 200


def install(variables):
    """Install as `make run` does before it starts the server; return the output.

    Existing static files are kept.
    """
    output = ""
    static = variables["VAR_DIR"] / "static"
    for command in (
        ["migrate", "--noinput", "--verbosity", "0"],
        ["load_content"],
        *([] if static.exists() else [["collectstatic", "--noinput", "--verbosity", "0"]]),
        ["first_administrator"],
    ):
        done = python("manage.py", *command, **variables)
        assert done.returncode == 0, f"manage.py {command[0]}: {done.stdout}{done.stderr}"
        output += done.stdout
    return output


@contextlib.contextmanager
def running(var_dir, like=None, **variables):
    """Run a site on a free port within the context: a new one, or a copy of `like`."""
    address = f"http://localhost:{free_port()}"  # browsers allow no passkeys on 127.0.0.1
    variables |= {"VAR_DIR": var_dir, "SITE_URL": address}
    if like:
        shutil.copytree(like.var_dir, var_dir, dirs_exist_ok=True)
    said = like.said if like else install(variables)
    with serving(address, variables, said) as site:
        yield site


@contextlib.contextmanager
def serving(address, variables, said="", application="jinhua_site.wsgi", project=PROJECT):
    """Run gunicorn at `address`, without installing anything."""
    var_dir, port = variables["VAR_DIR"], urlsplit(address).port
    with (var_dir / "gunicorn.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, *gunicorn(port, application)],
            cwd=project,
            env=environment(**variables),
            stdout=log,
            stderr=log,
        )
        try:
            site = Site(address, var_dir, variables, said, server.pid)
            wait_until(
                lambda: server.poll() is not None or site.answers("/healthz"),
                f"No site came up: {log.name}",
                seconds=60,
            )
            assert server.poll() is None, (var_dir / "gunicorn.log").read_text()
            yield site
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until(is_so, otherwise, seconds=300):
    """Wait until `is_so()`; raise `AssertionError` with `otherwise` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)
