"""How long an edit on one node takes until the other shows it."""

import http.client
import os
import time
from statistics import median
from urllib.parse import urlsplit

import psycopg

from tests.bench import stage
from tests.bench.desk import Desk
from tests.bench.figures import Figure

DEFAULT = "postgres://postgres:postgres@127.0.0.1:5432/postgres"
PAGE, WORD = "/en/faculties/", "Edited"


def postgres():
    """The address of a PostgreSQL that answers; None where there is none."""
    address = os.environ.get("DATABASE_URL", DEFAULT)
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.Error:
        return None
    return address


def figures(folder, like, times):
    """Edits in a row in one node's admin, each looked for on the other node."""
    with stage.two_nodes(folder, like, postgres()) as (here, there):
        desk, form = Desk(here.address, here.password), form_of_a_faculty(here)
        seconds = [_seen_after(desk, form, there, turn) for turn in range(times)]
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}, in the middle {median(seconds):.2f}"
    what = f"{times} edits, the longest until the other node shows it"
    yield Figure(what, max(seconds), "s", None, 1, spread)


def form_of_a_faculty(site):
    """The address where staff edit a faculty that the public sees."""
    first = "Faculty.objects.published().order_by('pk')[0].pk"
    code = f"from profile.models import Faculty; print({first})"
    return f"/admin/profile/faculty/{stage.run(code, **site.variables)}/change/"


def _seen_after(desk, form, node, turn):
    """Seconds from when the editor is told that it is saved until `node` shows it."""
    word = f"{WORD} {turn}"
    desk.change(form, name_en=word)
    saved = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(node.address).netloc, timeout=30)
    while word not in _page(connection):
        assert time.monotonic() < saved + 30, f"{word!r} never showed."
        time.sleep(0.01)
    connection.close()
    return time.monotonic() - saved


def _page(connection):
    connection.request("GET", PAGE)
    return connection.getresponse().read().decode()
