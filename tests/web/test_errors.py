"""Error pages say what is wrong and what to do, and reveal no internals."""

import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.test import Client, RequestFactory
from django.utils.translation import override

from jinhua_site.content.models import Status
from jinhua_site.web import errors
from tests.support.makers import (
    make_colleague,
    make_faculty,
    make_major,
    make_partner,
    make_practice,
)
from tests.support.pages import LANGUAGES, ask
from tests.tools import error_pages

pytestmark = pytest.mark.django_db

INSIDE = re.compile(r"Traceback|Error\b|Exception|django|sqlite|psycopg|CSRF|line \d+|\.py\b")


def tells(response, words):
    page = response.content.decode()
    assert words in page
    assert not INSIDE.search(re.sub(r"<[^>]*>", " ", page)), page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize(("status", "code"), [(403, "en"), (413, "en"), (404, "zh-hans")])
def test_an_error_is_told_within_the_sites_own_frame(status, code):
    request = RequestFactory().get(f"/{code}/x/")
    with override(code):
        response = errors.answer(request, status)
        tells(response, str(errors.FAULTS[status].advice))
    page = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{LANGUAGES[code]}"' in page
    assert '<header class="top">' in page
    assert f'href="/{code}/contact/"' in page


def test_a_form_without_its_token_says_what_to_do():
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/admin/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    tells(response, "load the page anew")


def test_a_refusal_for_want_of_a_right_says_who_grants_it_and_is_noted(client, caplog):
    newcomer = make_colleague("observer", username="newcomer")
    client.force_login(newcomer)
    response = client.get("/admin/auth/user/add/?password=typed-in-the-wrong-place")
    assert response.status_code == 403
    tells(response, "An administrator can grant it")
    assert 'href="/admin/"' in response.content.decode()
    assert f"Access denied: GET /admin/auth/user/add/ for user {newcomer.pk}" in caplog.text
    assert "typed" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "handler", "status"),
    [
        (BadRequest("That is no date."), errors.bad_request, 400),
        (RequestDataTooBig("DATA_UPLOAD_MAX_MEMORY_SIZE"), errors.bad_request, 413),
        (PermissionDenied("no right"), errors.permission_denied, 403),
    ],
)
def test_what_django_raises_is_told_in_words_for_people(fault, handler, status):
    response = handler(RequestFactory().post("/en/"), fault)
    assert response.status_code == status
    assert ("That is no date." in response.content.decode()) == isinstance(fault, BadRequest)
    assert "DATA_UPLOAD" not in response.content.decode()


def test_a_fault_is_told_in_both_languages_and_nothing_of_the_inside(
    monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("jinhua_site.pages.context.college_with_lists", lambda: 1 / 0)
    with django_assert_num_queries(0):
        response = ask("/zh-hans/contact/").response
    assert response.status_code == 500
    tells(response, "Something went wrong")
    for words in ('lang="zh-Hans"', 'href="/en/"', 'href="/zh-hans/"'):
        assert words in response.content.decode()


# Withdrawn pages


@pytest.mark.parametrize("make", [make_partner, make_practice, make_faculty, make_major])
def test_what_was_public_is_gone_and_says_so_until_it_is_published_again(make):
    record = make()
    address = record.get_absolute_url()
    for status, answer in [(Status.ARCHIVED, 410), (Status.PUBLISHED, 200), (None, 410)]:
        if status:
            record.status = status
            record.save()
        else:
            record.delete()
        page = ask(address)
        assert page.status == answer
        if answer == 410:
            tells(page.response, "no longer published")


def test_what_was_never_public_does_not_give_itself_away():
    record = make_partner(status=Status.DRAFT)
    assert ask(record.get_absolute_url()).status == 404
    record.status = Status.ARCHIVED
    record.save()
    assert ask(record.get_absolute_url()).status == 404


# nginx's own pages


def test_nginx_says_what_the_sites_own_template_says():
    """After a change, `make messages` rewrites the pages."""
    assert {
        file.name: file.read_text() for file in error_pages.FOLDER.iterdir()
    } == error_pages.pages()


@pytest.mark.nginx
def test_what_nginx_refuses_it_tells_in_our_look(front):
    large = {f"X-{number}": "y" * 5_000 for number in range(20)}
    for answer, status in (
        (front.get("/en/", "POST", b"x" * 70_000), 413),
        (front.get("/en/", "POST", b"x=1"), 405),
        (front.get("/media/nothing.png"), 404),
        (front.get("/media/"), 404),
        (front.get("/en/?q=" + "a" * 9_000), 414),
        (front.get("/en/", **large), 431),
    ):
        assert answer.status == status
        assert "/.nginx/site.css" in answer.text
        assert 'lang="zh-Hans"' in answer.text
        assert "Retry-After" not in answer.headers
    style = front.get("/.nginx/site.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "--celadon" in style.text
