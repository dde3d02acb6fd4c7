"""In a real browser every layout of the admin is free of errors, self-contained and accessible."""

from urllib.parse import urlsplit

import pytest

from tests.support import spreadsheets
from tests.support.browser import NARROW, WIDE, axe_script, follow, settle, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

# Prints one address of each layout; all that it makes are drafts.
EACH_LAYOUT = """
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from jinhua_site.accounts.models import AuditEntry
from jinhua_site.office.models import Proposal
from tests.support.admin import url
sun, draft = User.objects.get(username="sun"), {"status": Status.DRAFT}
practice, partner = make_practice(**draft), make_partner(**draft)
make_achievement(practice=practice)
make_evidence(practice=practice)
partner.name_en = "Changed in English only"
partner.save()
make_partner(**draft).delete()
proposal = Proposal.objects.create(
    model=ContentType.objects.get_for_model(Partner), record_id=partner.pk, record_name="Partner",
    author=sun, base={"city_en": []}, wanted={"city_en": ["Hamilton"]},
)
figure = Figure.objects.first()
records = [partner, practice, figure, figure.fact, make_agreement(**draft), proposal, sun]
print(*(url("change", record) for record in records))
print(*(url(page, practice) for page in ("history", "delete")))
print(*(url("changelist", model) for model in (Partner, Fact, Proposal, User, AuditEntry)))
print(*(url(page, Partner) for page in ("add", "deleted", "import", "export")))
print(reverse("admin:auth_user_password_change", args=[sun.pk]))
print("/admin/ /admin/handbook/ /admin/translations/ /admin/account/ /admin/account/second-factor/")
"""
SERIOUS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def layouts(full_site):
    hire(full_site, sun="administrator")
    return on_site(full_site, EACH_LAYOUT).split()


@pytest.fixture(scope="module")
def sun(browser, full_site, layouts):
    with at_work(browser, full_site, "sun", base_url=full_site.address) as tab:
        tab.add_init_script(axe_script())
        yield tab


def test_every_page_of_the_admin_is_quiet_accessible_and_at_home(sun, full_site, layouts):
    hosts, faults = set(), {}
    sun.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in layouts:
        answer = sun.goto(path)
        assert answer.status == 200, path
        faults[path] = violations(sun, SERIOUS) + sun.faults
        sun.faults.clear()
    sun.goto(layouts[0])
    follow(sun.locator("#language-form button[value='zh-hans']"))
    faults["in Chinese"] = violations(sun, SERIOUS)
    follow(sun.locator("#language-form button[value='en']"))
    assert {path: found for path, found in faults.items() if found} == {}
    assert hosts == {urlsplit(full_site.address).netloc}


@pytest.mark.parametrize(
    ("rows", "wrong", "scheme", "width"),
    [(5, (), "light", WIDE), (90, (11, 91), "dark", NARROW)],
    ids=["of good rows", "of wrong rows"],
)
def test_the_preview_of_an_import_is_accessible(sun, rows, wrong, scheme, width):
    sun.goto("/admin/partnerships/partner/import/")
    content = spreadsheets.workbook(spreadsheets.partners(rows, wrong))
    file = {"name": "partners.xlsx", "mimeType": "", "buffer": content}
    sun.set_input_files("input[type=file]", file)
    follow(sun.get_by_role("button", name="See what would change"))
    assert sun.locator(".import-lines tbody tr").count() == (len(wrong) or rows)
    sun.set_viewport_size({"width": width, "height": 800})
    sun.emulate_media(color_scheme=scheme)
    settle(sun)
    assert violations(sun) == []
    assert sun.evaluate("document.documentElement.scrollWidth") == width
