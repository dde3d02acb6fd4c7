"""Error pages say what is wrong and what to do, and reveal no internals."""

import re

import pytest
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
)
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
# By cause: the status, and some words of the page in English.
TOLD = {
    "/en/facts/?as_of=x": (400, "This address cannot be understood"),
    "/en/nothing/": (404, "There is no such page"),
}


def tells(response, words):
    page = response.content.decode()
    assert words in page
    assert not INSIDE.search(re.sub(r"<[^>]*>", " ", page)), page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("status", [400, 403, 404, 410, 411, 413, 429])
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


@pytest.mark.parametrize("address", TOLD)
def test_a_visitor_is_told_what_is_wrong(address):
    status, words = TOLD[address]
    response = ask(address).response
    assert response.status_code == status
    tells(response, words)


def test_a_form_without_its_token_says_what_to_do():
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/admin/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    tells(response, "load the page anew")


def test_a_colleague_without_the_right_is_told_who_grants_it():
    browser = Client()
    browser.force_login(make_colleague("observer"))
    response = browser.get("/admin/auth/user/")
    assert response.status_code == 403
    tells(response, "An administrator can grant it")
    assert 'href="/admin/"' in response.content.decode()


@pytest.mark.parametrize(
    ("fault", "handler", "status"),
    [
        (BadRequest("That is no date."), errors.bad_request, 400),
        (RequestDataTooBig("DATA_UPLOAD_MAX_MEMORY_SIZE"), errors.bad_request, 413),
        (TooManyFieldsSent("DATA_UPLOAD_MAX_NUMBER_FIELDS"), errors.bad_request, 413),
        (PermissionDenied("no right"), errors.permission_denied, 403),
    ],
)
def test_what_django_raises_is_told_in_words_for_people(fault, handler, status):
    response = handler(RequestFactory().post("/en/"), fault)
    assert response.status_code == status
    assert ("That is no date." in response.content.decode()) == isinstance(fault, BadRequest)
    assert "DATA_UPLOAD" not in response.content.decode()


@pytest.mark.parametrize("view", [errors.server_error, errors.unavailable])
def test_without_the_database_both_languages_are_on_one_page(view, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = view(RequestFactory().get("/en/facts/"))
    tells(response, 'lang="zh-Hans"')
    assert 'href="/en/"' in response.content.decode()
    assert 'href="/zh-hans/"' in response.content.decode()


# Withdrawn pages


@pytest.mark.parametrize("make", [make_partner, make_practice, make_faculty, make_major])
@pytest.mark.parametrize("becomes", [Status.ARCHIVED, Status.DRAFT, None])
def test_what_was_public_is_gone_and_says_so(make, becomes):
    record = make()
    address = record.get_absolute_url()
    assert ask(address).status == 200
    if becomes:
        record.status = becomes
        record.save()
    else:
        record.delete()
    page = ask(address)
    assert page.status == 410
    tells(page.response, "no longer published")


def test_what_was_never_public_does_not_give_itself_away():
    record = make_partner(status=Status.DRAFT)
    assert ask(record.get_absolute_url()).status == 404
    record.status = Status.ARCHIVED
    record.save()
    assert ask(record.get_absolute_url()).status == 404


def test_what_is_published_again_is_there_again():
    record = make_partner()
    for status in (Status.ARCHIVED, Status.PUBLISHED):
        record.status = status
        record.save()
    assert ask(record.get_absolute_url()).status == 200


# nginx's own pages


def test_nginx_says_what_the_sites_own_template_says():
    """After a change, `make messages` rewrites the pages."""
    assert {
        file.name: file.read_text() for file in error_pages.FOLDER.iterdir()
    } == error_pages.pages()


@pytest.mark.parametrize("name", [f"{fault}.html" for fault in error_pages.FAULTS])
def test_each_page_of_nginx_is_in_both_languages(name):
    page = (error_pages.FOLDER / name).read_text()
    assert 'lang="zh-Hans"' in page
    assert re.search(r"[\u4e00-\u9fff]{4}", page)
    assert "style=" not in page
    assert "<script" not in page


@pytest.mark.nginx
@pytest.mark.parametrize(
    ("address", "method", "body", "status"),
    [
        ("/en/", "POST", b"x" * 70_000, 413),
        ("/en/", "POST", b"x=1", 405),
        ("/media/nothing.png", "GET", None, 404),
        ("/media/", "GET", None, 404),
        ("/en/?q=" + "a" * 9_000, "GET", None, 414),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_nginx_refuses_it_tells_in_our_look(front, address, method, body, status):
    answer = front.get(address, method, body)
    assert answer.status == status
    assert "/.nginx/site.css" in answer.text
    assert 'lang="zh-Hans"' in answer.text
    assert "Retry-After" not in answer.headers


@pytest.mark.nginx
def test_a_flood_of_headers_is_told_in_our_look(front):
    answer = front.get("/en/", **{f"X-{number}": "y" * 5_000 for number in range(20)})
    assert answer.status == 431
    assert "/.nginx/site.css" in answer.text


@pytest.mark.nginx
def test_nginx_has_the_look_even_where_no_node_answers(front):
    style = front.get("/.nginx/site.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "--celadon" in style.text


def test_a_refusal_for_want_of_a_right_is_noted(client, caplog):
    newcomer = make_colleague("observer", username="newcomer")
    client.force_login(newcomer)
    client.get("/admin/auth/user/add/?password=typed-in-the-wrong-place")
    assert f"Refused: GET /admin/auth/user/add/ to user {newcomer.pk}" in caplog.text
    assert "typed" not in caplog.text
