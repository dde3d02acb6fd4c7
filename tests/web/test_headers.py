"""Every response has strict security headers, whichever server sends it."""

import re
import socket
from itertools import product
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from jinhua_site.web.headers import EVERYWHERE
from partnerships.models import Agreement
from tests.support import server
from tests.support.makers import make_agreement, make_colleague
from tests.support.pages import kind_of, public_addresses

TRANSPORT = "max-age=31536000; includeSubDomains; preload"
OPEN = re.compile(r"/data/.+|/[a-z-]+/card\.png")
MACHINES = [
    *("/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"),
    *("/data/facts.csv", "/data/partners.json", "/data/catalog.json", "/data/facts.schema.json"),
    *("/en/card.png", "/zh-hans/site.webmanifest"),
]
REDIRECTS = ["/", "/zh/", "/en", "/favicon.ico", "/zh-CN/facts/", "/admin", "/admin/"]
ERRORS = ["/nothing", "/en/nothing/", "/en/facts/?as_of=x", "/media/nothing.png", "/unavailable/"]
ERRORS += ["/data/nothing.csv", "/static/nothing.css", "/calendar/nobody/agreements.ics"]


def lacking(answer, address):
    """Return the required headers that are missing or different."""
    due = dict(EVERYWHERE)
    if OPEN.fullmatch(address) and status(answer) == 200:
        due["Cross-Origin-Resource-Policy"] = "cross-origin"
    return {name for name, value in due.items() if answer.headers.get(name) != value}


def status(answer):
    return getattr(answer, "status_code", None) or answer.status


def is_private(answer):
    return "no-store" in answer.headers.get("Cache-Control", "")


