"""In a real browser every admin page is free of errors, self-contained and accessible."""

import re
from urllib.parse import urlsplit

import pytest

from tests.support import server, spreadsheets
from tests.support.browser import NARROW, WIDE, axe_script, follow, settle, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

ONE_OF_EACH = """
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from jinhua_site.office.models import Proposal
practice = make_practice()
make_achievement(practice=practice)
make_evidence(practice=practice)
make_mobility(agreement=None)
make_affinity_group()
partner = Partner.objects.published().first()
partner.name_en = "Changed in English only"
partner.save()
make_partner().delete()
Proposal.objects.create(
    model=ContentType.objects.get_for_model(Partner), record_id=partner.pk, record_name="Partner",
    author=User.objects.get(username="sun"), base={"city_en": []}, wanted={"city_en": ["Hamilton"]},
)
"""
# One page of each layout: the others differ in their words.
EACH_LAYOUT = re.compile(
    r"/admin/$|/(account|auditentry|fact|handbook|partner|proposal|translations|user)/"
    r"|/(agreement|figure|practice)/\d+/change/"
)
SERIOUS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    folder = tmp_path_factory.mktemp("office")
    with server.running(folder, like=installed) as site:
        hire(site, sun="administrator")
        on_site(site, ONE_OF_EACH)
        yield site


def links(tab, selector):
    found = tab.eval_on_selector_all(selector, "all => all.map(each => each.getAttribute('href'))")
    return [address for address in found if address and address.startswith("/admin/")]


def pages(tab, site):
    """Return the pages of the admin: each list, one record of each model, one of the rest."""
    tab.goto(f"{site.address}/admin/")
    yield "/admin/"
    seen = {"/admin/", "/admin/logout/"}
    waiting = links(tab, "#container a")
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in seen or path.startswith("/admin/r/") or path.endswith(".ics"):
            continue
        seen.add(path)
        yield path
        here = f"{site.address}{path}"
        if tab.url != here:
            tab.goto(here)
        if tab.locator("#result_list").count():
            waiting += links(tab, "#result_list tbody tr:last-child a")[:1]
            if re.search(r"/(figure|partner|user)/$", path):
                waiting += links(tab, ".object-tools a")
        elif re.search(r"/user/\d+/change/$|/account/$", path):
            waiting += links(tab, ".object-tools a, .account a.button")
        elif re.search(r"/(practice|partner)/\d+/change/$", path):
            waiting += [path.replace("/change/", f"/{page}/") for page in ("history", "delete")]


def visit(tab, site, paths):
    """Open each page; return what is wrong with any, and the addresses of all."""
    faults, hosts, visited = {}, set(), []
    tab.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in paths:
        answer = tab.goto(f"{site.address}{path}")
        visited.append(path)
        found = [] if answer.status == 200 else [f"status {answer.status}"]
        if EACH_LAYOUT.search(path):
            found += violations(tab, SERIOUS)
        if found or tab.faults:
            faults[path] = found + tab.faults
        tab.faults.clear()
    assert hosts == {urlsplit(site.address).netloc}
    return faults, visited


def test_every_page_of_the_admin_is_quiet_accessible_and_at_home(browser, office):
    with at_work(browser, office, "sun") as sun:
        sun.add_init_script(axe_script())
        faults, visited = visit(sun, office, pages(sun, office))
        form = next(path for path in visited if re.search(r"/partner/\d+/change/", path))
        follow(sun.locator("#language-form button[value='zh-hans']"))
        in_chinese, _visited = visit(sun, office, ["/admin/", "/admin/profile/fact/", form])
    assert not faults | in_chinese
    for page in ("second-factor", "auditentry", "handbook", "translations"):
        assert any(f"/{page}/" in path for path in visited), page
    for name in ("fact", "partner", "agreement", "practice", "proposal", "user"):
        assert any(re.search(rf"/{name}/\d+/change/", path) for path in visited), name
    assert len(visited) > 50


def test_the_preview_of_an_import_is_accessible_on_a_telephone_too(browser, office):
    with at_work(browser, office, "sun") as sun:
        for rows, wrong in ((5, ()), (90, (11, 91))):
            sun.goto(f"{office.address}/admin/partnerships/partner/import/")
            content = spreadsheets.workbook(spreadsheets.partners(rows, wrong))
            file = {"name": "partners.xlsx", "mimeType": "", "buffer": content}
            sun.set_input_files("input[type=file]", file)
            follow(sun.get_by_role("button", name="See what would change"))
            assert sun.locator(".import-lines tbody tr").count() == (len(wrong) or rows)
            for scheme, width in (("light", WIDE), ("dark", NARROW)):
                sun.set_viewport_size({"width": width, "height": 800})
                sun.emulate_media(color_scheme=scheme)
                settle(sun)
                assert violations(sun) == []
                assert sun.evaluate("document.documentElement.scrollWidth") == width
