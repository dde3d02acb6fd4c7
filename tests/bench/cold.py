"""What a page costs that is not ready: against an empty view, and with ever more partners."""

import json
import shutil

from tests import server
from tests.bench import stage
from tests.bench.figures import Figure

PARTNERS = (20, 1_000, 10_000)
LIST = "/en/partnerships/partners/"
GROWING = (
    LIST,
    "/en/partnerships/partners/?q=a",
    "/en/partnerships/",
    "/en/",
    "/data/partners.csv",
)
EMPTY = "/en/empty/"
GROW = """
from random import choice
from partnerships.models import Country, Partner
from tests.makers import make_agreement, make_many, make_partner
more = {number} - Partner.objects.published().count()
partners = make_many(make_partner, more, country=Country.objects.published().first())
make_many(lambda **fields: make_agreement(**fields, partner=choice(partners)), {number})
"""


def figures(folder, like):
    """Each kind of page against an empty view; its queries."""
    told = _costs(_copy(folder / "cold", like))
    empty = told.pop(EMPTY)["ms"]
    for address, cost in told.items():
        ratio = cost["ms"] / empty
        spread = f"{cost['ms']:.1f} ms to {empty:.2f}; after an edit {cost['ms_after_edit']:.1f}"
        yield Figure(f"{address} uncached, to an empty view", ratio, "times", None, 12, spread)
    most = max(told, key=lambda address: told[address]["queries"])
    yield Figure("queries of an uncached page, at most", told[most]["queries"], "", None, 6, most)


def figures_of_growth(folder, like, numbers=PARTNERS):
    """The pages that draw on partners, with ever more of them."""
    told = {
        number: _costs(grown(folder / str(number), like, number), *GROWING) for number in numbers
    }
    few = told[numbers[0]]
    for address in GROWING:
        for number in numbers[1:]:
            before, cost = few[address], told[number][address]
            spread = f"{before['ms']:.1f} ms, {cost['ms']:.1f} ms; after an edit "
            spread += f"{before['ms_after_edit']:.1f} ms, {cost['ms_after_edit']:.1f} ms"
            what = f"{address} with {number:,} partners, to {numbers[0]}"
            most = 1.5 if address == LIST else None
            # Each against an empty page of its own process, whatever else the machine did then.
            ratio = cost["ms"] / told[number][EMPTY]["ms"] / (before["ms"] / few[EMPTY]["ms"])
            yield Figure(what, ratio, "times", None, most, spread)


def grown(folder, like, number):
    """The environment of a site with so many partners, each with an agreement."""
    variables = _copy(folder, like)
    stage.run(GROW.format(number=number), **variables)
    return variables


def _copy(folder, like):
    shutil.copytree(like.var_dir, folder, dirs_exist_ok=True)
    return {"VAR_DIR": folder, "SITE_URL": "http://127.0.0.1"}


def _costs(variables, *addresses):
    done = server.python("-m", "tests.bench.render", *addresses, timeout=900, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
