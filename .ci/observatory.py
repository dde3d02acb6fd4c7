"""Runs MDN's HTTP Observatory on every address of the site, behind the shipped nginx.

    python .ci/observatory.py NODE_MODULES

Exits with an error unless each reaches its highest possible score: 100, and 10 for a
policy from `default-src 'none'`, 5 for framing, 5 for the referrer, 10 for loading by other
sites; then 5 for cookies bound to the host. That is 130 for a page without cookies, 135 in
the admin, and 120 for what other sites may load.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.support import nginx, server  # noqa: E402
from tests.support.pages import in_sitemap  # noqa: E402
from tests.tools.bench import PUBLISH  # noqa: E402

HOST = "localhost"
MACHINES = ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt", "/en/site.webmanifest"]
FOR_OTHER_SITES = ["/data/facts.csv", "/data/partners.json", "/data/catalog.json", "/en/card.png"]
OFFICE = [
    *("/admin/", "/admin/handbook/", "/admin/translations/", "/admin/partnerships/partner/"),
    *("/admin/partnerships/agreement/add/", "/admin/profile/figure/add/", "/admin/auth/user/"),
]
LEAST = {"a page": 130, "open data and pictures": 120, "the admin": 135}
SIGN_IN = (
    "from django.contrib.auth.models import User; from django.test import Client; "
    "c = Client(); c.force_login(User.objects.first()); print(c.session.session_key)"
)


def scanned(modules, front, paths, cookie=""):
    asked = {
        "host": HOST,
        "httpsPort": urlsplit(front.address).port,
        "httpPort": urlsplit(front.plain).port,
        "cookie": cookie,
        "paths": paths,
    }
    done = subprocess.run(
        ["node", PROJECT / ".ci" / "observatory.mjs", modules],  # noqa: S607
        input=json.dumps(asked),
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(front.folder / "fullchain.pem")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def found(modules, folder, stack):
    """Yield each kind of address with the scanner's results."""
    variables = {"VAR_DIR": folder / "var", "SITE_URL": f"https://{HOST}"}
    said = server.install(variables)
    server.shell(PUBLISH, **variables)
    address = f"http://127.0.0.1:{server.free_port()}"
    node = stack.enter_context(server.serving(address, variables, said))
    behind = nginx.running(folder / "nginx", [urlsplit(address).netloc], folder / "var", name=HOST)
    front = stack.enter_context(behind)
    pages = in_sitemap(front.get("/sitemap.xml").body)
    style = re.search(r'href="(/static/[^"]+\.css)"', front.get("/en/").text)[1]
    cookie = f"__Host-sessionid={node.manage('shell', '-v', '0', '-c', SIGN_IN).stdout.strip()}"
    yield "a page", scanned(modules, front, [*pages, *MACHINES, style])
    yield "open data and pictures", scanned(modules, front, FOR_OTHER_SITES)
    yield "the admin", scanned(modules, front, OFFICE, cookie)
    yield "the admin", scanned(modules, front, ["/admin/account/login/"])


def main(modules):
    bad = 0
    with tempfile.TemporaryDirectory(prefix="jinhua-observatory-") as folder, ExitStack() as stack:
        for kind, results in found(modules, Path(folder), stack):
            scores = sorted(result["score"] for result in results)
            print(f"{kind}: {len(scores)} addresses, {scores[0]} to {scores[-1]}", flush=True)
            for result in results:
                if result["score"] < LEAST[kind] or result["failed"] or result["status"] != 200:
                    bad += 1
                    print(f"  {result['path']}: {result}")
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) and "The Observatory finds fault.")
