"""What a page costs that is ready, against the least that gunicorn, WhiteNoise and nginx can do."""

import json
import os
import shutil

from tests import nginx, server
from tests.bench import load

PAGE = "/en/partnerships/partners/"
OF_THE_SERVER = {"connection", "date", "server", "transfer-encoding"}
NAME = "localhost"
# One process each, on a core of its own: of two, now one and now both get the connections.
ALONE = {"WEB_CONCURRENCY": 1}


def figures(folder, like, rounds, seconds):
    """The cached page against its ceilings, in the folder given, on a site `like` the one given."""
    same_size = _ready(folder, like)
    with server.running(folder / "var", like=like, **ALONE) as site:
        seen = site.get(PAGE, **load.BROWSER)
        same_size.write_bytes(os.urandom(len(seen.body)))  # which nothing can make smaller
        with _bare(folder, seen) as bare:
            page = load.Asked(site.address + PAGE, site)
            ceiling = load.Asked(bare.address + PAGE, bare)
            what = "cached page, to a bare WSGI function"
            yield load.in_turns(what, page, ceiling, rounds, seconds, at_least=0.9)
    with server.running(folder / "var", like=like, **ALONE) as site:
        page = load.Asked(site.address + PAGE, site)
        file = load.Asked(f"{site.address}/static/{same_size.name}", site)
        what = "cached page, to WhiteNoise's file of its size"
        yield load.in_turns(what, page, file, rounds, seconds, at_least=1)
        has_it = {"If-None-Match": site.get(PAGE, **load.BROWSER).headers["ETag"]}
        assert site.get(PAGE, **load.BROWSER | has_it).status == 304
        known = load.Asked(page.address, site, has_it)
        yield load.in_turns("304 of a page, to its 200", known, page, rounds, seconds, at_least=1)


def figures_of_nginx(folder, like, rounds, seconds):
    """The same page through nginx as it ships, against a static file of nginx's own."""
    same_size = _ready(folder, like)
    node = f"http://127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": folder / "var", "SITE_URL": f"https://{NAME}"}
    nodes = [node.removeprefix("http://")]
    with (
        server.serving(node, variables),
        nginx.running(folder / "nginx", nodes, folder / "var", name=NAME) as front,
    ):
        same_size.write_bytes(os.urandom(len(front.get(PAGE, **load.BROWSER).body)))
        page = load.Asked(front.address + PAGE, front)
        file = load.Asked(f"{front.address}/static/{same_size.name}", front)
        what = "page through nginx, to nginx's file of its size"
        yield load.in_turns(what, page, file, rounds, seconds, at_least=0.8)


def _ready(folder, like):
    """A static file whose size is still to come, in a copy of the site."""
    shutil.copytree(like.var_dir, folder / "var", dirs_exist_ok=True)
    same_size = folder / "var" / "static" / "same-size.0123456789ab.bin"
    same_size.touch()
    return same_size


def _bare(folder, seen):
    """A gunicorn, set up like the site's, that sends what was `seen` and nothing else."""
    headers = [pair for pair in seen.headers.items() if pair[0].lower() not in OF_THE_SERVER]
    (folder / "headers.json").write_text(json.dumps(headers))
    (folder / "body").write_bytes(seen.body)
    variables = {"VAR_DIR": folder, "BARE_ANSWER": folder} | ALONE
    address = f"http://127.0.0.1:{server.free_port()}"
    return server.serving(address, variables, application="tests.bench.bare")
