"""The mirror is the whole public site as plain files, and never anything half-done."""

import fcntl
import gzip
import json
import re
import resource
import shutil
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin

import brotli
import html5lib
import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import URLResolver, reverse
from django.utils.translation import override

from jinhua_site import urls
from jinhua_site.mirror.crawl import unlinked
from profile.models import Faculty
from tests import server
from tests.conftest import own_database
from tests.makers import make_faculty
from tests.pages import LANGUAGES, in_sitemap

SECRET = "Geheimnis"
# More partners than a page of the list holds, one with a picture, and what is private.
CONTENT = f"""
from tests.makers import *
from tests.support.files import picture
partner = make_partner(slug="pictured")
make_many(make_partner, 21, country=partner.country)
partner.logo = picture("PNG", size=(300, 200))
partner.save()
make_agreement(partner=partner, notes="{SECRET}")
make_partner(slug="hidden", name_en="{SECRET}", status=Status.DRAFT)
"""
LIST = "partnerships/partners/"
WITH_QUERY = re.compile(r'href="(?:[/?][^"]*\?|\?|/[^"]*/[a-z_]+=)[^"]*"')
NOTE = re.compile(r'<p class="notice">[^\n]*</p>\n(?=<form)')


@pytest.fixture(scope="module")
def live(tmp_path_factory, installed):
    """A site of its own, with a list of two pages, whose mirror is made."""
    folder = tmp_path_factory.mktemp("mirrored")
    with own_database() as database:
        like = None if database else installed
        with server.running(folder, like=like, **database) as site:
            done = site.manage("shell", "-c", CONTENT)
            assert done.returncode == 0, done.stderr
            yield site


@pytest.fixture(scope="module")
def said(live):
    done = live.manage("mirror")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def mirror(live, said):
    """The folder that a web server takes for its root."""
    return live.var_dir / "mirror" / "current"


@pytest.fixture
def copied(mirror, tmp_path):
    """A copy of the mirror, to be spoilt."""
    shutil.copytree(mirror.parent, tmp_path / "mirror", symlinks=True)
    return tmp_path / "mirror"


