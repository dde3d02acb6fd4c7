"""The shipped nginx: host names, limits, files, logs, and answers without a node."""

import contextlib
import functools
import re
import shutil
import subprocess
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support import nginx, server
from tests.support.pages import in_sitemap, routes

pytestmark = pytest.mark.nginx

KIB = 1024


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """nginx without a node and with an empty cache."""
    nodes = [f"127.0.0.1:{server.free_port()}"]
    folder = tmp_path_factory.mktemp("alone")
    with nginx.running(folder, nodes, folder) as front:
        yield front


def test_the_configuration_holds(front):
    said = front.check()
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr


# Pages


def test_a_page_is_asked_for_again_within_a_second(front):
    """Of a page kept for two seconds, a node would be asked twice at most; one try is enough."""
    counts = []
    while not counts or (max(counts) < 3 and len(counts) < 5):
        started, served_by = time.monotonic(), []
        while time.monotonic() < started + 3.2:
            answer = front.get("/en/privacy/")
            assert answer.status == 200
            assert "X-Accel-Expires" not in answer.headers
            served_by.append(answer.headers["X-Served-By"])
        counts.append(served_by.count("node") if "cache" in served_by else 0)
    assert max(counts) >= 3


def test_nginx_knows_every_word_that_a_page_reads_of_a_query():
    http = (nginx.SHIPPED / "jinhua" / "http.conf").read_text()
    known = re.search(r"\(\?:\^\|&\)\(\?:([a-z_|]+)\)=", http)[1].split("|")
    assert known == sorted(
        {name for _route, view in routes() for name in getattr(view, "reads", ())}
    )


def test_the_admin_is_never_kept(front):
    answers = [front.get("/admin/account/login/") for _ in range(2)]
    assert [answer.headers["X-Served-By"] for answer in answers] == ["node", "node"]
    assert front.get("/calendar/nobody/agreements.ics").headers["X-Served-By"] == "node"


def test_every_answer_says_nginxs_number_of_the_request_and_says_it_once(front):
    forged = "0" * 32
    for path in ("/en/contact/", "/admin/account/login/", "/en/nowhere/", "/healthz"):
        (number,) = front.get(path, **{"X-Request-ID": forged}).headers.get_all("X-Request-ID")
        assert re.fullmatch("[0-9a-f]{32}", number)
        assert number != forged


def test_another_name_cannot_be_put_into_a_page(front):
    """Nor does anything else that a browser sends make it another page."""
    page = front.get("/en/majors/").body
    cookie = "sessionid=abc; django_language=zh-hans"
    for query, headers in (
        ("", {"X-Forwarded-Host": "evil.example"}),
        ("", {"Cookie": cookie, "Authorization": "Basic abc"}),
        *((f"?nonsense={number}", {}) for number in range(5)),
    ):
        answer = front.get(f"/en/majors/{query}", **headers)
        assert (answer.status, answer.body) == (200, page)


# Files


def test_a_file_of_a_node_that_is_ahead_is_found_whichever_is_asked(tmp_path):
    for name in ("ahead/static/new.css", "behind/static/old.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    with (
        files_of(tmp_path / "ahead") as ahead,
        files_of(tmp_path / "behind") as behind,
        nginx.running(tmp_path / "nginx", [ahead, behind], tmp_path) as front,
    ):
        assert [front.get("/static/new.css").status for _ in range(6)] == [200] * 6
        assert front.get("/static/nowhere.css").status == 404


