"""The site as it is measured: installed, and every draft that is complete published."""

import shutil
from contextlib import contextmanager

from tests import server
from tests.database import own_database

PUBLISH = "from tests.makers import *; publish_drafts()"


def install(variables, static=None):
    """As `server.install`, with more to see; returns what it says."""
    variables["VAR_DIR"].mkdir(exist_ok=True)
    said = server.install(variables, static)
    run(PUBLISH, **variables)
    return said


def run(code, **variables):
    """Run `code` in the site's own shell; what it prints."""
    done = server.python("manage.py", "shell", "-v", "0", "-c", code, timeout=600, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def two_nodes(folder, like, postgres, site_url="http://127.0.0.1", **variables):
    """Two nodes on one database, each in a folder of its own."""
    with own_database(postgres) as database:
        first = {"VAR_DIR": folder / "first", "SITE_URL": site_url, **database, **variables}
        said = install(first, like.var_dir / "static")
        shutil.copytree(folder / "first", folder / "second")
        second = first | {"VAR_DIR": folder / "second"}
        here, there = (f"http://127.0.0.1:{server.free_port()}" for _node in range(2))
        with server.serving(here, first, said) as one, server.serving(there, second, said) as other:
            yield one, other
