"""What each kind of page costs that is not ready, as shipped and with a thousand partners."""

import json
import shutil

from tests import server
from tests.bench import stage
from tests.bench.figures import Figure

PARTNERS = (20, 1_000)
MOST_MS, MOST_QUERIES = 100, 15
GROW = """
from random import choice
from partnerships.models import Country, Partner
from tests.makers import make_agreement, make_many, make_partner
more = {number} - Partner.objects.published().count()
partners = make_many(make_partner, more, country=Country.objects.published().first())
make_many(lambda **fields: make_agreement(**fields, partner=choice(partners)), {number})
"""


def figures(folder, like):
    """Processor time and queries of each page, with few partners and with many."""
    few, many = (_costs(grown(folder / str(number), like, number)) for number in PARTNERS)
    for address, cost in many.items():
        what, spread = f"{address}, {PARTNERS[1]:,} partners", f"{few[address]['ms']:.1f} with few"
        yield Figure(what, cost["ms"], "ms", None, MOST_MS if is_page(address) else None, spread)
    most = max(many, key=lambda address: many[address]["queries"])
    yield Figure("queries of a page, at most", many[most]["queries"], "", None, MOST_QUERIES, most)
    more = [a for a in many if is_page(a) and many[a]["queries"] != few[a]["queries"]]
    told = " ".join(more)
    yield Figure("pages that ask more often with more partners", len(more), "", None, 0, told)


def is_page(address):
    """Whether it is no file with a line for each partner."""
    return address.partition("?")[0].endswith("/")


def grown(folder, like, number):
    """The environment of a site with so many partners, each with an agreement."""
    shutil.copytree(like.var_dir, folder, dirs_exist_ok=True)
    variables = {"VAR_DIR": folder, "SITE_URL": "http://127.0.0.1"}
    stage.run(GROW.format(number=number), **variables)
    return variables


def _costs(variables):
    done = server.python("-m", "tests.bench.render", timeout=900, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
