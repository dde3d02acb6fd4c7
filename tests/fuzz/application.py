"""Puts generated requests to the WSGI application in this process; prints what came of it.

python -m tests.fuzz.application NUMBER SEED
"""

import json
import sys
import time
from collections import Counter
from io import BytesIO
from itertools import islice

from tests.fuzz import SLOWEST
from tests.fuzz.addresses import Requests

APOLOGY = "/unavailable/"  # whose answer is a 503


def environ_of(request):
    """The request as a server hands it on."""
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ |= {f"HTTP_{name}": value for name, value in request.headers.items()}
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    return environ


def ask(application, request):
    """The status of the answer, which is read to its end."""
    told = []
    parts = application(environ_of(request), lambda *args: told.extend(args))
    try:
        for _part in parts:
            pass
    finally:
        getattr(parts, "close", list)()
    return int(told[0][:3])


def fuzz(application, requests):
    """How often each status came back, the longest wait, and the requests that went wrong."""
    statuses, slowest, faults = Counter(), 0, []
    for request in requests:
        begun = time.perf_counter()
        try:
            status = ask(application, request)
        except Exception as error:  # a server would answer 500
            status = 500
            faults.append(f"{error!r}: {request}")
        took = time.perf_counter() - begun
        statuses[status] += 1
        slowest = max(slowest, took)
        if took > SLOWEST or (status >= 500 and not request.path.startswith(APOLOGY)):
            faults.append(f"{status} after {took:.2f} s: {request}")
    return {"statuses": statuses, "slowest": slowest, "faults": faults}


def known_addresses():
    """Every page of the sitemap."""
    from django.test import Client

    from tests.pages import in_sitemap

    return in_sitemap(Client().get("/sitemap.xml").content)


def signed_in():
    """The cookie of an administrator."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username="admin"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def main(number, seed):
    import logging

    from jinhua_site.wsgi import application

    logging.disable(logging.WARNING)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)  # a line for each bad host
    requests = Requests(known_addresses(), int(seed), signed_in())
    sys.stdout.write(json.dumps(fuzz(application, islice(requests, int(number)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
