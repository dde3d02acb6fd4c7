"""Driving the admin in tests: users, models, forms and lists."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinhua_site.content.models import Publishable
from partnerships.models import Agreement
from profile.models import College
from tests.support import makers
from tests.support.files import pdf

# The models that have a form of their own.
MAKERS = {model: make for model, make in makers.BY_MODEL.items() if model in admin.site._registry}
PUBLISHABLE = [model for model in MAKERS if issubclass(model, Publishable)]
every_model = pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
in_each_language = pytest.mark.parametrize("spoken", ["en", "zh-hans"])


def signed_in(client, name, *codenames, **fields):
    """Sign a new member of staff in, without a password, as hashing is slow."""
    client.user = get_user_model().objects.create_user(name, **{"is_staff": True} | fields)
    client.user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(client.user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff(client, db):
    """The client of a superuser."""
    return signed_in(client, "staff", is_superuser=True)


@pytest.fixture
def colleague_with(db):
    """Sign a colleague with these permissions in, in a browser of their own."""
    names = {"first_name": "Hua", "last_name": "Li"}
    return lambda *codenames, username="lihua": signed_in(Client(), username, *codenames, **names)


@pytest.fixture
def college(db):
    College.objects.all().delete()
    texts = ["name", "summary", "internationalisation", "belt_and_road", "wfcp", "address"]
    both = {f"{text}_{code}": text for text in texts for code in ("en", "zh_hans")}
    return College.objects.create(pk=1, latitude=29, longitude=119, **both)


def url(page, record):
    """Return the address of an admin page, for a record or a model."""
    model = record if isinstance(record, type) else type(record)
    names = [] if isinstance(record, type) else [record.pk]
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=names)


def seen(response):
    assert response.status_code == 200
    return response.content.decode()


def filled_in(response):
    """Return what a browser would send from the untouched form."""
    context = response.context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    forms += [form for formset in formsets for form in [formset.management_form, *formset.forms]]
    fields = {field.html_name: field.value() for form in forms for field in form}
    # Browsers leave out unticked boxes, and send no file but a new one.
    sent = {name: value for name, value in fields.items() if value or type(value) is int}
    return {name: value for name, value in sent.items() if not isinstance(value, FieldFile)}


def save(staff, address, **changes):
    return staff.post(address, filled_in(staff.get(address)) | changes, follow=True)


def choose(staff, action, *records):
    data = {"action": action, "_selected_action": [record.pk for record in records]}
    return seen(staff.post(url("changelist", type(records[0])), data, follow=True))


def refused(response):
    """Send a form; return the page with its errors."""
    assert response.context["errors"]
    return seen(response)


def queries(client, page):
    seen(client.get(page))
    with CaptureQueriesContext(connection) as asked:
        seen(client.get(page))
    return len(asked)


def with_figures(*dates):
    """Return what a browser sends for new figures with these dates, in a fact without any."""
    source = makers.make_source()
    data = {"figures-TOTAL_FORMS": len(dates)}
    for number, date in enumerate(dates):
        fields = {"qualifier": "exactly", "value": "4", "as_of": date, "status": "published"}
        fields["source"] = source.pk
        data |= {f"figures-{number}-{name}": value for name, value in fields.items()}
    return data


MEMORANDUM = Agreement.Kind.MEMORANDUM
PDF = pdf().read()


def upload(content=PDF, name="Signed by Dean Okello.pdf"):
    return SimpleUploadedFile(name, content)