def ask(address, method="get", browser=None):
    """Request an address in this process; by default as a visitor."""
    answer = getattr(browser or Client(raise_request_exception=False), method)(address)
    answer.getvalue()  # reading to the end closes the file
    return answer


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker):
    """A response of each kind by its address, for a visitor and for an administrator."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_agreement()
        colleague = Client(raise_request_exception=False)
        colleague.force_login(make_colleague("administrator", is_superuser=True))
        pages = {kind_of(address): address for address in public_addresses()}.values()
        public = [*pages, *MACHINES, *REDIRECTS, *ERRORS]
        yield SimpleNamespace(
            public={address: ask(address) for address in public},
            office={address: ask(address, browser=colleague) for address in office_addresses()},
        )
        transaction.set_rollback(True)


def office_addresses():
    """Return every admin page without a record, and those of one record."""
    yield from ("/admin/", "/admin/handbook/", "/admin/translations/", "/admin/jsi18n/")
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    agreement = Agreement.objects.latest("pk").pk
    yield reverse("admin:partnerships_agreement_add")
    yield reverse("admin:partnerships_agreement_change", args=[agreement])
    yield reverse("admin:partnerships_agreement_history", args=[agreement])


# The site itself


def test_nothing_is_allowed_that_is_not_named():
    policy = EVERYWHERE["Content-Security-Policy"]
    allowed = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert allowed.pop("default-src") == "'none'"
    assert {*allowed.values()} == {"'none'", "'self'"}
    assert {"base-uri", "form-action", "frame-ancestors"} < allowed.keys()  # default-src has none


def test_every_public_answer_has_all_the_headers(walk):
    found = {address: lacking(answer, address) for address, answer in walk.public.items()}
    assert len(found) > 40
    assert {address: names for address, names in found.items() if names} == {}
    kept_by_nobody = {address for address, answer in walk.public.items() if is_private(answer)}
    assert kept_by_nobody == {*ERRORS, "/healthz", "/readyz", "/", "/admin/"}


@pytest.mark.django_db
def test_every_answer_of_the_office_has_all_the_headers_and_is_kept_by_nobody(walk):
    strangers = ("/admin/login/", "/admin/partnerships/partner/", "/admin/nothing/")
    answers = walk.office | {f"stranger: {address}": ask(address) for address in strangers}
    assert len(answers) > 20
    assert [address for address, answer in answers.items() if lacking(answer, address)] == []
    assert [address for address, answer in answers.items() if not is_private(answer)] == []


@pytest.mark.django_db
def test_a_refusal_and_a_fault_have_all_the_headers(monkeypatch):
    for method, address in product(("post", "options", "trace"), ("/en/", "/data/facts.csv")):
        answer = ask(address, method)
        assert lacking(answer, address) - {"Cross-Origin-Resource-Policy"} == set()
    monkeypatch.setattr("jinhua_site.pages.context.college_with_lists", lambda: 1 / 0)
    answer = ask("/en/facts/")
    assert (answer.status_code, lacking(answer, "/en/facts/")) == (500, set())
    assert is_private(answer)


def test_a_static_file_has_all_the_headers(static_files):
    for pattern in ("site.*.css", "copy.*.js", "admin/js/theme.*.js"):
        name = next(static_files.glob(pattern)).relative_to(static_files)
        answer = ask(f"/static/{name}")
        assert (answer.status_code, lacking(answer, "")) == (200, set())
        assert "Access-Control-Allow-Origin" not in answer.headers


# In production, behind nginx


def missing(answer, address="", transport=True):
    said = lacking(answer, address)
    if answer.headers.get("Strict-Transport-Security") != (TRANSPORT if transport else None):
        said.add("Strict-Transport-Security")
    return said


@pytest.mark.nginx
def test_behind_nginx_every_answer_has_all_the_headers(front):
    for address in (
        *("/en/", "/", "/en/nothing/", "/en/card.png", "/data/facts.csv", "/admin/login/"),
        *("/calendar/nobody/agreements.ics", "/media/", "/media/nothing.png", "/static/"),
        *("/static/nothing.css", "/en/%00", "/%zz", "/.nginx/404.html", "/en/?" + "a" * 9_000),
    ):
        answer = front.get(address)
        assert missing(answer, address) == set(), address
        assert "/admin/" in address or "Set-Cookie" not in answer.headers


@pytest.mark.nginx
def test_what_nginx_serves_and_refuses_has_all_the_headers(front, node):
    name = next(node.var_dir.glob("static/site.*.css")).name
    style = front.get(f"/static/{name}", **{"Accept-Encoding": "gzip"})
    assert (style.status, missing(style)) == (200, set())
    assert style.headers["Content-Encoding"] == "gzip"
    assert "immutable" in style.headers["Cache-Control"]
    assert "X-Served-By" not in style.headers  # no node was asked
    for method, body, status in (("POST", b"q=1", 405), ("POST", b"x" * 70_000, 413)):
        answer = front.get("/en/", method, body)
        assert (answer.status, missing(answer)) == (status, set())
        assert is_private(answer)


@pytest.mark.nginx
def test_without_tls_a_visitor_is_sent_on_with_no_promise_for_the_future(front):
    plain = server.Site(front.plain.replace(front.name, "127.0.0.1"), front.folder, {}, "")
    answer = plain.get("/en/?page=2", Host=front.name)
    assert (answer.status, missing(answer, transport=False)) == (301, set())
    assert answer.headers["Location"] == f"https://{front.name}/en/?page=2"


# Cookies


@pytest.mark.nginx
def test_the_cookies_of_staff_are_bound_to_this_host_and_to_tls(front):
    answer = front.get("/admin/account/login/")
    cookies = answer.headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.nginx
def test_a_node_that_is_asked_under_another_name_says_as_much(node):
    """Django's middleware fails there before it writes its headers."""
    with socket.create_connection(("127.0.0.1", urlsplit(node.address).port)) as connection:
        connection.sendall(b"GET /en/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        head = connection.makefile("rb").read().partition(b"\r\n\r\n")[0].decode()
    assert head.startswith("HTTP/1.1 400")
    for name, value in EVERYWHERE.items():
        assert f"{name}: {value}" in head
