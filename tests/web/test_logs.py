"""The log has one line per event, no names, and no lines forged by visitors."""

import json
import logging
import shutil
import socket
import sys
import time
from urllib.parse import urlsplit

import pytest

from jinhua_site.web import logs
from tests.support import server

ID = "0123456789abcdef" * 2


@pytest.fixture(params=["line", "json"])
def how(request):
    return request.param


def written(how, *message, level=logging.WARNING, **values):
    """Return the output for one record."""
    configuration = logs.configuration(how)
    record = logging.LogRecord("jinhua_site.x", level, "", 1, *message, (), None)
    vars(record).update({"created": 0, "process": 1} | values)
    return configuration["formatters"]["ours"]["()"]().format(record)


def raised(words):
    try:
        raise ValueError(words)
    except ValueError:
        return sys.exc_info()


def test_nothing_that_is_sent_begins_a_line_of_its_own(how):
    for mark in ("\n", "\r\n", "\u2028", "\x85", "\x1b[2J", "\x00", "\x7f", "\u202e", "\ud800"):
        line = written(how, f"Not found: /{mark}2026-11-23 ERROR jinhua_site [x] All is lost")
        assert mark not in line
        assert len(line.splitlines()) == 1
        line.encode()


def test_a_fault_and_where_it_came_from_are_one_record(how):
    line = written(how, "Internal Server Error: /en/", exc_info=raised("two\nlines"))
    assert len(line.splitlines()) == 1
    for words in ("Internal Server Error", "Traceback", "ValueError", "two", "lines"):
        assert words in line


def test_json_says_each_thing_by_its_name():
    record = json.loads(written("json", "Fault", exc_info=raised("x")))
    assert record.pop("time").endswith("+00:00")
    assert "raise ValueError(words)" in record.pop("traceback")
    assert record == {
        "level": "WARNING",
        "logger": "jinhua_site.x",
        "process": record["process"],
        "request_id": "-",
        "message": "Fault",
        "exception": "ValueError",
    }


@pytest.mark.parametrize(
    ("said", "unsaid"),
    [
        ("/en/partnerships/partners/?q=zhang%20wei&page=2 is shown as it was", "zhang"),
        ("Invalid request from ip=203.0.113.77: bad", "113.77"),
        ("Invalid request from ip=2001:db8:1:2:3:4:5:6: bad", ":3:4"),
        ("No such mailbox: li.na@example.edu.cn", "li.na"),
        ("smtp://user:secret@mail.example.edu.cn", "secret"),
        ("Cookie: sessionid=abc123; __Host-csrftoken=def456", "def456"),
        ("Internal Server Error: /calendar/a-secret-key/agreements.ics", "a-secret-key"),
        ("DETAIL:  Key (username)=(wangli) already exists.", "wangli"),
        ("DETAIL:  Failing row contains (7, MoU (2019).\nCall 13857900000, t).", "13857900000"),
        ("DETAIL:  Key (name)=(MoU (2019) of wangli) already exists.", "wangli"),
        ("GET /admin/account/password/reset/key/2-d1f-0a9b8c/ is slow", "0a9b8c"),
    ],
)
def test_nobody_who_visits_or_works_here_is_named(how, said, unsaid):
    assert unsaid not in written(how, said)
    assert unsaid not in written(how, "Fault", exc_info=raised(said))


def test_a_long_line_takes_no_long_time():
    for word in ("a", "session", "a@", "?", "?a", ")=(", "contains (", "://", "1.", "a:"):
        begun = time.process_time()
        written("line", "Forbidden (Origin checking failed): " + word * (100_000 // len(word)))
        assert time.process_time() - begun < 0.5, word


def test_what_an_operator_needs_is_left():
    for said in (
        "connection to server at 127.0.0.1, port 5432 failed",
        "at 04:15:00 the database of /var/lib/jinhua was away",
        "Why? Nobody knows",
        "数据库没有响应",
    ):
        assert said in written("line", said)


# Requests


@pytest.fixture(scope="module")
def node(tmp_path_factory, installed):
    """A node that logs JSON, and on which the pages of facts fail."""
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(installed.var_dir, folder, dirs_exist_ok=True)
    address = f"http://127.0.0.1:{server.free_port()}"
    variables = {"VAR_DIR": folder, "SITE_URL": address, "LOG_FORMAT": "JSON"}
    variables |= {"WEB_CONCURRENCY": 1}
    away = "ALTER TABLE profile_fact RENAME TO away"
    code = f"from django.db import connection; connection.cursor().execute('{away}')"
    server.shell(code, **variables)
    with server.serving(address, variables) as node:
        yield node


def lines(node):
    return [json.loads(line) for line in log(node).splitlines()]


def log(node):
    return (node.var_dir / "gunicorn.log").read_text()


def test_every_line_of_a_node_is_json_gunicorns_too(node):
    records = lines(node)
    assert {"gunicorn.error"} <= {line["logger"] for line in records}
    assert all(line["time"] and line["message"] for line in records)


def test_a_fault_of_a_page_is_found_by_the_number_that_nginx_gave_the_visitor(node):
    answer = node.get("/en/facts/?as_of=2018-06-30&q=zhang+wei", **{"X-Request-ID": ID})
    assert answer.status in {500, 503}
    (line,) = [line for line in lines(node) if line["request_id"] == ID and "traceback" in line]
    assert line["exception"] == "OperationalError"
    assert "/en/facts/" in line["message"]
    assert "zhang" not in log(node)


def test_a_malformed_request_forges_no_line_and_leaves_no_whole_address(node):
    node.get("/admin/", **{"X-Request-ID": "x" * 5_000})
    place = urlsplit(node.address)
    with socket.create_connection((place.hostname, place.port), 10) as client:
        client.sendall(b"GET /\x1b[2J?q=zhang HTTP/9.9\r\n\r\n")
        client.recv(1000)
    assert lines(node)
    assert "x" * 33 not in log(node)
    assert "zhang" not in log(node)