@pytest.fixture(scope="module")
def host(mirror):
    """The simplest of hosts, which knows files and nothing else."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=mirror)

        def end_headers(self):
            self.send_header("X-Served-By", "mirror")  # as deploy/nginx says of it
            super().end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as host:
        threading.Thread(target=host.serve_forever).start()
        yield f"http://127.0.0.1:{host.server_port}"
        host.shutdown()


@pytest.fixture(scope="module")
def visited(host, live):
    """Every address that links lead to from the first page on, with what the host answers."""
    visited, waiting = {}, ["/"]
    while waiting:
        address = waiting.pop()
        visited[address] = fetch(host + address)
        if visited[address] and visited[address][0] == "text/html":
            found = set(named(address, visited[address][1].decode(), live.address))
            waiting += found - {*visited, *waiting}
    return visited


def fetch(address):
    """The media type and the body; None when there is no such file."""
    try:
        with urllib.request.urlopen(address) as response:
            return response.headers.get_content_type(), response.read()
    except HTTPError as error:
        error.close()
        return None


def named(address, html, site):
    """What the page names of its own site: links, and what a browser loads or is told of.

    An address for citing leads to the site itself, with a day that only the site knows.
    """
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        absolute = element.tag in {"link", "meta"}
        values = [element.get(name) for name in ("href", "src", "content") if element.get(name)]
        values += [each.split()[0] for each in element.get("srcset", "").split(",") if each]
        for value in values:
            link = value.removeprefix(site) if absolute else value
            if link.startswith(("/", "?")):
                yield urldefrag(urljoin(address, link)).url


def public(live):
    return [*in_sitemap(live.get("/sitemap.xml").body), "/sitemap.xml", *unlinked()]


def file_of(mirror, address):
    file = mirror / address.removeprefix("/")
    return file / "index.html" if address.endswith("/") else file


# What is in it


def test_every_page_of_the_site_is_there_in_both_languages(live, mirror):
    addresses = public(live)
    assert len(addresses) > 100
    assert not [address for address in addresses if not file_of(mirror, address).is_file()]


def test_every_address_that_takes_nothing_is_there(mirror):
    """A guard: whoever adds an address has to let the mirror know."""
    addresses = {path.name: reverse(path.name) for path in urls.for_machines if not takes(path)}
    for name in ("healthz", "readyz", "unavailable"):
        del addresses[name]
    addresses = set(addresses.values())
    for code in LANGUAGES:
        with override(code):
            addresses |= {reverse(name) for name in page_names(urls.pages)}
    assert len(addresses) > 25
    assert not [address for address in addresses if not file_of(mirror, address).is_file()]


def page_names(patterns, space=""):
    for path in patterns:
        if isinstance(path, URLResolver):
            inner = f"{path.app_name}:" if path.app_name else space
            yield from page_names(path.url_patterns, inner)
        elif not takes(path):
            yield space + path.name


def takes(path):
    return path.pattern.regex.groups


def test_every_link_leads_to_a_file_of_it(visited):
    assert len(visited) > 150
    assert not [address for address, answer in visited.items() if answer is None]


def test_links_lead_to_every_page_from_the_choice_of_language_on(visited, live):
    assert not set(in_sitemap(live.get("/sitemap.xml").body)) - set(visited)


def test_no_link_has_a_query_that_a_plain_host_cannot_answer(visited):
    assert not [address for address in visited if "?" in address]


def test_the_second_page_of_a_list_and_the_partners_of_a_country_are_reached(visited, live):
    for code in LANGUAGES:
        second = visited[f"/{code}/{LIST}page=2/"][1].decode()
        assert f'href="/{code}/{LIST}"' in second
        whole = live.get(f"/{code}/{LIST}").text
        assert shown_partners(second).isdisjoint(shown_partners(whole))
        assert shown_partners(visited[f"/{code}/{LIST}country=NZ/"][1].decode())
        assert [a for a in visited if re.fullmatch(rf"/{code}/{LIST}country=\w\w&page=2/", a)]


def shown_partners(html):
    return set(re.findall(rf"{LIST}([\w-]+)/\"", html))


def test_what_stylesheets_and_telephones_load_is_there(visited, host):
    styles = [a for a in visited if a.endswith(".css")]
    loaded = {
        urljoin(style, link)
        for style in styles
        for link in re.findall(r"url\([\"']?([^\"')]+)", visited[style][1].decode())
    }
    for code in LANGUAGES:
        told = json.loads(visited[f"/{code}/site.webmanifest"][1])
        loaded |= {icon["src"] for icon in told["icons"]}
    assert len(loaded) >= 3
    assert not [link for link in loaded if fetch(host + link) is None]


def test_uploaded_pictures_are_there(visited):
    pictures = {address for address in visited if address.startswith("/media/")}
    assert {address.rpartition(".")[2] for address in pictures} == {"jpg", "webp", "avif"}


def test_an_address_that_nobody_knows_is_answered_in_both_languages(mirror):
    page = (mirror / "404.html").read_text()
    assert "There is no such page" in page
    assert 'lang="zh-Hans"' in page


def test_the_icon_that_no_page_names_is_a_picture(mirror):
    assert (mirror / "favicon.ico").read_bytes().startswith(b"\0\0\1\0")


# What it says


def test_a_page_without_queries_is_the_live_page_byte_for_byte(live, mirror):
    compared = 0
    for address in public(live):
        body = live.get(address).body
        if address == "/favicon.ico" or b'method="get"' in body:
            continue
        if not (address.endswith("/") and WITH_QUERY.search(body.decode())):
            compared += 1
            assert file_of(mirror, address).read_bytes() == body, address
    assert compared > 40


@pytest.mark.parametrize("path", ["facts/", "partnerships/", LIST, LIST + "pictured/"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_any_other_is_but_for_those_links_and_its_form(live, mirror, code, path):
    page, copy = live.get(f"/{code}/{path}").text, (mirror / code / path / "index.html").read_text()
    assert page != copy
    assert WITH_QUERY.sub("", NOTE.sub("", copy).replace(" disabled", "")) == WITH_QUERY.sub(
        "", page
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_list_promises_no_filter_and_says_where_there_is_one(live, mirror, code):
    for place, query in {"": "", "country=NZ/": "?country=NZ", "page=2/": "?page=2"}.items():
        page = html5lib.parse(
            (mirror / code / LIST / place / "index.html").read_text(), namespaceHTMLElements=False
        )
        form = page.find(".//form[@method='get']")
        controls = [*form.iter("input"), *form.iter("select"), *form.iter("button")]
        assert all(control.get("disabled") is not None for control in controls)
        links = [link.get("href") for link in page.findall(".//p[@class='notice']/a")]
        assert links == [f"{live.address}/{code}/{LIST}{query}"]
    filtered = (mirror / code / LIST / "country=NZ" / "index.html").read_text()
    assert '<option value="NZ" selected>' in filtered


def test_every_text_is_compressed_too(mirror):
    pages = [*mirror.glob("*/**/*.html"), *mirror.glob("data/*.csv"), mirror / "sitemap.xml"]
    assert len(pages) > 100
    for page in pages:
        body = page.read_bytes()
        assert gzip.decompress(page.with_name(f"{page.name}.gz").read_bytes()) == body
        assert brotli.decompress(page.with_name(f"{page.name}.br").read_bytes()) == body


def test_nothing_private_is_in_it(mirror):
    bodies = {f: f.read_bytes() for f in mirror.rglob("*") if f.is_file()}
    assert not [file for file, body in bodies.items() if SECRET.encode() in body]
    assert not [
        file
        for file, body in bodies.items()
        if b"csrfmiddlewaretoken" in body and file.suffix == ".html"
    ]
    assert {file.name for file in mirror.iterdir() if file.is_dir()} == {
        *LANGUAGES, ".well-known", "data", "media", "static",
    }  # fmt: skip
    assert not [f for f in bodies if f.name.startswith(".") or f.name == "staticfiles.json"]


# How it is made


def test_it_tells_how_far_it_is_and_what_it_made(said):
    told = re.findall(r"^Written (\d+) of (\d+)$", said, re.MULTILINE)
    done = [int(done) for done, _total in told]
    assert done == sorted(done)
    assert len(told) >= 5
    assert told[-1][0] == told[-1][1]
    assert f"Mirror: {told[-1][0]} addresses" in said


def test_it_is_kept_on_record_when_and_from_what_it_was_made(live, mirror):
    record = mirror.parent / f"{mirror.readlink().name}.json"
    known = json.loads(record.read_text())
    assert known["site"] == live.address
    assert known["content_version"] > 0
    assert known["made"].endswith("+00:00")


def test_a_site_behind_tls_is_mirrored_under_its_public_address(live, tmp_path):
    variables = live.variables | {"SITE_URL": "https://college.example"}
    done = server.python("manage.py", "mirror", tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "current/en/facts/index.html").read_text()
    assert '<link rel="canonical" href="https://college.example/en/facts/">' in page
    assert live.address not in page


@pytest.fixture
def made(db, copied):
    """An old mirror, to be made anew in this process from the test database.

    As with Django's own test client, a request does not close the connection of the test.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield copied
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def old_one_stays(folder):
    """Within it a new mirror fails; the old one answers as before, and no half is left."""
    before = (folder / "current").readlink()
    home = (folder / "current/en/index.html").read_bytes()
    with pytest.raises(CommandError) as failed:
        yield failed
    assert failed.value.returncode == 2
    assert (folder / "current").readlink() == before
    assert (folder / "current/en/index.html").read_bytes() == home
    assert {file.name for file in folder.iterdir()} <= {
        ".lock", "current", before.name, f"{before.name}.json",
    }  # fmt: skip