@contextlib.contextmanager
def files_of(folder):
    """Run a server that serves only the files of `folder`; yield its address."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{files.server_port}"
        files.shutdown()


def test_an_upload_runs_nothing_in_a_browser(front, node):
    (node.var_dir / "media").mkdir(exist_ok=True)
    (node.var_dir / "media" / "page.html").write_text("<script>alert(1)</script>")
    answer = front.get("/media/page.html")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_else_of_the_folder_is_served(front):
    paths = ["/static/../secret_key", "/media/../secret_key", "/media../secret_key", "/.git/config"]
    for path in (*paths, "/media/../../.git/config", "/static/../.git/config", "/manage.py"):
        assert front.get(path).status in {400, 404}, path


# Limits


def test_passwords_cannot_be_tried_by_the_hundred(front):
    answers = [front.get("/admin/account/login/", "POST", b"", "127.0.0.3") for _ in range(15)]
    assert answers[-1].status == 429
    assert answers[-1].headers["Retry-After"]
    assert front.get("/admin/account/login/", origin="127.0.0.3").status == 200


def test_nobody_asks_for_more_than_a_node_can_bear(alone):
    paths = ("/en/", "/admin/", "/admin/account/login/", "/calendar/KEY/agreements.ics")
    for number, path in enumerate(paths):
        answers = alone.ask(path, 900, origin=f"127.0.0.{6 + number}")
        assert 429 in (answer.status for answer in answers), path


def test_whoever_signs_in_is_where_nginx_sees_them_whatever_they_write(front, node):
    home, here = f"https://{nginx.NAME}/", "127.0.0.5"
    page = front.get("/admin/account/login/", origin=here)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    sent = f"csrfmiddlewaretoken={token}&login=somebody&password=wrong".encode()
    headers = {"Cookie": cookie, "Referer": home, "X-Forwarded-For": "198.51.100.9"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    assert front.get("/admin/account/login/", "POST", sent, here, **headers).status == 200
    ask = "from jinhua_site.accounts.models import AuditEntry as A; print(A.objects.get().address)"
    assert node.shell(ask) == here


# Logs


def test_the_key_of_a_calendar_is_in_no_log(alone):
    plain = server.Site(alone.plain.replace(nginx.NAME, "127.0.0.1"), alone.folder, {}, "")
    for path in ("/admin/SAID/", "/calendar/UNSAID/agreements.ics"):
        assert alone.get(path).status == 502
        assert plain.get(path, Host=nginx.NAME).status == 301
    logs = "".join(log.read_text() for log in alone.folder.glob("*.log"))
    assert "/SAID" in logs
    assert "UNSAID" not in logs


# Without a node


def test_the_root_leads_on_to_a_language(alone):
    for preferred, home in (("zh-CN,zh;q=0.9", "/zh-hans/"), ("en-GB", "/en/"), ("", "/en/")):
        answer = alone.get("/", **{"Accept-Language": preferred})
        assert (answer.status, answer.headers["Cache-Control"]) == (302, "private, no-store")
        assert answer.headers["Location"] == f"https://{nginx.NAME}{home}"


def test_what_nginx_says_itself_is_in_both_languages_and_as_safe_as_a_page(alone):
    answer = alone.get("/en/nothing-here/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert 'lang="zh-Hans"' in answer.text
    for path in ("/", "/en/", "/static/nothing.css"):
        headers = alone.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"]
        assert headers["Server"] == "nginx"


def test_every_page_outlives_all_that_stands_behind_nginx(tmp_path, installed):
    """Even a restart of nginx: its cache is on disk. A withdrawn page stays withdrawn."""
    shutil.copytree(installed.var_dir, tmp_path / "var")
    node = f"127.0.0.1:{server.free_port()}"
    folder = tmp_path / "nginx"
    with nginx.running(folder, [node], tmp_path / "var", name="localhost") as front:
        variables = {"VAR_DIR": tmp_path / "var", "SITE_URL": front.address}
        (tmp_path / "wgetrc").write_text(f"ca_certificate = {folder}/fullchain.pem\n")
        with server.serving(f"http://{node}", variables | {"WEB_CONCURRENCY": 1}) as site:
            withdrawn = site.shell(FEWER_PAGES)
            server.wait_until(lambda: front.get(withdrawn).status == 200, "It is not public.", 20)
            kept = {*in_sitemap(front.get("/sitemap.xml").body)} - {withdrawn}
            warm(variables, tmp_path / "wgetrc")
            site.shell(WITHDRAWN)
            server.wait_until(lambda: front.get(withdrawn).status == 410, "It stays public.", 20)
            warm(variables, tmp_path / "wgetrc")
    assert {"/en/facts/", "/zh-hans/contact/"} < kept
    kept |= {"/zh-hans/partnerships/partners/?country=NZ", "/data/partners.csv", "/robots.txt"}
    kept |= {"/en/card.png", "/zh-hans/site.webmanifest"}
    kept.discard(withdrawn.replace("/en/", "/zh-hans/"))
    with nginx.running(folder, [node], folder, name="localhost") as front:
        for encoding in ("br, gzip", "gzip", ""):
            wish = {"Accept-Encoding": encoding}
            answers = {path: front.get(path, **wish) for path in kept}
            assert {path for path, answer in answers.items() if answer.status != 200} == set()
            assert {each.headers["X-Served-By"] for each in answers.values()} == {"cache"}
            assert front.get(withdrawn, **wish).status == 410


def warm(variables, wgetrc):
    done = subprocess.run(
        [server.PROJECT / "deploy" / "warm"],
        env=server.environment(WGETRC=wgetrc, **variables),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


FEWER_PAGES = """
from tests.support.makers import *
Figure.objects.exclude(fact__key="students").delete()
Partner.objects.exclude(slug="wintec").update(status="archived")
area = make_area_of_interest(slug="withdrawn")
print(area.get_absolute_url())
"""
WITHDRAWN = """
from partnerships.models import AreaOfInterest
area = AreaOfInterest.objects.get(slug="withdrawn")
area.status = "archived"
area.save()
"""
