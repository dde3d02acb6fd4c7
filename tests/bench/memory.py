"""How much memory a process of gunicorn holds, as ever more pages are in use."""

import http.client
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from tests import server
from tests.bench import cold
from tests.bench.figures import Figure
from tests.pages import in_sitemap

MOST = 400  # MB of a process, however many pages are asked for


def figures(folder, like, pages):
    """The memory of one process after so many different pages; none of them may be refused."""
    variables = cold.grown(folder, like, max(100, max(pages) // 2))
    address = f"http://127.0.0.1:{server.free_port()}"
    variables |= {"SITE_URL": address, "WEB_CONCURRENCY": 1}
    with server.serving(address, variables) as site:
        asked, paths = 0, iter(in_sitemap(site.get("/sitemap.xml").body))
        for number in pages:
            asked += _ask(site, islice(paths, number - asked))
            megabytes = _megabytes(*site.workers)
            yield Figure(
                f"memory of a process, {asked:,} pages in use", megabytes, "MB", None, MOST
            )


def _ask(site, paths):
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=30)
    asked = 0
    for path in paths:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, path
        asked += 1
    connection.close()
    return asked


def _megabytes(process):
    """Its share, or where only root learns that of a server, all that it has in memory."""
    folder = Path(f"/proc/{process}")
    try:
        told = (folder / "smaps_rollup").read_text().partition("\nPss:")[2]
    except PermissionError:
        told = (folder / "status").read_text().partition("\nVmRSS:")[2]
    return int(told.split()[0]) / 1024