def test_what_the_site_fails_to_answer_is_named_and_the_old_mirror_stays(made, settings, tmp_path):
    picture = {"image": "gone.jpg", "image_width": 1600, "image_height": 900}
    faculty = make_faculty(image_alt_en="A workshop", image_alt_zh_hans="实训车间")
    Faculty.objects.filter(pk=faculty.pk).update(**picture)
    shutil.copytree(settings.STATIC_ROOT, tmp_path / "static")
    (style,) = (tmp_path / "static").glob("site.*.css")
    style.unlink()
    settings.STATIC_ROOT = tmp_path / "static"
    with old_one_stays(made) as failed:
        call_command("mirror", made)
    assert "/media/gone.jpg answers 404" in str(failed.value)
    assert f"/en/ needs /static/{style.name}" in str(failed.value)
    assert f"/zh-hans/ needs /static/{style.name}" in str(failed.value)


def test_a_full_disk_and_a_second_run_are_told_and_the_old_mirror_stays(made):
    with old_one_stays(made) as failed, a_disk_that_is_full():
        call_command("mirror", made)
    assert "The mirror that was there stays." in str(failed.value)
    with old_one_stays(made) as failed, (made / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("mirror", made)
    assert "Another run" in str(failed.value)


@contextmanager
def a_disk_that_is_full():
    """Any file ends at a few thousand bytes: the system refuses to write more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_that_cannot_be_written_is_named(db, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="file/mirror"):
        call_command("mirror", tmp_path / "file" / "mirror")


def test_a_kill_in_the_middle_leaves_the_old_one_and_the_next_run_tidies_up(live, copied):
    old = (copied / "current").readlink().name
    command = [sys.executable, "manage.py", "mirror", copied]
    writing = subprocess.Popen(
        command,
        cwd=server.PROJECT,
        env=server.environment(**live.variables),
        stdout=subprocess.DEVNULL,
    )
    server.wait_until(lambda: [*copied.glob("2*/en")][1:], "No new mirror was begun.")
    writing.kill()
    writing.wait()
    assert (copied / "current").readlink().name == old
    (half,) = (folder.name for folder in copied.glob("2*Z") if folder.name != old)
    assert not (copied / f"{half}.json").exists()
    assert live.manage("mirror", copied).returncode == 0
    new = (copied / "current").readlink().name
    assert new not in (old, half)
    # The one before is kept for whoever is still reading it.
    assert {folder.name for folder in copied.glob("2*Z")} == {old, new}


# Whether it still is what the site answers


def test_where_nothing_has_changed_there_is_no_drift(live, copied):
    done = live.manage("mirror", copied, "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The mirror was made " in done.stdout
    assert "No drift" in done.stdout


def test_what_differs_what_is_missing_and_what_is_gone_is_found(live, copied):
    files = copied / "current"
    (files / "en/contact/index.html").write_text("<p>changed")
    (files / "zh-hans/privacy/index.html.br").write_bytes(brotli.compress(b"<p>changed"))
    shutil.rmtree(files / "en" / LIST / "page=2")
    shutil.copytree(files / "en/majors", files / "en/majors/gone")
    (style,) = (files / "static").glob("site.*.css")
    style.unlink()
    done = live.manage("mirror", copied, "--check", "--against", live.address)
    assert done.returncode == 1
    found = [line for line in done.stdout.splitlines() if ": /" in line]
    assert found == [
        "differs: /en/contact/",
        "differs: /zh-hans/privacy/",
        f"missing in the mirror: /static/{style.name}",
        f"missing in the mirror: /en/{LIST}?page=2",
        "gone from the site: /en/majors/gone/",
    ]
    assert "5 addresses have drifted" in done.stderr


def test_a_site_that_does_not_answer_is_no_drift(live, copied):
    nowhere = f"http://127.0.0.1:{server.free_port()}"
    done = live.manage("mirror", copied, "--check", "--against", nowhere)
    assert done.returncode == 2
    assert f"{nowhere}/sitemap.xml does not answer" in done.stderr


def test_the_mirror_is_not_compared_with_itself(live, copied, host):
    done = live.manage("mirror", copied, "--check", "--against", host)
    assert done.returncode == 2
    assert "The mirror itself answers" in done.stderr


def test_without_a_mirror_there_is_nothing_to_check(live, tmp_path):
    done = live.manage("mirror", tmp_path, "--check")
    assert done.returncode == 2
    assert "There is no mirror" in done.stderr
